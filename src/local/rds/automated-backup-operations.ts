import type {
  DBInstance,
  DBInstanceAutomatedBackup,
  DBInstanceAutomatedBackupMessage,
  DeleteDBInstanceAutomatedBackupMessage,
  DeleteDBInstanceAutomatedBackupResult,
  DescribeDBInstanceAutomatedBackupsMessage,
} from '@aws-sdk/client-rds';
import { pageOf } from '../control-plane/paging.js';
import { type FilterFields, matchesFilters } from './filters.js';
import { getInstance } from './instance-lookup.js';
import { earliestRestorableTime, latestRestorableTime } from './log-shipping.js';
import { rdsFault } from './rds-fault.js';
import type { OperationTable, RdsState } from './rds-state.js';
import { dropRetained, findRetained } from './retained-backups.js';

/** The operations on automated backups. */
export const automatedBackupOperations: OperationTable = {
  DescribeDBInstanceAutomatedBackups: describeDBInstanceAutomatedBackups,
  DeleteDBInstanceAutomatedBackup: deleteDBInstanceAutomatedBackup,
};

interface Entry {
  readonly key: string;
  readonly order: number;
  readonly backup: DBInstanceAutomatedBackup;
}

const fields: FilterFields<DBInstanceAutomatedBackup> = {
  status: (backup) => backup.Status,
  'db-instance-id': (backup) => backup.DBInstanceIdentifier,
  'dbi-resource-id': (backup) => backup.DbiResourceId,
};

function describeDBInstanceAutomatedBackups(
  state: RdsState,
  input: DescribeDBInstanceAutomatedBackupsMessage,
): DBInstanceAutomatedBackupMessage {
  const { DbiResourceId: id, DBInstanceAutomatedBackupsArn: arn, DBInstanceIdentifier: name } = input;
  const matches = matchesFilters(input.Filters, fields);
  // The name must be that of an instance that exists: those that are gone are found by their resource id (facts B11).
  const named = name === undefined ? undefined : getInstance(state, name).resourceId;
  const found = allBackups(state).filter(({ backup }) => {
    if (id !== undefined && backup.DbiResourceId !== id) return false;
    if (named !== undefined && backup.DbiResourceId !== named) return false;
    if (arn !== undefined && backup.DBInstanceAutomatedBackupsArn !== arn) return false;
    return matches(backup);
  });
  if ((id ?? arn) !== undefined && found.length === 0) {
    throw rdsFault('DBInstanceAutomatedBackupNotFoundFault', `Automated backup ${id ?? arn} not found.`);
  }
  const { page, Marker } = pageOf(found, input);
  return { Marker, DBInstanceAutomatedBackups: page.map(({ backup }) => backup) };
}

function allBackups(state: RdsState): readonly Entry[] {
  const live = state.instances.sorted().flatMap((instance): Entry[] => {
    const { details, key, order, port, automatedBackupsArn: arn } = instance;
    if ((details.BackupRetentionPeriod ?? 0) === 0) return [];
    const latest = latestRestorableTime(state, instance);
    const status = latest === undefined ? 'creating' : 'active';
    return [{ key, order, backup: shown(state, details, { arn, port, status, latest }) }];
  });
  const left = state.retained.sorted().map(({ key, order, arn, source, recoverableTo: latest }): Entry => {
    const port = source.Endpoint?.Port;
    return { key, order, backup: shown(state, source, { arn, port, status: 'retained', latest }) };
  });
  return [...live, ...left].sort((a, b) => a.order - b.order);
}

function shown(
  state: RdsState,
  source: DBInstance,
  of: {
    readonly arn: string;
    readonly port: number | undefined;
    readonly status: string;
    readonly latest: Date | undefined;
  },
): DBInstanceAutomatedBackup {
  const { latest: LatestTime } = of;
  const EarliestTime = earliestRestorableTime(state, source.DbiResourceId ?? '');
  return {
    DBInstanceArn: source.DBInstanceArn,
    DbiResourceId: source.DbiResourceId,
    DBInstanceIdentifier: source.DBInstanceIdentifier,
    DBInstanceAutomatedBackupsArn: of.arn,
    Region: state.settings.region,
    Status: of.status,
    RestoreWindow: LatestTime === undefined || EarliestTime === undefined ? {} : { EarliestTime, LatestTime },
    AllocatedStorage: source.AllocatedStorage,
    Port: of.port,
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
    TagList: [],
  };
}

function deleteDBInstanceAutomatedBackup(
  state: RdsState,
  input: DeleteDBInstanceAutomatedBackupMessage,
): DeleteDBInstanceAutomatedBackupResult {
  const { DbiResourceId: id, DBInstanceAutomatedBackupsArn: arn } = input;
  const retained = findRetained(state, { id, arn });
  if (retained === undefined) {
    throw rdsFault('DBInstanceAutomatedBackupNotFoundFault', `Automated backup ${id ?? arn} not found.`);
  }
  const { source, recoverableTo: latest } = retained;
  const backup = shown(state, source, { arn: retained.arn, port: source.Endpoint?.Port, status: 'deleting', latest });
  dropRetained(state, retained.resourceId);
  return { DBInstanceAutomatedBackup: backup };
}
