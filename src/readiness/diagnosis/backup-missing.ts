import { formatMilliseconds } from '../../core/duration.js';
import { type EventKind, kindOfEvent } from '../../core/event-kind.js';
import type { SnapshotDescription } from '../../ports/database-backups.js';
import type { DatabaseEvent } from '../../ports/database-event.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import { parseDailyWindow, parseWeeklyWindow, windowsOverlap } from '../backup-window.js';
import { byLikelihood, type LikelyCause, type RuledOut } from './diagnosis.js';
import type { DiagnosisFacts } from './diagnosis-facts.js';
import { interrupted, notAvailable } from './instance-causes.js';
import { measuredCauses } from './measured-causes.js';
import { isNear, type MissedWindow, missedWindow, windowText } from './missed-window.js';

const hour = 3_600_000;
const day = 24 * hour;

/** Why the last daily backup is not there, the most likely first. Pure. */
export function causesOfMissingBackup(
  facts: DiagnosisFacts & { readonly instance: DatabaseInstance },
  now: Date,
): readonly LikelyCause[] {
  const { instance } = facts;
  const window = missedWindow(instance, now);
  const snapshots = facts.snapshots.known ? facts.snapshots.value : [];
  const events = facts.events.known ? facts.events.value : [];
  const newest = snapshots.find(({ type, status }) => type === 'automated' && status === 'available');
  const found = [
    ...notMissing(newest, window),
    ...backupsOff(instance, events),
    ...running(instance, snapshots),
    ...notAvailable(instance, events, window),
    ...interrupted(events, window),
    ...young(instance, window),
    ...renamed(facts, window),
    ...windowMoved(instance, newest, window, now),
    ...overlapping(instance),
    ...manualInWindow(snapshots, window),
    ...copyInWindow(snapshots, window),
    ...measuredCauses(facts, instance, (at) => isNear(at, window)),
    ...unlisted(facts, events),
  ];
  return found.length === 0 ? [unseen(instance, newest, window)] : byLikelihood(found);
}

/** What the runbook looks for and what does not prevent a backup (facts K16, K17, K18). */
export function ruledOutForBackup({ instance }: DiagnosisFacts): readonly RuledOut[] {
  return [
    {
      belief: 'RDS needs 20 % of free space for a snapshot',
      because:
        'snapshots are made by the storage and need none; only a full instance, which is not available, is not backed up',
    },
    {
      belief: 'long transactions prevent a snapshot',
      because: 'a snapshot of the storage waits for no transaction',
    },
    ...(instance !== undefined && overlapping(instance).length > 0
      ? []
      : [{ belief: 'the maintenance window is in the way', because: 'it does not overlap with the backup window' }]),
  ];
}

function notMissing(newest: SnapshotDescription | undefined, window: MissedWindow): readonly LikelyCause[] {
  if (newest?.createdAt === undefined || newest.createdAt < window.start) return [];
  return [
    {
      code: 'not-missing',
      likelihood: 'certain',
      title: `it is there: ${newest.identifier}`,
      evidence: { snapshot: newest.identifier, createdAt: newest.createdAt.toISOString() },
      fix: 'Nothing. Names of automated snapshots end in the minute, and events may be missing: list them, compare their times.',
    },
  ];
}

function backupsOff(instance: DatabaseInstance, events: readonly DatabaseEvent[]): readonly LikelyCause[] {
  const disabled = lastOf(events, 'backups-disabled');
  if (instance.backupRetentionDays > 0) return [];
  return [
    {
      code: 'backups-off',
      likelihood: 'certain',
      title: 'automated backups are off: the retention period is 0',
      evidence: { backupRetentionDays: 0, disabled: disabled?.at.toISOString(), replicaSource: instance.replicaSource },
      fix: 'Set a retention period; that restarts the instance, and the earlier automated snapshots are gone. Find out who set it to 0.',
    },
  ];
}

function running(instance: DatabaseInstance, snapshots: readonly SnapshotDescription[]): readonly LikelyCause[] {
  const made = snapshots.find(({ type, status }) => type === 'automated' && status === 'creating');
  if (made === undefined && instance.status !== 'backing-up') return [];
  return [
    {
      code: 'backup-running',
      likelihood: 'certain',
      title: 'a backup is being made right now',
      evidence: { status: instance.status, snapshot: made?.identifier, percent: made?.percentProgress },
      fix: 'Wait for it. The first one, and one after many changes, takes longest.',
    },
  ];
}

function young(instance: DatabaseInstance, window: MissedWindow): readonly LikelyCause[] {
  if (instance.createdAt === undefined || instance.createdAt <= window.start) return [];
  return [
    {
      code: 'new-instance',
      likelihood: 'likely',
      title: `the instance is younger than its last backup window: made ${instance.createdAt.toISOString()}`,
      evidence: { createdAt: instance.createdAt.toISOString(), window: windowText(window) },
      fix: 'Wait for the next window, or take a manual snapshot.',
    },
  ];
}

