import { BackupError, invalidInput } from '../core/errors.js';
import type { CacheSnapshotDescription, CacheSnapshotSource, ElastiCachePort } from '../ports/elasticache.js';
import type { PortCall } from '../ports/port-call.js';
import type { System } from '../system/define-system.js';

/** The system's cache as it is now. */
export interface CacheSource {
  /** What it goes by: its replication group, or its cluster if it stands alone. */
  readonly name: string;
  readonly status: string;
  /** What a snapshot of it is taken of. */
  readonly target: CacheSnapshotSource;
}

/** ElastiCache, and what the system calls its cache. Errors: `invalid-input` if it has none. */
export function cacheOf(system: System): { readonly port: ElastiCachePort; readonly name: string } {
  const { cache, aws } = system;
  if (cache === undefined || aws.elasticache === undefined) {
    throw invalidInput('cache', 'is not part of this system', "Give defineSystem cache: { replicationGroup: '...' }.");
  }
  return { port: aws.elasticache, name: 'cluster' in cache ? cache.cluster : cache.replicationGroup };
}

/**
 * Finds out what a snapshot of the system's cache has to be taken of: of the whole group in cluster mode, else of one node, and of a
 * replica where there is one, which spares the primary (facts F1).
 *
 * Errors: `cache-not-found`, `invalid-input`, and those of AWS.
 */
export async function resolveCacheSource(system: System, call?: PortCall): Promise<CacheSource> {
  const { port, name } = cacheOf(system);
  const group = system.cache !== undefined && 'cluster' in system.cache ? undefined : await ofGroup(port, name, call);
  const source = group ?? (await ofCluster(port, name, call));
  if (source !== undefined) return source;
  throw new BackupError({
    code: 'cache-not-found',
    message: `there is no cache ${name} in ${system.aws.region}`,
    hint: 'Check the identifier and the region: it is that of a replication group, or of a cluster that stands alone.',
    details: { cache: name, region: system.aws.region },
  });
}

async function ofGroup(port: ElastiCachePort, name: string, call?: PortCall): Promise<CacheSource | undefined> {
  const group = await port.describeReplicationGroup(name, call);
  if (group === undefined) return undefined;
  const { identifier, status, clusterMode, nodes, snapshottingCluster } = group;
  if (clusterMode) return { name: identifier, status, target: { replicationGroup: identifier } };
  const replica = nodes.find(({ role }) => role === 'replica') ?? nodes[0];
  const cluster = snapshottingCluster ?? replica?.cluster;
  // A group shows its nodes as soon as it is there: until then there is nothing to take.
  return { name: identifier, status, target: { cluster: cluster ?? identifier } };
}

async function ofCluster(port: ElastiCachePort, name: string, call?: PortCall): Promise<CacheSource | undefined> {
  const cluster = await port.describeCluster(name, call);
  if (cluster === undefined) return undefined;
  const { identifier, status, replicationGroup } = cluster;
  const group =
    replicationGroup === undefined ? undefined : await port.describeReplicationGroup(replicationGroup, call);
  const target = group?.clusterMode === true ? { replicationGroup: group.identifier } : { cluster: identifier };
  return { name: identifier, status, target };
}

/**
 * Whether a snapshot is of the cache that goes by a name: of its group in cluster mode, of it itself, or of one of its nodes, which are
 * called `<group>-001`, in cluster mode `<group>-0001-001`, also those that are gone by now.
 */
export function isOfCache(snapshot: CacheSnapshotDescription, name: string): boolean {
  if (snapshot.replicationGroup !== undefined) return isNodeOf(name, snapshot.replicationGroup);
  return isNodeOf(snapshot.cluster ?? '', name);
}

function isNodeOf(cluster: string, name: string): boolean {
  return (
    cluster === name || (cluster.startsWith(`${name}-`) && /^(?:\d{4}-)?\d{3}$/.test(cluster.slice(name.length + 1)))
  );
}
