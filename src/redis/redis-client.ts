/** What ioredis and iovalkey have in common, as far as it is needed. */
export interface CallingRedisClient {
  call(command: string, ...parameters: string[]): Promise<unknown>;
  readonly options?: object | undefined;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/** What is needed of a client of node-redis. */
export interface SendingRedisClient {
  sendCommand(words: readonly string[]): Promise<unknown>;
  connect(): Promise<unknown>;
  /** Ends it at once. */
  destroy(): void;
  readonly isOpen: boolean;
  readonly options?: object | undefined;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/** A client of one node, of ioredis, iovalkey or node-redis. */
export type RedisClient = CallingRedisClient | SendingRedisClient;

/** What a client's options tell about its connection. */
export interface ClientFacts {
  readonly location: string;
  readonly tls: boolean | undefined;
  readonly authenticates: boolean | undefined;
  /** What ioredis puts before the keys of every command. */
  readonly keyPrefix: string;
}

/** Reads a client's options: both families keep them, each in its own form. */
export function factsOf({ options }: RedisClient): ClientFacts {
  const own = recordOf(options);
  if (own === undefined) return { location: 'the cache', tls: undefined, authenticates: undefined, keyPrefix: '' };
  const socket = recordOf(own.socket);
  const place = socket ?? own;
  const secrets = [own.password, own.credentialsProvider];
  return {
    location: typeof place.path === 'string' ? place.path : `${place.host ?? 'localhost'}:${place.port ?? 6379}`,
    tls: Boolean(place.tls),
    authenticates: secrets.some((secret) => secret !== undefined && secret !== null && secret !== ''),
    keyPrefix: typeof own.keyPrefix === 'string' ? own.keyPrefix : '',
  };
}

/** Whether something is a client of the one or the other family. */
export function isRedisClient(client: unknown): client is RedisClient {
  const own = recordOf(client);
  if (own === undefined || typeof own.on !== 'function' || typeof own.off !== 'function') return false;
  return isCalling(client as RedisClient) || (typeof own.sendCommand === 'function' && 'isOpen' in own);
}

/** Whether it is a client of a whole cluster, which sends what is about no key to a node of its own choice. */
export function isClusterClient(client: unknown): boolean {
  const own = recordOf(client);
  return own !== undefined && (own.isCluster === true || Array.isArray(own.masters));
}

/** ioredis has a `sendCommand` too, which takes something else. */
export function isCalling(client: RedisClient): client is CallingRedisClient {
  return 'call' in client && typeof client.call === 'function';
}

/**
 * Listens to the connection that has just failed a client, for as long as it is there. A client that is closed in the middle
 * of a handshake gets an alert from the server, and Node's TLS tells of it even on a socket that was destroyed for its
 * certificate: by a second `error`. ioredis and iovalkey listen for the first only, and what nobody hears ends the process.
 */
export function hearOut(client: RedisClient): void {
  const stream = 'stream' in client ? recordOf(client.stream) : undefined;
  if (stream !== undefined && hasErrors(stream)) stream.on('error', () => undefined);
}

function hasErrors(emitter: object): emitter is { on(event: 'error', listener: () => void): unknown } {
  return 'on' in emitter && typeof emitter.on === 'function';
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}
