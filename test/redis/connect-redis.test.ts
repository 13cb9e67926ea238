import { EventEmitter, getEventListeners, once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { createRedisDataPlane, type RedisDataPlane } from '@zephyr/backup/local';
import { connectRedis } from '@zephyr/backup/redis';
import { Cluster, Redis } from 'ioredis';
import { Cluster as Valkeys } from 'iovalkey';
import { createCluster } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BackupError } from '../../src/core/errors.js';
import { type ClientPlace, families, type MadeClient } from './support/clients.js';

const token = 'sixteen-and-more-letters';
let plane: RedisDataPlane;
let open: ClientPlace;
let secret: ClientPlace;
const made: MadeClient[] = [];

beforeAll(async () => {
  plane = await createRedisDataPlane();
  const start = async (nodeId: string, encrypted: boolean, authToken?: string): Promise<ClientPlace> => {
    const endpoint = await plane.endpointFor(nodeId);
    await plane.create({ nodeId, encrypted, authToken }, endpoint);
    return { host: endpoint.address, port: endpoint.port };
  };
  open = await start('open', false);
  secret = { ...(await start('secret', true, token)), password: token, ca: plane.caCertificate };
});
afterAll(() => plane?.close());
afterEach(() => {
  for (const { close } of made.splice(0)) close();
});

function use(family: string, place: ClientPlace): MadeClient {
  const client = families[family]?.(place);
  if (client === undefined) throw new Error(`no such family: ${family}`);
  made.push(client);
  return client;
}

async function failureOf(work: Promise<unknown>): Promise<BackupError> {
  return work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: BackupError) => error,
  );
}

async function pingThrough(
  family: string,
  place: ClientPlace,
  commandTimeout: '300ms' | '10s' = '10s',
): Promise<unknown> {
  const session = await connectRedis(use(family, place).client, { commandTimeout }).connect();
  try {
    return await session.send(['PING']);
  } finally {
    await session.close();
  }
}

