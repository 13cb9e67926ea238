import type { DBInstance } from '@aws-sdk/client-rds';
import type { DatabaseInstance } from '../ports/database-instance.js';
import { fromTagList } from './tag-list.js';

/** An instance as RDS describes it, in our words. */
export function toDatabaseInstance(instance: DBInstance): DatabaseInstance {
  return {
    identifier: (instance.DBInstanceIdentifier ?? '').toLowerCase(),
    arn: instance.DBInstanceArn ?? '',
    resourceId: instance.DbiResourceId ?? '',
    status: instance.DBInstanceStatus ?? 'unknown',
    engine: instance.Engine ?? '',
    engineVersion: instance.EngineVersion ?? '',
    instanceClass: instance.DBInstanceClass ?? '',
    endpoint: toEndpoint(instance.Endpoint),
    createdAt: instance.InstanceCreateTime,
    ...storageOf(instance),
    ...networkOf(instance),
    ...settingsOf(instance),
    ...monitoringOf(instance),
    ...backupsOf(instance),
    pendingChanges: toPendingChanges(instance.PendingModifiedValues),
    replicaSource: instance.ReadReplicaSourceDBInstanceIdentifier,
    replication: toReplication(instance.StatusInfos),
    replicas: instance.ReadReplicaDBInstanceIdentifiers ?? [],
    backupCopies: (instance.DBInstanceAutomatedBackupsReplications ?? []).flatMap(
      ({ DBInstanceAutomatedBackupsArn: arn }) => (arn === undefined ? [] : [arn]),
    ),
    tags: fromTagList(instance.TagList),
  };
}

/** Of what is no replica the list is empty (facts E6). */
function toReplication(infos: DBInstance['StatusInfos']): DatabaseInstance['replication'] {
  const info = infos?.find(({ StatusType }) => StatusType === 'read replication');
  if (info === undefined) return undefined;
  return { status: info.Status ?? 'unknown', normal: info.Normal ?? false, message: info.Message };
}

function toEndpoint(endpoint: DBInstance['Endpoint']): DatabaseInstance['endpoint'] {
  // While creating, the element may be there and hold only a zone or a port (facts B14).
  if (endpoint?.Address === undefined || endpoint.Port === undefined) return undefined;
  return { address: endpoint.Address, port: endpoint.Port };
}

function storageOf(
  instance: DBInstance,
): Pick<
  DatabaseInstance,
  | 'allocatedStorageGiB'
  | 'maxAllocatedStorageGiB'
  | 'storageType'
  | 'iops'
  | 'storageThroughput'
  | 'encrypted'
  | 'kmsKey'
> {
  return {
    allocatedStorageGiB: instance.AllocatedStorage ?? 0,
    maxAllocatedStorageGiB: instance.MaxAllocatedStorage,
    storageType: instance.StorageType,
    iops: instance.Iops,
    storageThroughput: instance.StorageThroughput,
    encrypted: instance.StorageEncrypted ?? false,
    kmsKey: instance.KmsKeyId,
  };
}

function networkOf(
  instance: DBInstance,
): Pick<
  DatabaseInstance,
  'multiAz' | 'availabilityZone' | 'standbyZone' | 'publiclyAccessible' | 'subnetGroup' | 'vpcSecurityGroups'
> {
  return {
    multiAz: instance.MultiAZ ?? false,
    availabilityZone: instance.AvailabilityZone,
    standbyZone: instance.SecondaryAvailabilityZone,
    publiclyAccessible: instance.PubliclyAccessible ?? false,
    subnetGroup: instance.DBSubnetGroup?.DBSubnetGroupName,
    vpcSecurityGroups: (instance.VpcSecurityGroups ?? []).map((group) => ({
      id: group.VpcSecurityGroupId ?? '',
      status: group.Status ?? 'unknown',
    })),
  };
}

function settingsOf(
  instance: DBInstance,
): Pick<
  DatabaseInstance,
  | 'parameterGroups'
  | 'optionGroups'
  | 'deletionProtection'
  | 'iamAuthentication'
  | 'autoMinorVersionUpgrade'
  | 'copyTagsToSnapshot'
  | 'caCertificate'
> {
  return {
    parameterGroups: (instance.DBParameterGroups ?? []).map((group) => ({
      name: group.DBParameterGroupName ?? '',
      applyStatus: group.ParameterApplyStatus ?? 'unknown',
    })),
    optionGroups: (instance.OptionGroupMemberships ?? []).map((group) => ({
      name: group.OptionGroupName ?? '',
      status: group.Status ?? 'unknown',
    })),
    deletionProtection: instance.DeletionProtection ?? false,
    iamAuthentication: instance.IAMDatabaseAuthenticationEnabled ?? false,
    autoMinorVersionUpgrade: instance.AutoMinorVersionUpgrade ?? false,
    copyTagsToSnapshot: instance.CopyTagsToSnapshot ?? false,
    caCertificate: instance.CACertificateIdentifier,
  };
}

function monitoringOf(
  instance: DBInstance,
): Pick<
  DatabaseInstance,
  | 'logExports'
  | 'monitoringIntervalSeconds'
  | 'monitoringRoleArn'
  | 'performanceInsights'
  | 'performanceInsightsKmsKey'
  | 'performanceInsightsRetentionDays'
> {
  return {
    logExports: instance.EnabledCloudwatchLogsExports ?? [],
    monitoringIntervalSeconds: instance.MonitoringInterval ?? 0,
    monitoringRoleArn: instance.MonitoringRoleArn,
    performanceInsights: instance.PerformanceInsightsEnabled ?? false,
    performanceInsightsKmsKey: instance.PerformanceInsightsKMSKeyId,
    performanceInsightsRetentionDays: instance.PerformanceInsightsRetentionPeriod,
  };
}

function backupsOf(
  instance: DBInstance,
): Pick<DatabaseInstance, 'backupRetentionDays' | 'backupWindow' | 'maintenanceWindow' | 'latestRestorableTime'> {
  return {
    backupRetentionDays: instance.BackupRetentionPeriod ?? 0,
    backupWindow: instance.PreferredBackupWindow,
    maintenanceWindow: instance.PreferredMaintenanceWindow,
    latestRestorableTime: instance.LatestRestorableTime,
  };
}

/** Only what is really pending, and never a new master password: RDS shows it masked, plans shall not show it at all. */
function toPendingChanges(pending: DBInstance['PendingModifiedValues']): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(pending ?? {})
      .filter(([, value]) => value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0))
      .map(([name, value]) => [name, name === 'MasterUserPassword' ? '[changed]' : value]),
  );
}
