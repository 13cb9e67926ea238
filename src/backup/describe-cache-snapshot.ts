import type { CacheSnapshot } from '../core/backups.js';
import { cacheSnapshotStatus } from '../core/snapshot-status.js';
import type { Tags } from '../core/tags.js';
import type { CacheSnapshotDescription } from '../ports/elasticache.js';

/** A snapshot as ElastiCache describes it, as a backup of the cache that goes by a name. */
export function cacheSnapshotOf(
  description: CacheSnapshotDescription,
  of: { readonly cache: string; readonly region: string; readonly tags: Tags },
): CacheSnapshot {
  const { type, status, createdAt } = description;
  return {
    kind: 'cache-snapshot',
    id: description.identifier,
    arn: description.arn,
    region: of.region,
    // Not the node it was taken of: that changes from one to the next, and all are backups of one cache.
    source: { instance: of.cache },
    origin: type === 'automated' || type === 'manual' ? type : 'unknown',
    status: cacheSnapshotStatus(status),
    statusText: status,
    createdAt,
    dataTime: createdAt,
    sizeBytes: description.sizeBytes,
    // ElastiCache tells of a snapshot only with which key of the caller's own it was encrypted.
    encrypted: description.kmsKey !== undefined,
    kmsKey: description.kmsKey,
    tags: of.tags,
    engine: description.engine,
    engineVersion: description.engineVersion,
    nodeType: description.nodeType,
    nodeGroups: description.nodeGroups,
    clusterMode: description.replicationGroup !== undefined,
  };
}
