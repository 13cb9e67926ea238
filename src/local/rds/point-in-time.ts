import type { DBInstance, RestoreDBInstanceToPointInTimeMessage } from '@aws-sdk/client-rds';
import { invalidCombination, invalidParameterValue } from '../control-plane/parameter-fault.js';
import { automatedSnapshots } from './automated-backup.js';
import { getInstance } from './instance-lookup.js';
import { earliestOf, latestRestorableTime, shipLogs } from './log-shipping.js';
import { rdsFault } from './rds-fault.js';
import type { RdsState, ReplicatedBackups, RestoreBase } from './rds-state.js';
import { replicatedTo, settleSources, sourceOf } from './replicated-backups.js';

/** What a point-in-time restore is made from. */
export interface Recovery {
  readonly source: DBInstance;
  readonly port: number;
  /** The automated snapshot that the replay starts from. */
  readonly base: RestoreBase;
  readonly time: Date;
}

interface Source {
  readonly details: DBInstance;
  readonly port: number;
  readonly bases: readonly RestoreBase[];
  readonly latest: Date | undefined;
}

/** Finds source, base and instant of a request, or says why there are none (facts B7, B8). */
export async function findRecovery(state: RdsState, input: RestoreDBInstanceToPointInTimeMessage): Promise<Recovery> {
  if ((input.RestoreTime === undefined) === (input.UseLatestRestorableTime !== true)) {
    throw invalidCombination('Specify exactly one of RestoreTime and UseLatestRestorableTime');
  }
  const source = await findSource(state, input);
  const { details, bases, latest, port } = source;
  const earliest = earliestOf(bases);
  if (latest === undefined || earliest === undefined) {
    const message = `Point In Time Restore is not enabled for DBInstance ${details.DBInstanceIdentifier}: it has no finished backup`;
    throw rdsFault('PointInTimeRestoreNotEnabledFault', message);
  }
  const time = input.RestoreTime ?? latest;
  if (time > latest || time < earliest) {
    throw invalidParameterValue(
      `The specified instance cannot be restored to a time later than ${text(latest)} or earlier than ${text(earliest)}`,
    );
  }
  return { source: details, port, base: baseFor(bases, time), time };
}

async function findSource(state: RdsState, input: RestoreDBInstanceToPointInTimeMessage): Promise<Source> {
  const { SourceDBInstanceIdentifier: name, SourceDbiResourceId: id, SourceDBInstanceAutomatedBackupsArn: arn } = input;
  if ([name, id, arn].filter((given) => given !== undefined).length !== 1) {
    throw invalidCombination(
      'Specify exactly one of SourceDBInstanceIdentifier, SourceDbiResourceId and SourceDBInstanceAutomatedBackupsArn',
    );
  }
  const retained = state.retained.sorted().find((left) => left.resourceId === id || left.arn === arn);
  if (retained !== undefined) {
    const { resourceId, source: details, recoverableTo: latest } = retained;
    const bases = automatedSnapshots(state, resourceId);
    return { details, bases, latest, port: details.Endpoint?.Port ?? 5432 };
  }
  const replicated = state.replicated.sorted().find((one) => one.resourceId === id || one.arn === arn);
  if (replicated !== undefined) return fromReplicated(state, replicated, input);
  const instance =
    name !== undefined
      ? getInstance(state, name)
      : state.instances.sorted().find((live) => live.resourceId === id || live.automatedBackupsArn === arn);
  if (instance === undefined) {
    const message = `Automated backup ${id ?? arn} not found.`;
    throw rdsFault('DBInstanceAutomatedBackupNotFoundFault', message);
  }
  const { details, resourceId, port } = instance;
  if ((details.BackupRetentionPeriod ?? 0) === 0) {
    const message = `Point In Time Restore is not enabled for DBInstance ${details.DBInstanceIdentifier}`;
    throw rdsFault('PointInTimeRestoreNotEnabledFault', message);
  }
  // The latest restorable time is that of the last log shipped: asking for it ships what there is.
  if (input.UseLatestRestorableTime === true) await shipLogs(state, instance);
  return { details, bases: automatedSnapshots(state, resourceId), port, latest: latestRestorableTime(state, instance) };
}

/** Another region's backups, restored here: the source's region need not be there any more. */
async function fromReplicated(
  state: RdsState,
  replicated: ReplicatedBackups,
  input: RestoreDBInstanceToPointInTimeMessage,
): Promise<Source> {
  settleSources(state);
  const live = sourceOf(state, replicated);
  if (live !== undefined && input.UseLatestRestorableTime === true) await shipLogs(live.holder, live.instance);
  const { source: details, bases } = replicated;
  return { details, bases, latest: replicatedTo(state, replicated), port: details.Endpoint?.Port ?? 5432 };
}

function baseFor(bases: readonly RestoreBase[], time: Date): RestoreBase {
  let base: RestoreBase | undefined;
  for (const snapshot of bases) {
    const { Status, SnapshotDatabaseTime } = snapshot.details;
    if (Status !== 'available' || SnapshotDatabaseTime === undefined || SnapshotDatabaseTime > time) continue;
    const best = base?.details.SnapshotDatabaseTime;
    if (best === undefined || SnapshotDatabaseTime > best) base = snapshot;
  }
  if (base === undefined) throw rdsFault('PointInTimeRestoreNotEnabledFault', 'No backup reaches the specified time');
  return base;
}

/** Whole seconds: that is the resolution of a restore time. */
function text(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
