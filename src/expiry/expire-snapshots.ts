import type { CacheSnapshot, DatabaseSnapshot } from '../core/backups.js';
import { isBackupError } from '../core/errors.js';
import { cacheOf } from '../system/cache-of.js';
import { regionOf } from '../system/region-of.js';
import type { ExpiryWork } from './expiry-work.js';
import { objectionTo, seeSnapshot } from './look-again.js';
import { type Fate, failedBy } from './retention-outcome.js';

/** Deletes snapshots one after the other, each after another look at it. One that cannot be deleted keeps none of the others. */
export async function expireSnapshots(
  work: ExpiryWork,
  snapshots: readonly (DatabaseSnapshot | CacheSnapshot)[],
): Promise<void> {
  for (const snapshot of snapshots) {
    try {
      work.settle(snapshot, await expire(work, snapshot));
    } catch (error) {
      if (!isBackupError(error) || error.code === 'credentials-expired') throw error;
      work.settle(snapshot, failedBy(error));
    }
  }
}

async function expire({ system, call, settle }: ExpiryWork, snapshot: DatabaseSnapshot | CacheSnapshot): Promise<Fate> {
  const { kind, id, region } = snapshot;
  const seen = await seeSnapshot(system, snapshot, call);
  if (seen === undefined) return { kind: 'already-gone' };
  const objection = objectionTo(snapshot, seen);
  if (objection !== undefined) return { kind: 'spared', because: objection };
  settle(snapshot, { kind: 'begun' });
  try {
    if (kind === 'cache-snapshot') await cacheOf(system).port.deleteSnapshot(id, call);
    else await regionOf(system, region, 'decision').rds.deleteSnapshot(id, call);
  } catch (error) {
    // The answer to an earlier attempt was lost (facts 0.3): what we had just seen is gone by our own request.
    if (!isBackupError(error, 'snapshot-not-found')) throw error;
  }
  return { kind: 'deleted' };
}
