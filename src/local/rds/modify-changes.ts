import type { DBInstance, ModifyDBInstanceMessage, PendingModifiedValues } from '@aws-sdk/client-rds';
import { invalidCombination, invalidParameterValue } from '../control-plane/parameter-fault.js';
import { checkBackupWindow, checkRetention } from './create-instance.js';

import type { RdsState } from './rds-state.js';
import { getSubnetGroup, subnetGroupView } from './subnet-groups.js';

/** Changes that do not wait for the maintenance window. */
export interface ImmediateChanges {
  readonly details: Partial<DBInstance>;
  /** Whether something was asked for that `details` does not hold, such as a password. */
  readonly isRequest: boolean;
  /** The status shown while they take effect, if that takes a while. */
  readonly takesWhile: string | undefined;
}

/** What takes effect at once, whether `ApplyImmediately` is given or not. */
export function immediateChanges(
  state: RdsState,
  input: ModifyDBInstanceMessage,
  before: DBInstance,
): ImmediateChanges {
  const details: Partial<DBInstance> = {};
  if (changesRetentionOnly(input, before))
    details.BackupRetentionPeriod = checkRetention(input.BackupRetentionPeriod ?? 0);
  if (input.DeletionProtection !== undefined) details.DeletionProtection = input.DeletionProtection;
  if (input.CopyTagsToSnapshot !== undefined) details.CopyTagsToSnapshot = input.CopyTagsToSnapshot;
  if (input.PreferredBackupWindow !== undefined)
    details.PreferredBackupWindow = checkBackupWindow(input.PreferredBackupWindow);
  if (input.PreferredMaintenanceWindow !== undefined) {
    details.PreferredMaintenanceWindow = checkMaintenanceWindow(input.PreferredMaintenanceWindow);
  }
  if (input.AutoMinorVersionUpgrade !== undefined) details.AutoMinorVersionUpgrade = input.AutoMinorVersionUpgrade;
  if (input.MaxAllocatedStorage !== undefined) details.MaxAllocatedStorage = input.MaxAllocatedStorage;
  if (input.PubliclyAccessible !== undefined) details.PubliclyAccessible = input.PubliclyAccessible;
  if (input.VpcSecurityGroupIds !== undefined) {
    details.VpcSecurityGroups = input.VpcSecurityGroupIds.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' }));
  }
  if (input.OptionGroupName !== undefined) {
    details.OptionGroupMemberships = [{ OptionGroupName: input.OptionGroupName, Status: 'in-sync' }];
  }
  if (input.DBSubnetGroupName !== undefined) {
    details.DBSubnetGroup = subnetGroupView(state, getSubnetGroup(state, input.DBSubnetGroupName));
  }
  if (input.EnableIAMDatabaseAuthentication !== undefined) {
    details.IAMDatabaseAuthenticationEnabled = input.EnableIAMDatabaseAuthentication;
  }
  if (input.EnablePerformanceInsights !== undefined)
    details.PerformanceInsightsEnabled = input.EnablePerformanceInsights;
  if (input.CACertificateIdentifier !== undefined) details.CACertificateIdentifier = input.CACertificateIdentifier;
  if (input.MonitoringInterval !== undefined) details.MonitoringInterval = checkMonitoring(input);
  if (input.MonitoringRoleArn !== undefined) details.MonitoringRoleArn = input.MonitoringRoleArn;
  if (input.EngineLifecycleSupport !== undefined) details.EngineLifecycleSupport = input.EngineLifecycleSupport;
  if (input.CloudwatchLogsExportConfiguration !== undefined) {
    const { EnableLogTypes: on = [], DisableLogTypes: off = [] } = input.CloudwatchLogsExportConfiguration;
    const kept = (before.EnabledCloudwatchLogsExports ?? []).filter((type) => !off.includes(type));
    details.EnabledCloudwatchLogsExports = [...new Set([...kept, ...on])];
  }
  const isRequest = input.MasterUserPassword !== undefined || input.DBParameterGroupName !== undefined;
  return { details, isRequest, takesWhile: shownStatus(input) };
}