describe.each(Object.keys(families))('a client of %s', (family) => {
  it('is asked, and tells where it is, whether it speaks TLS and whether it has a password', async () => {
    const plain = await connectRedis(use(family, open).client).connect();
    expect(await plain.send(['PING'])).toBe('PONG');
    expect(plain).toMatchObject({ tls: false, authenticates: false, location: `${open.host}:${open.port}` });
    await plain.close();
    const guarded = await connectRedis(use(family, secret).client).connect();
    expect(await guarded.send(['PING'])).toBe('PONG');
    expect(guarded).toMatchObject({ tls: true, authenticates: true });
    await guarded.close();
  });

  it('stays open for its owner, and without a listener of ours', async () => {
    const { client } = use(family, open);
    const session = await connectRedis(client).connect();
    await session.send(['PING']);
    await session.close();
    await session.close();
    const emitter = client as unknown as { listenerCount(event: string): number };
    expect(emitter.listenerCount('error')).toBe(1);
    const again = await connectRedis(client).connect();
    expect(await again.send(['PING'])).toBe('PONG');
    await again.close();
  });

  it('with the wrong password is authentication-failed at once, and the password goes no further', async () => {
    const failure = await failureOf(pingThrough(family, { ...secret, password: 'quite-the-wrong-password' }));
    expect(failure).toMatchObject({ code: 'authentication-failed', retryable: false });
    expect(inspect(failure, { depth: 9 })).not.toContain('quite-the-wrong-password');
  });

  it('without a password where one is needed is authentication-failed', async () => {
    const failure = await failureOf(pingThrough(family, { ...secret, password: undefined }));
    expect(failure.code).toBe('authentication-failed');
  });

  it('that does not trust the server is tls-failed', async () => {
    const other = await createRedisDataPlane();
    try {
      const failure = await failureOf(pingThrough(family, { ...secret, ca: other.caCertificate }));
      expect(failure.code).toBe('tls-failed');
    } finally {
      await other.close();
    }
  });

  it('that reaches nobody is cache-unreachable, with what the system says', async () => {
    const failure = await failureOf(pingThrough(family, { host: '127.0.0.1', port: 9 }, '300ms'));
    expect(failure).toMatchObject({ code: 'cache-unreachable', retryable: true });
    expect(failure.message).toContain('ECONNREFUSED');
  });

  it('that gives a command up without a word is told by what it said before', async () => {
    const client = Object.assign(new EventEmitter(), {
      isOpen: true,
      connect: async () => undefined,
      destroy: () => undefined,
      sendCommand: async () => {
        client.emit('error', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
        throw new Error('');
      },
    });
    const session = await connectRedis(client as never).connect();
    await expect(session.send(['INFO'])).rejects.toMatchObject({
      code: 'cache-unreachable',
      message: 'the cache at the cache: connect ECONNREFUSED',
      details: { reason: 'ECONNREFUSED' },
    });
    await session.close();
    const silent = Object.assign(client, { sendCommand: () => Promise.reject(new RangeError('')) });
    const another = await connectRedis(silent as never).connect();
    await expect(another.send(['INFO'])).rejects.toMatchObject({ message: 'the cache at the cache: RangeError' });
    await another.close();
  });

  it('that was closed is cache-unreachable', async () => {
    const { client, close } = use(family, open);
    const session = await connectRedis(client, { commandTimeout: '300ms' }).connect();
    await session.send(['PING']);
    close();
    expect((await failureOf(session.send(['PING']))).code).toBe('cache-unreachable');
    await session.close();
  });

  it('is told what the server refuses, without the arguments', async () => {
    const session = await connectRedis(use(family, open).client).connect();
    const failure = await failureOf(session.send(['NONSENSE', 'session:of:somebody']));
    await session.close();
    expect(failure.code).toBe('query-failed');
    expect(inspect(failure, { depth: 9 })).not.toContain('session:of:somebody');
  });

  it('is given up where the server takes the connection and says nothing, and on an abort', async () => {
    await using silent = await silentServer();
    const failure = await failureOf(pingThrough(family, silent.place, '300ms'));
    expect(failure).toMatchObject({ code: 'cache-unreachable' });
    const stop = new AbortController();
    const session = await connectRedis(use(family, silent.place).client).connect();
    const sent = failureOf(session.send(['PING'], { signal: stop.signal }));
    stop.abort(new Error('enough'));
    expect((await sent).message).toBe('enough');
    await session.close();
  });
});

describe('a client that is destroyed while it connects', () => {
  it('is heard until it has given up, though nobody else listens', async () => {
    let giveUp = (_error: Error): void => undefined;
    const client = Object.assign(new EventEmitter(), {
      isOpen: false,
      connect: () => {
        client.isOpen = true;
        return new Promise((_resolve, reject) => {
          giveUp = reject;
        });
      },
      sendCommand: () => new Promise(() => undefined),
      destroy: () => {
        client.isOpen = false;
      },
    });
    const session = await connectRedis(client, { commandTimeout: '20ms' }).connect();
    expect((await failureOf(session.send(['PING']))).code).toBe('cache-unreachable');
    await session.close();
    expect(client.isOpen).toBe(false);
    const late = new Error('tlsv1 alert decode error');
    expect(client.emit('error', late)).toBe(true);
    giveUp(late);
    await setImmediate();
    expect(client.listenerCount('error')).toBe(0);
  });
});

it('a second error of a connection that has failed ends no process', async () => {
  const client = Object.assign(new EventEmitter(), {
    call: () => new Promise(() => undefined),
    stream: new EventEmitter(),
  });
  const session = await connectRedis(client).connect();
  const sent = failureOf(session.send(['PING']));
  const untrusted = Object.assign(new Error('self-signed certificate'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' });
  client.emit('error', untrusted);
  expect((await sent).code).toBe('tls-failed');
  await session.close();
  expect(client.stream.emit('error', new Error('tlsv1 alert decode error'))).toBe(true);
});

describe('many commands at once', () => {
  it('listen to their signal once, and no longer than they wait', async () => {
    const { signal } = new AbortController();
    const session = await connectRedis(use('ioredis', open).client).connect();
    const sent = Array.from({ length: 50 }, () => session.send(['PING'], { signal }));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    expect(new Set(await Promise.all(sent))).toEqual(new Set(['PONG']));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await session.close();
  });

  it('all end with an abort', async () => {
    await using silent = await silentServer();
    const stop = new AbortController();
    const session = await connectRedis(use('ioredis', silent.place).client).connect();
    const sent = Array.from({ length: 20 }, () => failureOf(session.send(['PING'], { signal: stop.signal })));
    stop.abort(new Error('enough'));
    expect((await Promise.all(sent)).map(({ message }) => message)).toEqual(Array.from({ length: 20 }, () => 'enough'));
    await session.close();
  });
});

describe('what is no client of one node', () => {
  it.each([undefined, null, {}, { call: 'x' }, { sendCommand: () => undefined }])('%j is refused', (client) => {
    expect(() => connectRedis(client as never)).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'client' }),
    );
  });

  it('is refused where it is of a whole cluster', async () => {
    const refused = expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining('cluster') });
    const ours = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true });
    expect(() => connectRedis(ours as never)).toThrow(refused);
    const valkeys = new Valkeys([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true });
    expect(() => connectRedis(valkeys as never)).toThrow(refused);
    const theirs = createCluster({ rootNodes: [{ url: 'redis://127.0.0.1:1' }] });
    expect(() => connectRedis(theirs as never)).toThrow(refused);
  });

  it('is refused where it puts a prefix before every key', () => {
    const client = new Redis({ lazyConnect: true, keyPrefix: 'zephyr:' });
    expect(() => connectRedis(client)).toThrow(expect.objectContaining({ code: 'invalid-input', field: 'client' }));
  });

  it('is refused with a time that is none', () => {
    const client = new Redis({ lazyConnect: true });
    expect(() => connectRedis(client, { commandTimeout: 'soon' as never })).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'commandTimeout' }),
    );
  });
});

async function silentServer(): Promise<AsyncDisposable & { readonly place: ClientPlace }> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    place: { host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
