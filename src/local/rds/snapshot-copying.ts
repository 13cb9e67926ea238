import { addSnapshotEvent } from './events.js';
import type { RdsState, Snapshot, SnapshotCopying } from './rds-state.js';
import { snapshotSubject } from './snapshot-subject.js';

/**
 * Starts the copy of an instance's snapshot that has waited longest, unless one is on its way: copies of one instance go one
 * after the other, and show no progress while they wait (facts A8, A17).
 */
export function runNextCopy(state: RdsState, resourceId: string | undefined): void {
  const next = state.copies.find(({ details }) => details.DbiResourceId === resourceId);
  if (next?.copying?.isQueued === true) run(state, next, next.copying);
}

function run(state: RdsState, copy: Snapshot, copying: SnapshotCopying): void {
  const { dataPlane } = state.settings;
  const { source, script } = copying;
  const subject = snapshotSubject(state, copy);
  const asked = copy.startedAt;
  const step = {
    status: 'creating',
    milliseconds: copy.milliseconds,
    begin: (at: Date) => {
      copying.isQueued = false;
      copy.startedAt = at;
      addCopyEvent(state, copy, copying, 'Started the copy of snapshot');
    },
    work: dataPlane && (async () => dataPlane.copyBackup(source.backupId, copy.backupId)),
    done: (at: Date) => {
      copy.details = {
        ...copy.details,
        Status: 'available',
        PercentProgress: 100,
        SnapshotCreateTime: copy.startedAt,
        FullSnapshotSizeInBytes: source.details.FullSnapshotSizeInBytes,
      };
      const minutes = Math.round((at.getTime() - asked.getTime()) / 60_000);
      addCopyEvent(
        state,
        copy,
        copying,
        'Finished the copy of snapshot',
        copying.isCrossRegion ? ` in ${minutes} minutes` : '',
      );
      settleCopy(state, copy);
    },
  };
  const fail = (status: string, message: string, at: Date): void => {
    subject.fail(status, message, at);
    settleCopy(state, copy);
  };
  state.timeline.run({ ...subject, fail }, [step], script);
}

/** Snapshots that are being copied go: copies of them that are not done have failed (facts A14). */
export function failCopiesOf(goes: (source: Snapshot) => boolean, neighbours: ReadonlySet<RdsState>): void {
  for (const state of neighbours) {
    // A copy that was done by now is done, though nobody has looked there since.
    state.timeline.settle();
    for (const copy of [...state.copies]) {
      if (copy.copying !== undefined && goes(copy.copying.source)) failCopy(state, copy, copy.copying);
    }
  }
}

function failCopy(state: RdsState, copy: Snapshot, copying: SnapshotCopying): void {
  const { dataPlane } = state.settings;
  const subject = { ...snapshotSubject(state, copy), setStatus: () => {}, fail: () => {} };
  copy.details = { ...copy.details, Status: 'failed' };
  addCopyEvent(state, copy, copying, 'Canceled snapshot copy request of');
  if (dataPlane === undefined || copying.isQueued) state.timeline.cancel(subject.key);
  else {
    // What is being copied may be whole by the time that it can be removed, or not there at all.
    const work = (): Promise<void> => dataPlane.deleteBackup(copy.backupId).catch(() => {});
    state.timeline.replace(subject, [{ milliseconds: 0, work }]);
  }
  settleCopy(state, copy);
}

function settleCopy(state: RdsState, copy: Snapshot): void {
  copy.copying = undefined;
  state.copies.splice(state.copies.indexOf(copy), 1);
  runNextCopy(state, copy.details.DbiResourceId);
}

/** Events name the way of a copy across regions by where it comes from, else by where it is (facts D4). */
function addCopyEvent(state: RdsState, copy: Snapshot, copying: SnapshotCopying, what: string, took = ''): void {
  const { isCrossRegion, source } = copying;
  const place = isCrossRegion ? `from region ${copy.details.SourceRegion}` : `in region ${state.settings.region}`;
  const message = `${what} ${source.details.DBSnapshotIdentifier} ${place}${took}.`;
  addSnapshotEvent(state, copy, 'notification', message);
}
