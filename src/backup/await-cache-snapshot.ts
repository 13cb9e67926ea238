import type { CacheSnapshot } from '../core/backups.js';
import { cacheSnapshotStatus } from '../core/snapshot-status.js';
import { cacheOf } from '../system/cache-of.js';
import type { System } from '../system/define-system.js';
import { awaitBegun, type BackupWait, isGone } from './await-status.js';
import { cacheSnapshotOf } from './describe-cache-snapshot.js';
import { readTags } from './list-cache-snapshots.js';

/**
 * Waits for a snapshot that was begun; the SDK has no waiter for it (facts F3).
 *
 * Errors: `resource-failed`, also if it goes after it was seen; `snapshot-not-found` if it is never seen; `deadline-exceeded`.
 */
export async function awaitCacheSnapshot(system: System, identifier: string, wait: BackupWait): Promise<CacheSnapshot> {
  const { port, name } = cacheOf(system);
  const call = { signal: wait.signal };
  const begun = {
    noun: 'cache snapshot',
    identifier,
    describe: () => port.describeSnapshot(identifier, call),
    statusOf: cacheSnapshotStatus,
    hint: 'Read the events of the cache; too little reserved memory is the usual reason (reserved-memory-percent). Then take another one.',
    phase: 'creating',
  };
  const description = await awaitBegun(system, begun, wait);
  const tags = await readTags(port, description, call);
  if (tags === undefined) throw isGone(`cache snapshot ${identifier}`, identifier);
  return cacheSnapshotOf(description, { cache: name, region: system.aws.region, tags });
}
