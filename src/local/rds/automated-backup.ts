import type { Step } from '../control-plane/timeline.js';
import { addInstanceEvent, addSnapshotEvent } from './events.js';
import { automatedSnapshotName } from './identifiers.js';
import type { Instance, RdsState, Snapshot } from './rds-state.js';
import { replicateBackup } from './replicated-backups.js';
import { addSnapshot, finishSnapshot, removeSnapshot, takeBackup } from './snapshot-lifecycle.js';
import { snapshotSubject } from './snapshot-subject.js';

const day = 86_400_000;

/**
 * An automated backup as part of an instance's lifecycle: status `backing-up`, a snapshot named by instance and minute, and
 * from the first one on the instance can be recovered to a point in time. A backup that fails leaves the instance as it was.
 */
export function automatedBackupStep(state: RdsState, instance: Instance): Step {
  let snapshot: Snapshot | undefined;
  let taken: Awaited<ReturnType<typeof takeBackup>> | undefined;
  return {
    status: 'backing-up',
    milliseconds: state.settings.durations.automatedBackup,
    begin: (at) => {
      snapshot = addSnapshot(state, instance, {
        name: freeName(state, instance, at),
        type: 'automated',
        tags: instance.details.CopyTagsToSnapshot === true ? (instance.details.TagList ?? []) : [],
        milliseconds: state.settings.durations.automatedBackup,
      });
      addInstanceEvent(state, instance, 'backup', 'Backing up DB instance');
      addSnapshotEvent(state, snapshot, 'creation', 'Creating automated snapshot');
      if (state.settings.dataPlane === undefined) taken = { databaseTime: at, sizeBytes: undefined };
    },
    work:
      state.settings.dataPlane &&
      (async () => {
        if (snapshot === undefined) return;
        try {
          taken = await takeBackup(state, instance, snapshot, snapshot.startedAt);
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          snapshotSubject(state, snapshot).fail('failed', message, state.timeline.instant());
        }
      }),
    done: (at) => {
      if (snapshot === undefined || taken === undefined) return;
      finishSnapshot(snapshot, { startedAt: snapshot.startedAt, ...taken });
      // A replica is backed up and cannot be recovered to an instant (facts B9).
      if (instance.follows === undefined) instance.recoverableTo ??= taken.databaseTime;
      addInstanceEvent(state, instance, 'backup', 'Finished DB Instance backup');
      addSnapshotEvent(state, snapshot, 'creation', 'Automated snapshot created');
      replicateBackup(state, snapshot, at);
      expireAutomated(state, instance, at);
    },
  };
}

/** The automated snapshots of an instance, by its resource id: names may have been others' (facts A20). */
export function automatedSnapshots(state: RdsState, resourceId: string): readonly Snapshot[] {
  return state.snapshots
    .sorted()
    .filter(({ details }) => details.DbiResourceId === resourceId && details.SnapshotType === 'automated');
}

/** Drops all automated backups of an instance: its retention was set to 0, or it is gone (facts A11). */
export function dropAutomatedBackups(state: RdsState, resourceId: string): void {
  for (const snapshot of automatedSnapshots(state, resourceId)) removeSnapshot(state, snapshot);
}

function expireAutomated(state: RdsState, instance: Instance, now: Date): void {
  const oldest = now.getTime() - (instance.details.BackupRetentionPeriod ?? 0) * day;
  for (const snapshot of automatedSnapshots(state, instance.resourceId)) {
    const isInUse = snapshot.readers > 0 || snapshot.details.Status === 'creating';
    if (snapshot.startedAt.getTime() < oldest && !isInUse) removeSnapshot(state, snapshot);
  }
}

/** A name for an automated backup. Two instances can carry one name within one minute, after a rename. */
export function freeName(state: RdsState, instance: Instance, at: Date): string {
  let minute = at.getTime();
  for (;;) {
    const name = automatedSnapshotName(instance.details.DBInstanceIdentifier ?? '', new Date(minute));
    if (state.snapshots.get(name) === undefined) return name;
    minute += 60_000;
  }
}
