import { basename, dirname, join } from 'node:path';
import { BackupError } from '../../core/errors.js';
import { copyInto, removeDirectory } from '../data-plane/copy-files.js';
import type { Endpoint } from '../data-plane/data-plane.js';
import type { ServerCertificate } from '../data-plane/server-certificate.js';
import type { NewCacheNode } from '../elasticache/cache-plane.js';
import type { RegionHome } from '../home/region-home.js';
import { clusterNodesFile } from './cluster-nodes-file.js';
import { redisConfiguration } from './redis-configuration.js';
import { dropNodeNote, noteNode } from './redis-notes.js';
import { type RedisServer, startRedis } from './redis-server.js';

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

/** A node that an earlier data plane left. */
export interface StoppedNode {
  readonly directory: string;
  readonly authToken: string | undefined;
}

/** What all nodes of a data plane share. */
export interface RedisStore {
  readonly home: RegionHome;
  readonly program: string;
  readonly certificate: ServerCertificate;
  /** What commands are called that clients must not have (facts F8). */
  readonly secret: string;
  readonly nodes: Map<string, RedisNode>;
  /** Nodes of an earlier data plane that have not been started yet. */
  readonly stopped: Map<string, StoppedNode>;
  /** The RDB file of each snapshot. */
  readonly snapshots: Map<string, string>;
  /** Aborts when the data plane closes. */
  readonly closing: AbortSignal;
  /** The number given last. */
  lastNumber: number;
}

/** A number that nothing else in the data plane has. */
export function nextNumber(store: RedisStore): number {
  store.lastNumber += 1;
  return store.lastNumber;
}

/** Makes a node and starts it; nothing of it is left if that fails. */
export async function addNode(store: RedisStore, made: NewCacheNode, endpoint: Endpoint): Promise<void> {
  const { home } = store;
  store.closing.throwIfAborted();
  if (store.nodes.has(made.nodeId)) throw wrongState(made.nodeId, 'is there already');
  const source = made.snapshotId === undefined ? undefined : snapshotFile(store, made.snapshotId);
  const directory = join(home.directory, 'nodes', String(nextNumber(store)));
  const node = nodeIn(store, directory, made, endpoint);
  try {
    await home.makeDirectory(directory);
    await home.makeDirectory(node.data);
    if (source !== undefined) await copyInto(home, [source], dumpOf(node), { signal: store.closing });
    await introduce(store, node);
    await startNode(store, node);
    const { nodeId, authToken } = made;
    if (home.keptId !== undefined) await noteNode(directory, { nodeId, authToken });
    store.nodes.set(nodeId, node);
  } catch (error) {
    await node.server?.kill();
    await removeDirectory(directory);
    throw error;
  }
}

/** Starts a node that an earlier data plane left, with the data that it saved last. Should that fail, its files stay. */
export async function resumeNode(store: RedisStore, made: NewCacheNode, endpoint: Endpoint): Promise<void> {
  store.closing.throwIfAborted();
  const stopped = store.stopped.get(made.nodeId);
  if (stopped === undefined) throw wrongState(made.nodeId, 'was not kept');
  const { directory, authToken } = stopped;
  const node = nodeIn(store, directory, { ...made, authToken }, endpoint);
  await introduce(store, node);
  await startNode(store, node);
  store.stopped.delete(made.nodeId);
  store.nodes.set(made.nodeId, node);
}

function nodeIn(store: RedisStore, directory: string, made: NewCacheNode, endpoint: Endpoint): RedisNode {
  return {
    made,
    endpoint,
    alsoAt: made.alsoAt ?? [],
    replicaOf: made.replicaOf === undefined ? undefined : nodeOf(store, made.replicaOf),
    directory,
    data: join(directory, 'data'),
    serverLog: join(directory, 'server.log'),
    // Short, because a socket's path must be.
    socket: join(store.home.directory, 's', basename(directory)),
    server: undefined,
  };
}

/** Tells a node in cluster mode of the others. */
async function introduce({ home }: RedisStore, { made, data }: RedisNode): Promise<void> {
  if (made.cluster === undefined) return;
  await home.writeFile(join(data, 'nodes.conf'), clusterNodesFile(made.cluster, made.nodeId));
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
      savesOnExit: home.keptId !== undefined,
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

/** Stops a node's server and removes its files. */
export async function removeNode(store: RedisStore, nodeId: string): Promise<void> {
  const { server, directory } = store.nodes.get(nodeId) ?? { ...stoppedNodeOf(store, nodeId), server: undefined };
  // Without a warning: nobody needs what it would save.
  await server?.kill();
  await dropNodeNote(directory);
  await removeDirectory(directory);
  store.nodes.delete(nodeId);
  store.stopped.delete(nodeId);
}

function stoppedNodeOf(store: RedisStore, nodeId: string): StoppedNode {
  const node = store.stopped.get(nodeId);
  if (node === undefined) throw wrongState(nodeId, 'has no server');
  return node;
}

/** Where a node's server loads its data from, and saves them. */
export function dumpOf({ data }: RedisNode): string {
  return join(data, 'dump.rdb');
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
