import type { ModifyDBInstanceCommandInput } from '@aws-sdk/client-rds';
import type { InstanceChange } from '../ports/database-instance.js';

/** Input of a modification, done at once: `ApplyImmediately` also does whatever else is pending (facts C3). */
export function modifyInput(identifier: string, change: InstanceChange): ModifyDBInstanceCommandInput {
  const { monitoring, performanceInsights, logExports } = change;
  return {
    DBInstanceIdentifier: identifier,
    ApplyImmediately: true,
    NewDBInstanceIdentifier: change.newIdentifier,
    VpcSecurityGroupIds: change.vpcSecurityGroups === undefined ? undefined : [...change.vpcSecurityGroups],
    DBParameterGroupName: change.parameterGroup,
    OptionGroupName: change.optionGroup,
    MultiAZ: change.multiAz,
    DeletionProtection: change.deletionProtection,
    EnableIAMDatabaseAuthentication: change.iamAuthentication,
    AutoMinorVersionUpgrade: change.autoMinorVersionUpgrade,
    CopyTagsToSnapshot: change.copyTagsToSnapshot,
    CACertificateIdentifier: change.caCertificate,
    CloudwatchLogsExportConfiguration:
      logExports === undefined
        ? undefined
        : { EnableLogTypes: [...logExports.enable], DisableLogTypes: [...logExports.disable] },
    MonitoringInterval: monitoring?.intervalSeconds,
    MonitoringRoleArn: monitoring?.roleArn,
    EnablePerformanceInsights: performanceInsights?.enabled,
    PerformanceInsightsKMSKeyId: performanceInsights?.kmsKey,
    PerformanceInsightsRetentionPeriod: performanceInsights?.retentionDays,
    MaxAllocatedStorage: change.maxAllocatedStorageGiB,
    BackupRetentionPeriod: change.backupRetentionDays,
    PreferredBackupWindow: change.backupWindow,
    PreferredMaintenanceWindow: change.maintenanceWindow,
    MasterUserPassword: change.masterPassword,
  };
}
