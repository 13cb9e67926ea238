import type { DBSnapshot, Tag } from '@aws-sdk/client-rds';
import { scatter } from '../control-plane/scatter.js';
import type { Subject } from '../control-plane/timeline.js';
import { addSnapshotEvent } from './events.js';
import { arnPrefix, randomName } from './new-instance.js';
import type { Instance, RdsState, Snapshot } from './rds-state.js';

/** A snapshot as the timeline carries it. */
export function snapshotSubject(state: RdsState, snapshot: Snapshot): Subject {
  return {
    key: `snapshot/${snapshot.backupId}`,
    setStatus: (status) => {
      snapshot.details = { ...snapshot.details, Status: status };
    },
    fail: (status, message) => {
      snapshot.details = { ...snapshot.details, Status: status };
      addSnapshotEvent(state, snapshot, 'notification', `Snapshot creation failed. ${message}`);
    },
  };
}

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
    Port: instance.port,
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
  const snapshot: Snapshot = {
    key: made.name,
    order: scatter(made.name),
    backupId: `backup-${randomName(state, 16, 'abcdefghijklmnopqrstuvwxyz234567')}`,
    details,
    source,
    startedAt: state.timeline.instant(),
    milliseconds: made.milliseconds,
    readers: 0,
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
  const subject = snapshotSubject(state, snapshot);
  const { dataPlane } = state.settings;
  if (dataPlane === undefined) {
    state.timeline.cancel(subject.key);
    return;
  }
  // A backup that is still being taken is waited for, else it would be left behind.
  const work = async (): Promise<void> => dataPlane.deleteBackup(snapshot.backupId);
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
