import type { Endpoint } from '../data-plane/data-plane.js';

/** What a node's server is configured with. */
export interface RedisSettings {
  readonly endpoint: Endpoint;
  /** Other endpoints, of the same port. */
  readonly alsoAt: readonly Endpoint[];
  readonly dataDirectory: string;
  readonly socket: string;
  readonly pidFile: string;
  /** The server's certificate; without it the server speaks no TLS. */
  readonly tls: { readonly certificate: string; readonly key: string; readonly authority: string } | undefined;
  readonly authToken: string | undefined;
  readonly primary: Endpoint | undefined;
  /** Whether it is in cluster mode. */
  readonly isClustered: boolean;
  /** What the parameter group sets. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Makes names of commands that no client knows. */
  readonly secret: string;
  /** Whether it saves what it holds when it is asked to stop, and now and then. */
  readonly savesOnExit: boolean;
}

/** Commands that ElastiCache keeps to itself, and whether the data plane needs them (facts F8). */
const restricted: Readonly<Record<string, boolean>> = {
  BGREWRITEAOF: false,
  BGSAVE: true,
  CONFIG: true,
  DEBUG: false,
  MIGRATE: false,
  REPLICAOF: true,
  SAVE: false,
  SHUTDOWN: false,
  SLAVEOF: false,
};

/** A server's `redis.conf`. In a file, because what stands on a command line is for everyone to read (facts H16). */
export function redisConfiguration(settings: RedisSettings): string {
  const { endpoint, tls, authToken, primary } = settings;
  const lines: (readonly string[])[] = [
    ['bind', endpoint.address, ...settings.alsoAt.map(({ address }) => address)],
    ['protected-mode', 'no'],
    ['unixsocket', settings.socket],
    ['unixsocketperm', '700'],
    ['dir', settings.dataDirectory],
    ['dbfilename', 'dump.rdb'],
    ['pidfile', settings.pidFile],
    // Told apart from other servers by its arguments, where the system shows no environment.
    ['set-proc-title', 'no'],
    // Snapshots are taken when they are asked for, and there is no AOF (facts F8). A server that saves at all saves on SIGTERM.
    ...(settings.savesOnExit
      ? [['save', '60', '1'] as const, ['stop-writes-on-bgsave-error', 'no'] as const]
      : [['save', '']]),
    ['appendonly', 'no'],
    ['repl-diskless-sync-delay', '0'],
    // Who stops a server is done with its replicas too.
    ['shutdown-timeout', '0'],
    ...Object.entries(settings.parameters),
    ...Object.entries(restricted).map(
      ([name, isNeeded]) => ['rename-command', name, isNeeded ? `${name}${settings.secret}` : ''] as const,
    ),
  ];
  if (tls === undefined) {
    lines.push(['port', String(endpoint.port)]);
  } else {
    lines.push(
      ['port', '0'],
      ['tls-port', String(endpoint.port)],
      ['tls-cert-file', tls.certificate],
      ['tls-key-file', tls.key],
      ['tls-ca-cert-file', tls.authority],
      ['tls-auth-clients', 'no'],
      ['tls-replication', 'yes'],
    );
  }
  if (settings.isClustered) {
    lines.push(
      ['cluster-enabled', 'yes'],
      ['cluster-config-file', 'nodes.conf'],
      ['cluster-announce-ip', endpoint.address],
      ['bind-source-addr', endpoint.address],
      // Whoever is slow is not dead: nobody takes over unless told to.
      ['cluster-node-timeout', '15000'],
      ['cluster-replica-no-failover', 'yes'],
      ['cluster-allow-replica-migration', 'no'],
    );
    if (tls !== undefined) lines.push(['tls-cluster', 'yes']);
  }
  if (authToken !== undefined) lines.push(['requirepass', authToken], ['masterauth', authToken]);
  if (primary !== undefined) lines.push(['replicaof', primary.address, String(primary.port)]);
  return lines.map(([name, ...values]) => `${name} ${values.map(quoted).join(' ')}\n`).join('');
}

function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}
