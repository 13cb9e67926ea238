import type { Subject } from '../control-plane/timeline.js';
import { patchInstance } from './instance-lookup.js';
import { latestRestorableTime } from './log-shipping.js';
import { randomName } from './new-instance.js';
import type { Instance, RdsState, ReplicatedBackups, Snapshot } from './rds-state.js';

const day = 86_400_000;

/** The instance whose backups are replicated, and the control plane that it is in, while both are there. */
export function sourceOf(
  state: RdsState,
  replicated: ReplicatedBackups,
): { readonly holder: RdsState; readonly instance: Instance } | undefined {
  if (replicated.status === 'retained') return undefined;
  for (const holder of state.settings.neighbours) {
    const instance = holder.instances.get(replicated.resourceId);
    if (instance !== undefined) return { holder, instance };
  }
  return undefined;
}

/** Brings regions up to now from which backups come here: nobody may have looked there for long. */
export function settleSources({ settings, replicated }: RdsState): void {
  if (replicated.size === 0) return;
  for (const neighbour of settings.neighbours) neighbour.timeline.settle();
}

/** The instant up to which replicated backups reach. */
export function replicatedTo(state: RdsState, replicated: ReplicatedBackups): Date | undefined {
  if (replicated.bases.length === 0) return undefined;
  const source = sourceOf(state, replicated);
  return source === undefined ? replicated.recoverableTo : latestRestorableTime(source.holder, source.instance);
}

/** A finished automated snapshot goes where its instance's backups are replicated to. */
export function replicateBackup(state: RdsState, snapshot: Snapshot, at: Date): void {
  for (const neighbour of state.settings.neighbours) {
    const replicated = neighbour.replicated.get(snapshot.details.DbiResourceId ?? '');
    if (replicated !== undefined && replicated.status !== 'retained') bringOver(neighbour, replicated, snapshot, at);
  }
}

/** Copies an automated snapshot as a base for point-in-time restores. */
export function bringOver(state: RdsState, replicated: ReplicatedBackups, snapshot: Snapshot, from: Date): void {
  const { dataPlane, durations } = state.settings;
  const backupId = `backup-${randomName(state, 16, 'abcdefghijklmnopqrstuvwxyz234567')}`;
  const step = {
    milliseconds: durations.snapshotCopy,
    work: dataPlane && (async () => dataPlane.copyBackup(snapshot.backupId, backupId)),
    done: (at: Date) => {
      replicated.bases = [...replicated.bases, { backupId, details: snapshot.details, readers: 0 }];
      if (replicated.status === 'pending') replicated.status = 'replicating';
      expireBases(state, replicated, at);
    },
  };
  state.timeline.run(silent(`replicating/${backupId}`), [step], undefined, from);
}

/** Nothing more comes: what is there is kept for as many days as was asked (facts E11). */
export function endReplication(state: RdsState, replicated: ReplicatedBackups, at: Date): void {
  const source = sourceOf(state, replicated);
  replicated.recoverableTo = replicatedTo(state, replicated);
  replicated.status = 'retained';
  if (source !== undefined) {
    const { DBInstanceAutomatedBackupsReplications: all = [] } = source.instance.details;
    const others = all.filter(({ DBInstanceAutomatedBackupsArn: arn }) => arn !== replicated.arn);
    patchInstance(source.instance, { DBInstanceAutomatedBackupsReplications: others });
  }
  dropReplicatedAt(state, replicated, new Date(at.getTime() + replicated.retention * day));
}

/** Removes replicated backups once their time is over. */
export function dropReplicatedAt(state: RdsState, replicated: ReplicatedBackups, at: Date): void {
  const subject: Subject = { ...silent(replicatedKey(replicated)), isAppointment: true };
  const milliseconds = at.getTime() - state.timeline.instant().getTime();
  state.timeline.run(subject, [{ milliseconds, done: () => dropReplicated(state, replicated) }]);
}

/** An instance goes, or its whole region: what others have of its backups stays with them. */
export function endReplicationsOf(state: RdsState, resourceId: string, at: Date): void {
  for (const neighbour of state.settings.neighbours) {
    // What had come by now, though nobody has looked there since.
    neighbour.timeline.settle();
    const replicated = neighbour.replicated.get(resourceId);
    if (replicated !== undefined && replicated.status !== 'retained') endReplication(neighbour, replicated, at);
  }
}

/** Removes replicated backups. */
export function dropReplicated(state: RdsState, replicated: ReplicatedBackups): void {
  state.replicated.remove(replicated.key);
  state.timeline.cancel(replicatedKey(replicated));
  deleteBases(state, replicated.bases);
  deleteUnusedLogs(state, replicated.resourceId);
}

/** Whether the logs of an instance are needed by anybody's backups. */
export function isReplicated(state: RdsState, resourceId: string): boolean {
  return [...state.settings.neighbours].some(({ replicated }) => replicated.get(resourceId) !== undefined);
}

/** Deletes the logs of an instance that is gone, once no backup can be restored with them. */
export function deleteUnusedLogs(state: RdsState, resourceId: string): void {
  const { dataPlane, neighbours } = state.settings;
  const isNeeded = [...neighbours].some((neighbour) =>
    [neighbour.instances, neighbour.retained, neighbour.replicated].some((them) => them.get(resourceId) !== undefined),
  );
  if (dataPlane === undefined || isNeeded) return;
  const work = async (): Promise<void> => dataPlane.deleteLogs(resourceId);
  state.timeline.run(silent(`logs/${resourceId}`), [{ milliseconds: 0, work }]);
}

function expireBases(state: RdsState, replicated: ReplicatedBackups, now: Date): void {
  const oldest = now.getTime() - replicated.retention * day;
  const isKept = ({ details, readers }: ReplicatedBackups['bases'][number]): boolean =>
    readers > 0 || (details.SnapshotDatabaseTime?.getTime() ?? 0) >= oldest;
  deleteBases(
    state,
    replicated.bases.filter((base) => !isKept(base)),
  );
  replicated.bases = replicated.bases.filter(isKept);
}

function deleteBases(state: RdsState, bases: ReplicatedBackups['bases']): void {
  const { dataPlane } = state.settings;
  if (dataPlane === undefined) return;
  for (const { backupId } of bases) {
    const work = async (): Promise<void> => dataPlane.deleteBackup(backupId);
    state.timeline.run(silent(`base/${backupId}`), [{ milliseconds: 0, work }]);
  }
}

/** What the timeline knows the end of replicated backups by. */
export function replicatedKey({ arn }: ReplicatedBackups): string {
  return `replicated/${arn}`;
}

function silent(key: string): Subject {
  return { key, setStatus: () => {}, fail: () => {} };
}
