import type { DBInstance, DBInstanceAutomatedBackup, RestoreWindow } from '@aws-sdk/client-rds';
import { automatedSnapshots } from './automated-backup.js';
import { shownPort } from './instance-lookup.js';
import { earliestOf, latestRestorableTime } from './log-shipping.js';
import type { Instance, RdsState, ReplicatedBackups, RetainedBackups } from './rds-state.js';
import { replicatedTo, sourceOf } from './replicated-backups.js';

/** The automated backups of an instance that is there. */
export function liveView(state: RdsState, instance: Instance): DBInstanceAutomatedBackup {
  const { details, resourceId } = instance;
  const latest = latestRestorableTime(state, instance);
  return {
    ...view(details),
    Port: shownPort(instance),
    DBInstanceAutomatedBackupsArn: instance.automatedBackupsArn,
    Region: state.settings.region,
    Status: latest === undefined ? 'creating' : 'active',
    RestoreWindow: restoreWindow(earliestOf(automatedSnapshots(state, resourceId)), latest),
  };
}

/** Those that an instance left when it was deleted. */
export function retainedView(state: RdsState, retained: RetainedBackups): DBInstanceAutomatedBackup {
  const { source, arn, resourceId, recoverableTo } = retained;
  return {
    ...view(source),
    Port: source.Endpoint?.Port,
    DBInstanceAutomatedBackupsArn: arn,
    Region: state.settings.region,
    Status: 'retained',
    RestoreWindow: restoreWindow(earliestOf(automatedSnapshots(state, resourceId)), recoverableTo),
  };
}

/** Those of an instance in another region: named as it is there, with the key and the retention of this region. */
export function replicatedView(state: RdsState, replicated: ReplicatedBackups): DBInstanceAutomatedBackup {
  const { source, arn, retention, status, bases } = replicated;
  return {
    ...view({ ...source, ...namesNow(state, replicated), BackupRetentionPeriod: retention }),
    DBInstanceAutomatedBackupsReplications: undefined,
    Port: source.Endpoint?.Port,
    DBInstanceAutomatedBackupsArn: arn,
    Region: replicated.sourceRegion,
    Status: status,
    RestoreWindow: restoreWindow(earliestOf(bases), replicatedTo(state, replicated)),
    TagList: source.TagList,
  };
}

function namesNow(state: RdsState, replicated: ReplicatedBackups): Partial<DBInstance> {
  const { DBInstanceIdentifier, DBInstanceArn } = sourceOf(state, replicated)?.instance.details ?? replicated.source;
  return { DBInstanceIdentifier, DBInstanceArn };
}

/** Empty while there is nothing that can be restored (facts B8). */
function restoreWindow(EarliestTime: Date | undefined, LatestTime: Date | undefined): RestoreWindow {
  return LatestTime === undefined || EarliestTime === undefined ? {} : { EarliestTime, LatestTime };
}

function view(source: DBInstance): DBInstanceAutomatedBackup {
  return {
    DBInstanceArn: source.DBInstanceArn,
    DbiResourceId: source.DbiResourceId,
    DBInstanceIdentifier: source.DBInstanceIdentifier,
    AllocatedStorage: source.AllocatedStorage,
    AvailabilityZone: source.AvailabilityZone,
    VpcId: source.DBSubnetGroup?.VpcId,
    InstanceCreateTime: source.InstanceCreateTime,
    MasterUsername: source.MasterUsername,
    Engine: source.Engine,
    EngineVersion: source.EngineVersion,
    LicenseModel: source.LicenseModel,
    Iops: source.Iops,
    StorageType: source.StorageType,
    Encrypted: source.StorageEncrypted,
    KmsKeyId: source.KmsKeyId,
    IAMDatabaseAuthenticationEnabled: source.IAMDatabaseAuthenticationEnabled,
    BackupRetentionPeriod: source.BackupRetentionPeriod,
    PreferredBackupWindow: source.PreferredBackupWindow,
    BackupTarget: 'region',
    DedicatedLogVolume: source.DedicatedLogVolume,
    DBInstanceAutomatedBackupsReplications: source.DBInstanceAutomatedBackupsReplications,
    TagList: [],
  };
}
