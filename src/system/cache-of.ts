import { invalidInput } from '../core/errors.js';
import type { CacheSnapshotDescription, ElastiCachePort } from '../ports/elasticache.js';
import type { System } from './define-system.js';

/** ElastiCache, and what the system calls its cache. Errors: `invalid-input` if it has none. */
export function cacheOf(system: System): { readonly port: ElastiCachePort; readonly name: string } {
  const { cache, aws } = system;
  if (cache === undefined || aws.elasticache === undefined) {
    throw invalidInput('cache', 'is not part of this system', "Give defineSystem cache: { replicationGroup: '...' }.");
  }
  return { port: aws.elasticache, name: 'cluster' in cache ? cache.cluster : cache.replicationGroup };
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
