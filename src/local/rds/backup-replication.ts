import type {
  StartDBInstanceAutomatedBackupsReplicationMessage,
  StartDBInstanceAutomatedBackupsReplicationResult,
  StopDBInstanceAutomatedBackupsReplicationMessage,
  StopDBInstanceAutomatedBackupsReplicationResult,
} from '@aws-sdk/client-rds';
import { invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { scatter } from '../control-plane/scatter.js';
import { checkTags } from '../control-plane/tag-list.js';
import { arnPrefix } from './arn-prefix.js';
import { automatedSnapshots } from './automated-backup.js';
import { replicatedView } from './automated-backup-view.js';
import { findInstance, patchInstance, shownPort } from './instance-lookup.js';
import { holderOf, parseArn } from './neighbours.js';
import { randomName } from './new-instance.js';
import { rdsFault } from './rds-fault.js';
import type { Instance, OperationTable, RdsState, ReplicatedBackups } from './rds-state.js';
import { bringOver, dropReplicated, endReplication, sourceOf } from './replicated-backups.js';

/** The operations that bring automated backups to another region. */
export const backupReplicationOperations: OperationTable = {
  StartDBInstanceAutomatedBackupsReplication: startReplication,
  StopDBInstanceAutomatedBackupsReplication: stopReplication,
};

const defaultRetention = 7;

/** Called where the backups are to go, with the ARN of the instance (facts E11). */
function startReplication(
  state: RdsState,
  input: StartDBInstanceAutomatedBackupsReplicationMessage,
): StartDBInstanceAutomatedBackupsReplicationResult {
  const arn = required(input.SourceDBInstanceArn, 'SourceDBInstanceArn');
  const { holder, instance } = findSource(state, arn);
  const { details, resourceId } = instance;
  const retention = input.BackupRetentionPeriod ?? defaultRetention;
  if (retention < 1 || retention > 35) throw invalidParameterValue(`Invalid backup retention period: ${retention}`);
  if ((details.BackupRetentionPeriod ?? 0) === 0) {
    throw rdsFault('InvalidDBInstanceStateFault', `${arn} keeps no automated backups.`);
  }
  const key = keyFor(state, instance, input.KmsKeyId);
  const existing = state.replicated.get(resourceId);
  if (existing !== undefined && existing.status !== 'retained') {
    throw rdsFault('InvalidDBInstanceAutomatedBackupStateFault', `The backups of ${arn} are replicated already.`);
  }
  if (existing !== undefined) dropReplicated(state, existing);
  if (state.replicated.size >= state.settings.quotas.replicatedBackups) {
    const message = `Cannot replicate the backups of more than ${state.settings.quotas.replicatedBackups} DB instances`;
    throw rdsFault('DBInstanceAutomatedBackupQuotaExceededFault', message);
  }
  const replicated: ReplicatedBackups = {
    key: resourceId,
    order: scatter(`${resourceId} replicated`),
    resourceId,
    arn: `${arnPrefix(state)}:auto-backup:ab-${randomName(state, 39, 'abcdefghijklmnopqrstuvwxyz234567')}`,
    sourceRegion: holder.settings.region,
    source: { ...details, KmsKeyId: key, Endpoint: { Port: shownPort(instance) }, TagList: checkTags(input.Tags) },
    retention,
    status: 'pending',
    bases: [],
    recoverableTo: undefined,
  };
  state.replicated.add(replicated);
  const { DBInstanceAutomatedBackupsReplications: others = [] } = details;
  const replications = [...others, { DBInstanceAutomatedBackupsArn: replicated.arn }];
  patchInstance(instance, { DBInstanceAutomatedBackupsReplications: replications });
  bringOverNewest(state, holder, replicated);
  return { DBInstanceAutomatedBackup: replicatedView(state, replicated) };
}

function findSource(state: RdsState, arn: string): { readonly holder: RdsState; readonly instance: Instance } {
  if (parseArn(arn)?.kind !== 'db') throw invalidParameterValue(`Invalid DB instance ARN: ${arn}`);
  const holder = holderOf(state, arn);
  if (holder === state) throw invalidParameterValue('Backups cannot be replicated within one region.');
  const instance = holder === undefined ? undefined : findInstance(holder, arn);
  if (holder === undefined || instance === undefined || holder.settings.accountId !== state.settings.accountId) {
    throw rdsFault('DBInstanceNotFoundFault', `DBInstance ${arn} not found.`);
  }
  return { holder, instance };
}

function keyFor(state: RdsState, { details }: Instance, key: string | undefined): string | undefined {
  if (details.StorageEncrypted !== true) return undefined;
  if (key === undefined) {
    throw invalidParameterValue('KmsKeyId must be specified to replicate the backups of an encrypted DB instance.');
  }
  if (!key.startsWith('arn:') || key.split(':')[3] === state.settings.region) return key;
  throw rdsFault('KMSKeyNotAccessibleFault', `The KMS key ${key} is not in this region.`);
}

function bringOverNewest(state: RdsState, holder: RdsState, replicated: ReplicatedBackups): void {
  const [newest] = automatedSnapshots(holder, replicated.resourceId)
    .filter(({ details }) => details.Status === 'available')
    .toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
  if (newest !== undefined) bringOver(state, replicated, newest, state.timeline.instant());
}

/** Also called where the backups go to; what has arrived is kept for its retention. */
function stopReplication(
  state: RdsState,
  input: StopDBInstanceAutomatedBackupsReplicationMessage,
): StopDBInstanceAutomatedBackupsReplicationResult {
  const arn = required(input.SourceDBInstanceArn, 'SourceDBInstanceArn');
  const replicated = state.replicated
    .sorted()
    .find((one) => (sourceOf(state, one)?.instance.details ?? one.source).DBInstanceArn === arn);
  if (replicated === undefined) throw rdsFault('DBInstanceNotFoundFault', `DBInstance ${arn} not found.`);
  if (replicated.status === 'retained') {
    throw rdsFault('InvalidDBInstanceStateFault', `The backups of ${arn} are not replicated any more.`);
  }
  const view = replicatedView(state, replicated);
  endReplication(state, replicated, state.timeline.instant());
  return { DBInstanceAutomatedBackup: view };
}
