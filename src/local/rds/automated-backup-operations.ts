import type {
  DBInstanceAutomatedBackup,
  DBInstanceAutomatedBackupMessage,
  DeleteDBInstanceAutomatedBackupMessage,
  DeleteDBInstanceAutomatedBackupResult,
  DescribeDBInstanceAutomatedBackupsMessage,
} from '@aws-sdk/client-rds';
import { byPlace, type Listed, pageOf } from '../control-plane/paging.js';
import { nameOf } from '../control-plane/resource-name.js';
import { liveView, replicatedView, retainedView } from './automated-backup-view.js';
import { type FilterFields, matchesFilters } from './filters.js';
import { findInstance, getInstance } from './instance-lookup.js';
import { rdsFault } from './rds-fault.js';
import type { OperationTable, RdsState, ReplicatedBackups } from './rds-state.js';
import { dropReplicated, settleSources } from './replicated-backups.js';
import { dropRetained, findRetained } from './retained-backups.js';

/** The operations on automated backups. */
export const automatedBackupOperations: OperationTable = {
  DescribeDBInstanceAutomatedBackups: describeDBInstanceAutomatedBackups,
  DeleteDBInstanceAutomatedBackup: deleteDBInstanceAutomatedBackup,
};

interface Entry extends Listed {
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
  const named = name === undefined ? undefined : resourceIdsOf(state, name);
  const found = allBackups(state).filter(({ backup }) => {
    if (id !== undefined && backup.DbiResourceId !== id) return false;
    if (named !== undefined && !named.includes(backup.DbiResourceId ?? '')) return false;
    if (arn !== undefined && backup.DBInstanceAutomatedBackupsArn !== arn) return false;
    return matches(backup);
  });
  if ((id ?? arn) !== undefined && found.length === 0) {
    throw rdsFault('DBInstanceAutomatedBackupNotFoundFault', `Automated backup ${id ?? arn} not found.`);
  }
  const { page, Marker } = pageOf(found, input);
  return { Marker, DBInstanceAutomatedBackups: page.map(({ backup }) => backup) };
}

/** The name must be that of an instance that exists, here or where backups come from: others are found by their resource id (facts B11). */
function resourceIdsOf(state: RdsState, name: string): readonly string[] {
  const come = state.replicated
    .sorted()
    .filter(({ source }) => source.DBInstanceIdentifier === nameOf(name))
    .map(({ resourceId }) => resourceId);
  const here = findInstance(state, name)?.resourceId;
  if (here !== undefined) return [here, ...come];
  return come.length > 0 ? come : [getInstance(state, name).resourceId];
}

function allBackups(state: RdsState): readonly Entry[] {
  settleSources(state);
  const live = state.instances
    .sorted()
    .filter(({ details }) => (details.BackupRetentionPeriod ?? 0) > 0)
    .map((instance) => ({ ...placeOf(instance), backup: liveView(state, instance) }));
  const left = state.retained.sorted().map((one) => ({ ...placeOf(one), backup: retainedView(state, one) }));
  const come = state.replicated.sorted().map((one) => ({ ...placeOf(one), backup: replicatedView(state, one) }));
  return [...live, ...left, ...come].sort(byPlace);
}

function placeOf({ key, order }: Listed): Listed {
  return { key, order };
}

function deleteDBInstanceAutomatedBackup(
  state: RdsState,
  input: DeleteDBInstanceAutomatedBackupMessage,
): DeleteDBInstanceAutomatedBackupResult {
  const { DbiResourceId: id, DBInstanceAutomatedBackupsArn: arn } = input;
  const replicated = state.replicated.sorted().find((one) => one.arn === arn);
  if (replicated !== undefined) return deleteReplicated(state, replicated);
  const retained = findRetained(state, { id, arn });
  if (retained === undefined) {
    throw rdsFault('DBInstanceAutomatedBackupNotFoundFault', `Automated backup ${id ?? arn} not found.`);
  }
  const backup = { ...retainedView(state, retained), Status: 'deleting' };
  dropRetained(state, retained.resourceId);
  return { DBInstanceAutomatedBackup: backup };
}

function deleteReplicated(state: RdsState, replicated: ReplicatedBackups): DeleteDBInstanceAutomatedBackupResult {
  if (replicated.status !== 'retained') {
    const message = `The backups of ${replicated.source.DBInstanceArn} are still replicated.`;
    throw rdsFault('InvalidDBInstanceAutomatedBackupStateFault', message);
  }
  const backup = { ...replicatedView(state, replicated), Status: 'deleting' };
  dropReplicated(state, replicated);
  return { DBInstanceAutomatedBackup: backup };
}
