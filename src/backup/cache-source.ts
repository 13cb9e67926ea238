import { BackupError } from '../core/errors.js';
import type { CacheSnapshotSource, ElastiCachePort } from '../ports/elasticache.js';
import type { PortCall } from '../ports/port-call.js';
import { cacheOf } from '../system/cache-of.js';
import type { System } from '../system/define-system.js';

/** The system's cache as it is now. */
export interface CacheSource {
  /** What it goes by: its replication group, or its cluster if it stands alone. */
  readonly name: string;
  readonly status: string;
  /** What a snapshot of it is taken of. */
  readonly target: CacheSnapshotSource;
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
