import type {
  RestoreDBInstanceFromDBSnapshotCommandInput,
  RestoreDBInstanceToPointInTimeCommandInput,
} from '@aws-sdk/client-rds';
import type { PointInTimeSource, RestoreSettings } from '../ports/database-restore.js';
import { toTagList } from './tag-list.js';

/** What both kinds of restore send. Left out, a setting gets AWS's default and not the source's value (facts B3). */
function sharedInput(
  settings: RestoreSettings,
): Omit<RestoreDBInstanceFromDBSnapshotCommandInput, 'DBInstanceIdentifier'> {
  return {
    DBInstanceClass: settings.instanceClass,
    PubliclyAccessible: settings.publiclyAccessible,
    MultiAZ: settings.multiAz,
    DeletionProtection: settings.deletionProtection,
    EnableIAMDatabaseAuthentication: settings.iamAuthentication,
    AutoMinorVersionUpgrade: settings.autoMinorVersionUpgrade,
    CopyTagsToSnapshot: settings.copyTagsToSnapshot,
    VpcSecurityGroupIds: [...settings.vpcSecurityGroups],
    DBSubnetGroupName: settings.subnetGroup,
    DBParameterGroupName: settings.parameterGroup,
    OptionGroupName: settings.optionGroup,
    Port: settings.port,
    StorageType: settings.storageType,
    Iops: settings.iops,
    StorageThroughput: settings.storageThroughput,
    CACertificateIdentifier: settings.caCertificate,
    EnableCloudwatchLogsExports: settings.logExports.length === 0 ? undefined : [...settings.logExports],
    BackupRetentionPeriod: settings.backupRetentionDays,
    PreferredBackupWindow: settings.backupWindow,
    Tags: toTagList(settings.tags),
  };
}

/** Input of a restore from a snapshot. */
export function snapshotRestoreInput(
  snapshot: string,
  settings: RestoreSettings,
): RestoreDBInstanceFromDBSnapshotCommandInput {
  return { DBInstanceIdentifier: settings.target, DBSnapshotIdentifier: snapshot, ...sharedInput(settings) };
}

/** Input of a restore to a point in time: exactly one source and one time (facts B7), in whole seconds. */
export function pointInTimeRestoreInput(
  { from, to, maxAllocatedStorageGiB }: PointInTimeSource,
  settings: RestoreSettings,
): RestoreDBInstanceToPointInTimeCommandInput {
  return {
    TargetDBInstanceIdentifier: settings.target,
    ...sourceOf(from),
    ...(to.kind === 'latest' ? { UseLatestRestorableTime: true } : { RestoreTime: wholeSeconds(to.time) }),
    MaxAllocatedStorage: maxAllocatedStorageGiB,
    ...sharedInput(settings),
  };
}

function sourceOf(from: PointInTimeSource['from']): Partial<RestoreDBInstanceToPointInTimeCommandInput> {
  switch (from.kind) {
    case 'instance':
      return { SourceDBInstanceIdentifier: from.identifier };
    case 'resource':
      return { SourceDbiResourceId: from.resourceId };
    case 'automated-backup':
      return { SourceDBInstanceAutomatedBackupsArn: from.arn };
  }
}

/** Rounded down: a restore must never reach past the instant that was asked for. */
function wholeSeconds(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / 1_000) * 1_000);
}