/** What waits for the maintenance window unless `ApplyImmediately` is given. */
export function deferrableChanges(
  input: ModifyDBInstanceMessage,
  before: DBInstance,
  newName: string | undefined,
): PendingModifiedValues {
  const pending: PendingModifiedValues = {};
  if (newName !== undefined) pending.DBInstanceIdentifier = newName;
  if (input.DBInstanceClass !== undefined && input.DBInstanceClass !== before.DBInstanceClass) {
    pending.DBInstanceClass = input.DBInstanceClass;
  }
  if (input.AllocatedStorage !== undefined && input.AllocatedStorage !== before.AllocatedStorage) {
    pending.AllocatedStorage = checkStorage(input.AllocatedStorage, before.AllocatedStorage ?? 0);
  }
  if (input.MultiAZ !== undefined && input.MultiAZ !== before.MultiAZ) pending.MultiAZ = input.MultiAZ;
  if (input.EngineVersion !== undefined && input.EngineVersion !== before.EngineVersion) {
    pending.EngineVersion = checkVersion(input, before.EngineVersion ?? '');
  }
  if (input.StorageType !== undefined && input.StorageType !== before.StorageType)
    pending.StorageType = input.StorageType;
  if (input.Iops !== undefined && input.Iops !== before.Iops) pending.Iops = input.Iops;
  if (input.StorageThroughput !== undefined && input.StorageThroughput !== before.StorageThroughput) {
    pending.StorageThroughput = input.StorageThroughput;
  }
  if (input.DBPortNumber !== undefined && input.DBPortNumber !== before.Endpoint?.Port)
    pending.Port = input.DBPortNumber;
  const retention = input.BackupRetentionPeriod;
  if (retention !== undefined && retention !== before.BackupRetentionPeriod && !changesRetentionOnly(input, before)) {
    pending.BackupRetentionPeriod = checkRetention(retention);
  }
  return pending;
}

/** From one number of days to another there is nothing to wait for; from or to none the instance is interrupted (facts A11). */
function changesRetentionOnly(input: ModifyDBInstanceMessage, before: DBInstance): boolean {
  const { BackupRetentionPeriod: asked = 0 } = input;
  const { BackupRetentionPeriod: present = 0 } = before;
  return asked > 0 && present > 0 && asked !== present;
}

/** What waited, and what waits now. */
export function mergePending(
  waiting: PendingModifiedValues | undefined,
  added: PendingModifiedValues,
): PendingModifiedValues {
  return { ...waiting, ...added };
}

/** Some changes have a status of their own while they take effect. */
function shownStatus(input: ModifyDBInstanceMessage): string | undefined {
  if (input.MonitoringInterval !== undefined) return 'configuring-enhanced-monitoring';
  if (input.EnableIAMDatabaseAuthentication !== undefined) return 'configuring-iam-database-auth';
  if (input.CloudwatchLogsExportConfiguration !== undefined) return 'configuring-log-exports';
  const slow = [
    input.VpcSecurityGroupIds,
    input.PubliclyAccessible,
    input.DBSubnetGroupName,
    input.DBParameterGroupName,
  ];
  return slow.some((asked) => asked !== undefined) ? 'modifying' : undefined;
}

function checkMonitoring(input: ModifyDBInstanceMessage): number {
  const interval = input.MonitoringInterval ?? 0;
  if (![0, 1, 5, 10, 15, 30, 60].includes(interval))
    throw invalidParameterValue(`Invalid monitoring interval: ${interval}`);
  if (interval > 0 && input.MonitoringRoleArn === undefined) {
    throw invalidCombination(
      'A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.',
    );
  }
  return interval;
}

/** Storage cannot shrink, and grows by a tenth at least (facts B6). */
function checkStorage(asked: number, before: number): number {
  if (asked < before * 1.1)
    throw invalidCombination(`Invalid storage size: ${asked}. Must be at least ${Math.ceil(before * 1.1)}`);
  return asked;
}

function checkVersion(input: ModifyDBInstanceMessage, before: string): string {
  const asked = input.EngineVersion ?? before;
  const major = (version: string): string => version.split('.')[0] ?? version;
  if (major(asked) !== major(before) && input.AllowMajorVersionUpgrade !== true) {
    throw invalidCombination(
      'The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.',
    );
  }
  return asked;
}

function checkMaintenanceWindow(window: string): string {
  const day = '(mon|tue|wed|thu|fri|sat|sun):([01]\\d|2[0-3]):[0-5]\\d';
  if (new RegExp(`^${day}-${day}$`, 'i').test(window)) return window.toLowerCase();
  throw invalidParameterValue(`Invalid maintenance window: ${window}`);
}
