import { snapshotOf } from '../backup/describe-backups.js';
import { manifestKeyOf } from '../backup/dump-manifest.js';
import { findCacheSnapshot } from '../backup/list-cache-snapshots.js';
import type { Backup, CacheSnapshot, DatabaseSnapshot } from '../core/backups.js';
import { managedBy, tagKeys } from '../core/tags.js';
import type { PortCall } from '../ports/port-call.js';
import { archiveStore } from '../system/archive-store.js';
import type { System } from '../system/define-system.js';
import { regionOf } from '../system/region-of.js';
import type { SpareReason } from './retention-outcome.js';

/** A snapshot as it is now; `undefined` if it is gone. */
export async function seeSnapshot(
  system: System,
  { kind, id, region }: Pick<DatabaseSnapshot | CacheSnapshot, 'kind' | 'id' | 'region'>,
  call: PortCall,
): Promise<DatabaseSnapshot | CacheSnapshot | undefined> {
  if (kind === 'cache-snapshot') return findCacheSnapshot(system, id, call);
  const seen = await regionOf(system, region, 'decision').rds.describeSnapshot(id, call);
  return seen && snapshotOf(seen, region);
}

/** Whether a backup that was kept is still there to be restored from. */
export async function isStillThere(system: System, backup: Backup, call: PortCall): Promise<boolean> {
  if (backup.kind === 'continuous-backup') return true;
  if (backup.kind === 'dump') {
    return (await archiveStore(system).store.head(manifestKeyOf(backup.id), call)) !== undefined;
  }
  const seen = await seeSnapshot(system, backup, call);
  return seen?.status === 'available' && isSame(backup, seen);
}

/** Why a snapshot must not be deleted as it is now, although that was decided; `undefined` if it may. */
export function objectionTo(
  decided: DatabaseSnapshot | CacheSnapshot,
  seen: DatabaseSnapshot | CacheSnapshot,
): SpareReason | undefined {
  if (seen.tags[tagKeys.hold] !== undefined) return 'on-hold';
  // The tag is what makes it ours to delete: whoever took it off wants to keep it (facts K51).
  const disowned = decided.tags[tagKeys.managedBy] === managedBy && seen.tags[tagKeys.managedBy] !== managedBy;
  const changed = seen.origin !== 'manual' || seen.status !== 'available' || disowned || !isSame(decided, seen);
  return changed ? 'changed' : undefined;
}

/** A name can be given again; the instant of making and the ARN of both cannot be the same. */
function isSame(decided: DatabaseSnapshot | CacheSnapshot, seen: DatabaseSnapshot | CacheSnapshot): boolean {
  return decided.arn === seen.arn && decided.createdAt?.getTime() === seen.createdAt?.getTime();
}
