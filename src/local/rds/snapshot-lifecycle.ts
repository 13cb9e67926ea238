import type { DBSnapshot, Tag } from '@aws-sdk/client-rds';
import { scatter } from '../control-plane/scatter.js';
import { arnPrefix } from './arn-prefix.js';
import { shownPort } from './instance-lookup.js';
import { randomName } from './new-instance.js';
import type { Instance, RdsState, Snapshot } from './rds-state.js';
import { failCopiesOf } from './snapshot-copying.js';
import { snapshotSubject } from './snapshot-subject.js';

/** Puts a new snapshot of an instance into the state, `creating` and without its times (facts A6). */
export function addSnapshot(
  state: RdsState,
  instance: Instance,
  made: {
    readonly name: string;
    readonly type: 'manual' | 'automated';
    readonly tags: readonly Tag[];
    readonly milliseconds: number;
  },
): Snapshot {
  const source = instance.details;
  const details: DBSnapshot = {
    DBSnapshotIdentifier: made.name,
    DBInstanceIdentifier: source.DBInstanceIdentifier,
    DBSnapshotArn: `${arnPrefix(state)}:snapshot:${made.name}`,
    DbiResourceId: instance.resourceId,
    SnapshotType: made.type,
    Status: 'creating',
    PercentProgress: 0,
    Engine: source.Engine,
    EngineVersion: source.EngineVersion,
    AllocatedStorage: source.AllocatedStorage,
    Port: shownPort(instance),
    AvailabilityZone: source.AvailabilityZone,
    VpcId: source.DBSubnetGroup?.VpcId,
    InstanceCreateTime: source.InstanceCreateTime,
    MasterUsername: source.MasterUsername,
    LicenseModel: source.LicenseModel,
    Iops: source.Iops,
    StorageThroughput: source.StorageThroughput,
    StorageType: source.StorageType,
    OptionGroupName: source.OptionGroupMemberships?.[0]?.OptionGroupName,
    Encrypted: source.StorageEncrypted,
    KmsKeyId: source.KmsKeyId,
    BackupRetentionPeriod: source.BackupRetentionPeriod,
    PreferredBackupWindow: source.PreferredBackupWindow,
    IAMDatabaseAuthenticationEnabled: source.IAMDatabaseAuthenticationEnabled,
    TagList: [...made.tags],
    ProcessorFeatures: [],
    SnapshotTarget: 'region',
    DedicatedLogVolume: source.DedicatedLogVolume,
  };
  return enterSnapshot(state, { details, source, milliseconds: made.milliseconds, copying: undefined });
}

/** Puts a snapshot into the state as described. */
export function enterSnapshot(
  state: RdsState,
  made: Pick<Snapshot, 'details' | 'source' | 'milliseconds' | 'copying'>,
): Snapshot {
  const name = made.details.DBSnapshotIdentifier ?? '';
  const snapshot: Snapshot = {
    ...made,
    key: name,
    order: scatter(name),
    backupId: `backup-${randomName(state, 16, 'abcdefghijklmnopqrstuvwxyz234567')}`,
    startedAt: state.timeline.instant(),
    readers: 0,
    sharedWith: [],
  };
  state.snapshots.add(snapshot);
  return snapshot;
}

/** What becomes of a snapshot when its backup is there. */
export function finishSnapshot(
  snapshot: Snapshot,
  taken: { readonly startedAt: Date; readonly databaseTime: Date; readonly sizeBytes: number | undefined },
): void {
  snapshot.details = {
    ...snapshot.details,
    Status: 'available',
    PercentProgress: 100,
    SnapshotCreateTime: taken.startedAt,
    OriginalSnapshotCreateTime: taken.startedAt,
    SnapshotDatabaseTime: taken.databaseTime,
    FullSnapshotSizeInBytes: taken.sizeBytes ?? (snapshot.details.AllocatedStorage ?? 0) * 1_073_741_824,
  };
}

/** Takes a snapshot out of the state, and its backup out of the data plane. */
export function removeSnapshot(state: RdsState, snapshot: Snapshot): void {
  state.snapshots.remove(snapshot.key);
  failCopiesOf((source) => source === snapshot, state.settings.neighbours);
  const subject = snapshotSubject(state, snapshot);
  const { dataPlane } = state.settings;
  if (dataPlane === undefined) {
    state.timeline.cancel(subject.key);
    return;
  }
  // A backup that is still being taken is waited for, else it would be left behind.
  const isFailed = snapshot.details.Status === 'failed';
  const work = (): Promise<void> =>
    dataPlane.deleteBackup(snapshot.backupId).catch((error: unknown) => {
      // One that failed has left nothing to delete.
      if (!isFailed) throw error;
    });
  state.timeline.replace(subject, [{ milliseconds: 0, work }]);
}

/** Takes the real backup of a snapshot; without a data plane there is none to take. */
export async function takeBackup(
  state: RdsState,
  instance: Instance,
  snapshot: Snapshot,
  startedAt: Date,
): Promise<{ readonly databaseTime: Date; readonly sizeBytes: number | undefined }> {
  const { dataPlane } = state.settings;
  if (dataPlane === undefined) return { databaseTime: startedAt, sizeBytes: undefined };
  return dataPlane.takeBackup(instance.resourceId, snapshot.backupId);
}
