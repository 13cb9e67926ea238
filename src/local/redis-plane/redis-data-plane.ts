import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { BackupError } from '../../core/errors.js';
import { countCalls } from '../data-plane/calls-under-way.js';
import { reserveEndpoints } from '../data-plane/endpoint-pool.js';
import { findRedisServer, type RedisBinary } from '../data-plane/redis-binaries.js';
import { makeServerCertificate } from '../data-plane/server-certificate.js';
import type { CachePlane } from '../elasticache/cache-plane.js';
import { layOut } from '../home/lay-out.js';
import { openRegionHome, type RegionHome } from '../home/region-home.js';
import { keptCaches, loadKept } from './kept-nodes.js';
import { joinCluster } from './redis-cluster.js';
import { failOver } from './redis-failover.js';
import { addNode, type RedisStore, removeNode, snapshotFile } from './redis-node.js';
import { copySnapshotFile, removeSnapshotFile, saveNode } from './redis-snapshots.js';

/** How a Redis data plane is made. */
export interface RedisDataPlaneOptions {
  /** Where everything is kept: absent or empty. Default a new directory among the system's temporary files. */
  readonly directory?: string | undefined;
  /**
   * The directory stays on close, with all in it, and may be one that was kept before: its nodes and snapshots are there again,
   * stopped. Servers then save what they hold when they are stopped, and once a minute. Default `false`: it is removed.
   */
  readonly keep?: boolean | undefined;
  /** Where the redis-server is looked for: `ZEPHYR_REDIS_SERVER`, else `PATH`. Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Stops the making. Later, use `close`. */
  readonly signal?: AbortSignal | undefined;
}

/** A data plane of real redis-servers. */
export interface RedisDataPlane extends CachePlane {
  /** The authority behind the servers' certificate, in PEM: clients that trust it verify whom they speak to. */
  readonly caCertificate: string;
  /** Where everything is kept. */
  readonly directory: string;
  /** The server's version, such as `7.0.15`. */
  readonly version: string;
}

/** How long a server may take to save what it holds where that is needed again. */
const keepPatience = 60_000;

/**
 * Makes a data plane whose cache nodes are redis-servers on loopback, each at an address of its own. Nothing of it outlives
 * this process: closed or killed, its servers stop and its directory goes, unless it is to be kept.
 *
 * Errors: `redis-server-missing`, `data-directory-in-use`, `port-in-use`, `server-failed`, `invalid-input`; the signal's reason.
 *
 * @example
 * ```ts
 * await using region = await startLocalRegion({ cachePlane: createRedisDataPlane });
 * ```
 */
export async function createRedisDataPlane(options: RedisDataPlaneOptions = {}): Promise<RedisDataPlane> {
  const { signal } = options;
  signal?.throwIfAborted();
  const binary = await findRedisServer({ env: options.env });
  if (binary === undefined) throw redisMissing();
  const home = await openRegionHome(options);
  try {
    return await openPlane(home, binary, signal);
  } catch (error) {
    await home.close();
    throw error;
  }
}

async function openPlane(
  home: RegionHome,
  binary: RedisBinary,
  signal: AbortSignal | undefined,
): Promise<RedisDataPlane> {
  await layOut(home, ['nodes', 'snapshots']);
  const endpoints = await reserveEndpoints();
  const certificate = await makeServerCertificate(home, endpoints.addresses, signal);
  const closing = new AbortController();
  const store: RedisStore = {
    home,
    program: binary.path,
    secret: `-${randomBytes(16).toString('hex')}`,
    certificate,
    nodes: new Map(),
    stopped: new Map(),
    snapshots: new Map(),
    closing: closing.signal,
    lastNumber: 0,
  };
  await loadKept(store);
  const { during, settled } = countCalls();
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    closing.abort(planeClosed());
    await settled();
    const patience = home.keptId === undefined ? undefined : keepPatience;
    await Promise.allSettled([...store.nodes.values()].map(({ server }) => server?.stop(patience)));
    await home.close();
  };
  return {
    caCertificate: certificate.caCertificate,
    directory: home.directory,
    version: binary.version,
    kept: keptCaches(store),
    endpointFor: (name) => endpoints.take(name),
    create: (node, endpoint) => during(() => addNode(store, node, endpoint)),
    takeSnapshot: (nodeId, snapshotId) => during(() => saveNode(store, nodeId, snapshotId)),
    copySnapshot: (snapshotId, copyId) => during(() => copySnapshotFile(store, snapshotId, copyId)),
    readSnapshot: async (snapshotId) => {
      const file = snapshotFile(store, snapshotId);
      return { sizeBytes: (await stat(file)).size, body: createReadStream(file) };
    },
    deleteSnapshot: (snapshotId) => during(() => removeSnapshotFile(store, snapshotId)),
    joinCluster: (nodeIds) => during(() => joinCluster(store, nodeIds)),
    failOver: (primaryId, replicaId) => during(() => failOver(store, primaryId, replicaId)),
    destroy: (nodeId) => during(() => removeNode(store, nodeId)),
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

function planeClosed(): BackupError {
  return new BackupError({
    code: 'server-failed',
    message: 'the cache plane is closed',
    hint: 'Make a new one.',
  });
}

function redisMissing(): BackupError {
  return new BackupError({
    code: 'redis-server-missing',
    message: 'no redis-server was found on this machine',
    hint: 'Install the package redis-server, or name the program in ZEPHYR_REDIS_SERVER.',
  });
}
