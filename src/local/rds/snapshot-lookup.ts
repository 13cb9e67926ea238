import type { DBSnapshot } from '@aws-sdk/client-rds';
import { nameOf } from '../control-plane/resource-name.js';
import { holderOf } from './neighbours.js';
import { rdsFault } from './rds-fault.js';
import type { RdsState, Snapshot } from './rds-state.js';

/** The snapshot of this name, else the service's error. */
export function getSnapshot(state: RdsState, identifier: string): Snapshot {
  // An ARN may name another region's snapshot of the same name.
  const snapshot = holderOf(state, identifier) === state ? state.snapshots.get(nameOf(identifier)) : undefined;
  if (snapshot === undefined) throw rdsFault('DBSnapshotNotFoundFault', `DBSnapshot ${identifier} not found.`);
  return snapshot;
}

/** Refuses a name that is taken, and a snapshot beyond the quota: only manual ones count (facts A12). */
export function refuseSnapshot(state: RdsState, name: string): void {
  if (state.snapshots.get(name) !== undefined) {
    const message = `Cannot create the snapshot because a snapshot with the identifier ${name} already exists.`;
    throw rdsFault('DBSnapshotAlreadyExistsFault', message);
  }
  const manual = state.snapshots.count(({ details }) => details.SnapshotType === 'manual');
  if (manual >= state.settings.quotas.manualSnapshots) {
    const message = `Cannot create more than ${state.settings.quotas.manualSnapshots} manual snapshots`;
    throw rdsFault('SnapshotQuotaExceededFault', message);
  }
}

/** A snapshot as it is shown now. A copy shows no progress while it waits in the queue (facts A8). */
export function snapshotView(state: RdsState, snapshot: Snapshot): DBSnapshot {
  const { details, startedAt, milliseconds, copying } = snapshot;
  if (details.Status !== 'creating' || milliseconds === 0 || copying?.isQueued === true) return details;
  const passed = state.timeline.instant().getTime() - startedAt.getTime();
  return { ...details, PercentProgress: Math.min(99, Math.floor((100 * passed) / milliseconds)) };
}
