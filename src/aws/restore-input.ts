import type {
  CreateDBInstanceReadReplicaCommandInput,
  RestoreDBInstanceFromDBSnapshotCommandInput,
  RestoreDBInstanceToPointInTimeCommandInput,
} from '@aws-sdk/client-rds';
import type { PointInTimeSource, ReplicaSettings, RestoreSettings } from '../ports/database-restore.js';
import { toTagList } from './tag-list.js';

/** What both kinds of restore, and the making of a replica, send. Left out, a setting gets AWS's default and not the source's value (facts B3). */
function sharedInput(
  settings: Omit<RestoreSettings, 'parameterGroup' | 'backupRetentionDays' | 'backupWindow'>,
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
    OptionGroupName: settings.optionGroup,
    Port: settings.port,
    StorageType: settings.storageType,
    Iops: settings.iops,
    StorageThroughput: settings.storageThroughput,
    CACertificateIdentifier: settings.caCertificate,
    EnableCloudwatchLogsExports: settings.logExports.length === 0 ? undefined : [...settings.logExports],
    Tags: toTagList(settings.tags),
  };
}

/** What only restores can set. */
function restoredInput(
  settings: RestoreSettings,
): Omit<RestoreDBInstanceFromDBSnapshotCommandInput, 'DBInstanceIdentifier'> {
  return {
    ...sharedInput(settings),
    DBParameterGroupName: settings.parameterGroup,
    BackupRetentionPeriod: settings.backupRetentionDays,
    PreferredBackupWindow: settings.backupWindow,
  };
}

/** Input of a restore from a snapshot. */
export function snapshotRestoreInput(
  snapshot: string,
  settings: RestoreSettings,
): RestoreDBInstanceFromDBSnapshotCommandInput {
  return { DBInstanceIdentifier: settings.target, DBSnapshotIdentifier: snapshot, ...restoredInput(settings) };
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
    ...restoredInput(settings),
  };
}

/** Input of the making of a read replica. Unlike a restore it takes monitoring and the limit of autoscaling at once. */
export function replicaInput(source: string, settings: ReplicaSettings): CreateDBInstanceReadReplicaCommandInput {
  const { target, kmsKey, maxAllocatedStorageGiB, monitoring, performanceInsights } = settings;
  return {
    DBInstanceIdentifier: target,
    SourceDBInstanceIdentifier: source,
    KmsKeyId: kmsKey,
    MaxAllocatedStorage: maxAllocatedStorageGiB,
    MonitoringInterval: monitoring.intervalSeconds,
    MonitoringRoleArn: monitoring.roleArn,
    EnablePerformanceInsights: performanceInsights.enabled,
    PerformanceInsightsKMSKeyId: performanceInsights.enabled ? performanceInsights.kmsKey : undefined,
    PerformanceInsightsRetentionPeriod: performanceInsights.enabled ? performanceInsights.retentionDays : undefined,
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