function renamed({ namesakes, instance }: DiagnosisFacts, window: MissedWindow): readonly LikelyCause[] {
  const [newest] = namesakes.known ? namesakes.value : [];
  if (newest === undefined) return [];
  const fresh = newest.createdAt !== undefined && newest.createdAt >= window.start;
  return [
    {
      code: 'renamed',
      likelihood: fresh ? 'likely' : 'possible',
      title: `snapshots under this name belong to another instance, ${newest.resourceId}: it was renamed or replaced`,
      evidence: { snapshot: newest.identifier, belongsTo: newest.resourceId, instance: instance?.resourceId },
      fix: 'Look for backups by DbiResourceId, not by name; after a promotion see that the new instance keeps backups.',
    },
  ];
}

function windowMoved(
  instance: DatabaseInstance,
  newest: SnapshotDescription | undefined,
  window: MissedWindow,
  now: Date,
): readonly LikelyCause[] {
  if (newest?.createdAt === undefined || newest.createdAt >= window.start) return [];
  const length = window.end.getTime() - window.start.getTime();
  const offset = (((newest.createdAt.getTime() - window.start.getTime()) % day) + day) % day;
  if (offset < length + hour) return [];
  return [
    {
      code: 'window-moved',
      likelihood: 'likely',
      title: `the newest snapshot was made outside of today's window, ${instance.backupWindow}: the window was moved`,
      evidence: {
        snapshot: newest.identifier,
        createdAt: newest.createdAt.toISOString(),
        backupWindow: instance.backupWindow,
        age: formatMilliseconds(now.getTime() - newest.createdAt.getTime()),
      },
      fix: 'Wait for the next window; take a manual snapshot if that is too long.',
    },
  ];
}

function overlapping({ backupWindow = '', maintenanceWindow = '' }: DatabaseInstance): readonly LikelyCause[] {
  const daily = parseDailyWindow(backupWindow);
  const weekly = parseWeeklyWindow(maintenanceWindow);
  if (daily === undefined || weekly === undefined || !windowsOverlap(daily, weekly)) return [];
  return [
    {
      code: 'window-overlap',
      likelihood: 'possible',
      title: `maintenance, ${maintenanceWindow}, overlaps with backups, ${backupWindow}`,
      evidence: { backupWindow, maintenanceWindow },
      fix: 'Move one of the two.',
    },
  ];
}

function manualInWindow(snapshots: readonly SnapshotDescription[], window: MissedWindow): readonly LikelyCause[] {
  const manual = snapshots.filter(
    (each) => each.type === 'manual' && !isCopy(each) && each.createdAt !== undefined && isNear(each.createdAt, window),
  );
  if (manual.length === 0) return [];
  return [
    {
      code: 'manual-snapshot-in-window',
      likelihood: 'possible',
      title: `a manual snapshot was made in the backup window: ${manual[0]?.identifier}`,
      evidence: { snapshots: manual.map(({ identifier }) => identifier), window: windowText(window) },
      fix: 'It holds the same data. Deploy outside of the backup window: two snapshots of one instance get in each other’s way.',
    },
  ];
}

/** A copy keeps the time of its original beside its own (facts A6). */
function isCopy({ createdAt, originalCreatedAt }: SnapshotDescription): boolean {
  return createdAt !== undefined && originalCreatedAt !== undefined && originalCreatedAt < createdAt;
}

/** While a snapshot of an instance is copied, no automated one of it is made (facts K16). */
function copyInWindow(snapshots: readonly SnapshotDescription[], window: MissedWindow): readonly LikelyCause[] {
  const copies = snapshots.filter(
    (each) =>
      (each.status === 'copying' && each.createdAt === undefined) ||
      (isCopy(each) && each.createdAt !== undefined && isNear(each.createdAt, window)),
  );
  if (copies.length === 0) return [];
  return [
    {
      code: 'copy-in-window',
      likelihood: 'likely',
      title: `a snapshot of it was being copied in the backup window: ${copies[0]?.identifier}`,
      evidence: { copies: copies.map(({ identifier }) => identifier), window: windowText(window) },
      fix: 'Copy outside of the backup window: meanwhile RDS makes no automated backup of the same instance.',
    },
  ];
}

/** Without the snapshots nobody knows whether one is missing; that RDS said it had finished one speaks against it. */
function unlisted({ snapshots }: DiagnosisFacts, events: readonly DatabaseEvent[]): readonly LikelyCause[] {
  if (snapshots.known) return [];
  const finished = lastOf(events, 'backup-finished')?.at.toISOString();
  return [
    {
      code: 'unseen',
      likelihood: 'possible',
      title: `whether it is missing cannot be told: snapshots could not be listed${finished === undefined ? '' : `; RDS finished a backup at ${finished}`}`,
      evidence: { backupFinished: finished, error: snapshots.error.message },
      fix: 'Let this identity list snapshots (rds:DescribeDBSnapshots), and ask again.',
    },
  ];
}

function unseen(
  instance: DatabaseInstance,
  newest: SnapshotDescription | undefined,
  window: MissedWindow,
): LikelyCause {
  return {
    code: 'unseen',
    likelihood: 'possible',
    title: 'nothing that can be seen explains it: heavy load, or a copy of one of its snapshots to another region',
    evidence: { status: instance.status, newest: newest?.identifier, window: windowText(window) },
    fix: 'Take a manual snapshot now. RDS has no event for a backup that failed: ask AWS support with the window.',
  };
}

function lastOf(events: readonly DatabaseEvent[], kind: EventKind): DatabaseEvent | undefined {
  return events.findLast((event) => kindOfEvent(event) === kind);
}
