import { arnPrefix } from './arn-prefix.js';
import { freeName } from './automated-backup.js';
import { addSnapshotEvent } from './events.js';
import type { RdsState, Snapshot } from './rds-state.js';
import type { Placed } from './replica-links.js';
import { addSnapshot, enterSnapshot, finishSnapshot, removeSnapshot, takeBackup } from './snapshot-lifecycle.js';
import { snapshotSubject } from './snapshot-subject.js';

/**
 * The snapshots that a replica in another region is made by, as long as they are there: an automated one of the source, and its
 * copy of the same name where the replica is to be (facts A21). Whoever takes the first automated snapshot that is listed meets
 * them.
 */
export function showTransients(state: RdsState, { state: holder, instance }: Placed): void {
  const { durations, dataPlane } = holder.settings;
  // Nobody could see what is gone at once.
  if (durations.readReplica === 0) return;
  const name = freeName(holder, instance, holder.timeline.instant());
  const milliseconds = durations.snapshot;
  const snapshot = addSnapshot(holder, instance, { name, type: 'automated', tags: [], milliseconds });
  addSnapshotEvent(holder, snapshot, 'creation', 'Creating automated snapshot');
  let taken: Awaited<ReturnType<typeof takeBackup>> = { databaseTime: snapshot.startedAt, sizeBytes: undefined };
  const work = async (): Promise<void> => {
    taken = await takeBackup(holder, instance, snapshot, snapshot.startedAt);
  };
  const finish = (): void => {
    finishSnapshot(snapshot, { startedAt: snapshot.startedAt, ...taken });
    addSnapshotEvent(holder, snapshot, 'creation', 'Automated snapshot created');
    if (state.snapshots.get(name) === undefined) showCopy(state, snapshot);
  };
  holder.timeline.run(snapshotSubject(holder, snapshot), [
    { status: 'creating', milliseconds, work: dataPlane && work, done: finish },
    { status: 'available', milliseconds: durations.readReplica, done: () => removeSnapshot(holder, snapshot) },
  ]);
}

/** It goes before it is whole: there is nothing behind it. */
function showCopy(state: RdsState, source: Snapshot): void {
  const milliseconds = state.settings.durations.readReplica;
  const DBSnapshotArn = `${arnPrefix(state)}:snapshot:${source.key}`;
  const details = { ...source.details, DBSnapshotArn, Status: 'creating', PercentProgress: 0 };
  const copy = enterSnapshot(state, { details, source: source.source, milliseconds, copying: undefined });
  const done = (): void => state.snapshots.remove(copy.key);
  state.timeline.run(snapshotSubject(state, copy), [{ status: 'creating', milliseconds, done }]);
}
