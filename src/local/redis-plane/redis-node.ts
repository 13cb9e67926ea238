import { rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemClock } from '../../core/clock.js';
import { BackupError } from '../../core/errors.js';
import { copyInto, removeDirectory } from '../data-plane/copy-files.js';
import type { Endpoint } from '../data-plane/data-plane.js';
import type { ServerCertificate } from '../data-plane/server-certificate.js';
import type { NewCacheNode, TakenCacheSnapshot } from '../elasticache/cache-plane.js';
import type { RegionHome } from '../home/region-home.js';
import { clusterNodesFile } from './cluster-nodes-file.js';
import { redisConfiguration } from './redis-configuration.js';
import { type RedisServer, redisFailed, startRedis } from './redis-server.js';

/** A cache node of the data plane: its files, and its server. */
export interface RedisNode {
  readonly made: NewCacheNode;
  readonly endpoint: Endpoint;
  /** Where it listens besides. */
  alsoAt: readonly Endpoint[];
  /** The node whose data it follows. */
  replicaOf: RedisNode | undefined;
  readonly directory: string;
  readonly data: string;
  readonly serverLog: string;
  readonly socket: string;
  server: RedisServer | undefined;
}

/** What all nodes of a data plane share. */
export interface RedisStore {
  readonly home: RegionHome;
  readonly program: string;
  readonly certificate: ServerCertificate;
  /** What commands are called that clients must not have (facts F8). */
  readonly secret: string;
  readonly nodes: Map<string, RedisNode>;
  /** The RDB file of each snapshot. */
  readonly snapshots: Map<string, string>;
  /** Aborts when the data plane closes. */
  readonly closing: AbortSignal;
  /** A number that nothing else in the data plane has. */
  readonly nextNumber: () => number;
}

const lookEveryMilliseconds = 10;

/** Makes a node and starts it; nothing of it is left if that fails. */
export async function addNode(store: RedisStore, made: NewCacheNode, endpoint: Endpoint): Promise<void> {
  const { home } = store;
  store.closing.throwIfAborted();
  if (store.nodes.has(made.nodeId)) throw wrongState(made.nodeId, 'is there already');
  const replicaOf = made.replicaOf === undefined ? undefined : nodeOf(store, made.replicaOf);
  const source = made.snapshotId === undefined ? undefined : snapshotFile(store, made.snapshotId);
  const number = String(store.nextNumber());
  const directory = join(home.directory, 'nodes', number);
  const node: RedisNode = {
    made,
    endpoint,
    alsoAt: made.alsoAt ?? [],
    replicaOf,
    directory,
    data: join(directory, 'data'),
    serverLog: join(directory, 'server.log'),
    // Short, because a socket's path must be.
    socket: join(home.directory, 's', number),
    server: undefined,
  };
  try {
    await home.makeDirectory(directory);
    await home.makeDirectory(node.data);
    if (source !== undefined) await copyInto(home, [source], dumpOf(node), { signal: store.closing });
    if (made.cluster !== undefined) {
      await home.writeFile(join(node.data, 'nodes.conf'), clusterNodesFile(made.cluster, made.nodeId));
    }
    await startNode(store, node);
    store.nodes.set(made.nodeId, node);
  } catch (error) {
    await removeDirectory(directory);
    throw error;
  }
}

/** Starts a node's server as it is to be now. */
export async function startNode(store: RedisStore, node: RedisNode): Promise<void> {
  const { home, certificate, program, closing: signal } = store;
  const { made, endpoint, directory, serverLog, socket, replicaOf } = node;
  const authority = join(dirname(certificate.certificateFile), 'ca.crt');
  const configuration = join(directory, 'redis.conf');
  await home.writeFile(
    configuration,
    redisConfiguration({
      endpoint,
      alsoAt: node.alsoAt,
      dataDirectory: node.data,
      socket,
      pidFile: join(directory, 'redis.pid'),
      tls: made.encrypted
        ? { certificate: certificate.certificateFile, key: certificate.keyFile, authority }
        : undefined,
      authToken: made.authToken,
      // In cluster mode the nodes know themselves who follows whom.
      primary: made.cluster === undefined ? replicaOf?.endpoint : undefined,
      isClustered: made.cluster !== undefined,
      parameters: made.parameters ?? {},
      secret: store.secret,
    }),
  );
  node.server = await startRedis({
    program,
    home,
    configuration,
    directory,
    serverLog,
    socket,
    place: `${endpoint.address}:${endpoint.port}`,
    authToken: made.authToken,
    isReplica: replicaOf !== undefined,
    signal,
  });
}

/** The node of this id; an error if there is none. */
export function nodeOf(store: RedisStore, nodeId: string): RedisNode {
  const node = store.nodes.get(nodeId);
  if (node === undefined) throw wrongState(nodeId, 'has no server');
  return node;
}

/** The running server of a node; an error if there is none. */
export function serverOf({ made, server }: RedisNode): RedisServer {
  if (server?.isRunning() !== true) throw wrongState(made.nodeId, 'is not running');
  return server;
}

/** The file of a snapshot; an error if there is none. */
export function snapshotFile(store: RedisStore, snapshotId: string): string {
  const file = store.snapshots.get(snapshotId);
  if (file === undefined) throw wrongState(snapshotId, 'is no snapshot');
  return file;
}

/** Where a new snapshot's file goes. */
export function newSnapshotFile(store: RedisStore): string {
  return join(store.home.directory, 'snapshots', `${store.nextNumber()}.rdb`);
}

/** Has the server write an RDB file, by a process of its own as ElastiCache does (facts F20), and takes it away. */
export async function saveNode(store: RedisStore, nodeId: string, snapshotId: string): Promise<TakenCacheSnapshot> {
  const node = nodeOf(store, nodeId);
  const [server, dump] = [serverOf(node), dumpOf(node)];
  if (store.snapshots.has(snapshotId)) throw wrongState(snapshotId, 'is a snapshot already');
  const file = newSnapshotFile(store);
  try {
    // What lies there is what the node began with.
    await rm(dump, { force: true });
    await server.command(`BGSAVE${store.secret}`, 'SCHEDULE');
    for (;;) {
      const info = await server.info('persistence');
      const saving = info.get('rdb_bgsave_in_progress') !== '0' || info.get('rdb_bgsave_scheduled') === '1';
      if (!saving && info.get('rdb_last_bgsave_status') !== 'ok') throw new Error('the background save failed');
      if (!saving && (await exists(dump))) break;
      await systemClock.sleep(lookEveryMilliseconds, { signal: store.closing });
    }
    await rename(dump, file);
    store.snapshots.set(snapshotId, file);
    return { sizeBytes: (await stat(file)).size };
  } catch (error) {
    store.closing.throwIfAborted();
    throw error instanceof BackupError
      ? error
      : await redisFailed(node.serverLog, `${nodeId}: no snapshot could be taken`, error);
  }
}

/** Stops a node's server and removes its files. */
export async function removeNode(store: RedisStore, nodeId: string): Promise<void> {
  const node = nodeOf(store, nodeId);
  await node.server?.stop();
  await removeDirectory(node.directory);
  store.nodes.delete(nodeId);
}

function dumpOf({ data }: RedisNode): string {
  return join(data, 'dump.rdb');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** The error for a call that a node's state does not allow. */
export function wrongState(id: string, message: string): BackupError {
  return new BackupError({
    code: 'server-failed',
    message: `${id} ${message}`,
    hint: 'Make calls of the data plane in the order that their comments say.',
    details: { id },
  });
}
