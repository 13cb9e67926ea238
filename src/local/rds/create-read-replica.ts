import type {
  CreateDBInstanceReadReplicaMessage,
  CreateDBInstanceReadReplicaResult,
  DBInstance,
} from '@aws-sdk/client-rds';
import { invalidCombination, invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { checkTags } from '../control-plane/tag-list.js';
import type { Step } from '../control-plane/timeline.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { bringUp } from './create-instance.js';
import { currentView } from './describe-instances.js';
import { addInstanceEvent } from './events.js';
import { newInstanceName } from './identifiers.js';
import { availableStep, instanceSubject, startServer } from './instance-lifecycle.js';
import { getInstance, keepStale, refuseTakenName, requireAvailable } from './instance-lookup.js';
import { holderOf } from './neighbours.js';
import { addInstance, placementDetails } from './new-instance.js';
import { rdsFault } from './rds-fault.js';
import type { Instance, RdsState } from './rds-state.js';
import { isSameRegion, type Placed, replicasOf, showLinks, sourcesOf } from './replica-links.js';
import { showReplicationStatus } from './replica-status.js';
import { showTransients } from './replica-transients.js';

/** Replicas that one source may have (facts E4). */
const mostReplicas = 15;
/** How many replicas may follow one another. */
const longestChain = 3;
/** The first version whose replicas can be followed. */
const firstCascading = 14.1;

/**
 * `CreateDBInstanceReadReplica`, called where the replica is to be. The source is `modifying` while it is copied (facts E1). It
 * may be a replica itself within its region, up to three in a row.
 */
export function createDBInstanceReadReplica(
  state: RdsState,
  input: CreateDBInstanceReadReplicaMessage,
  script: LifecycleScript | undefined,
): CreateDBInstanceReadReplicaResult {
  const name = newInstanceName(required(input.DBInstanceIdentifier, 'DBInstanceIdentifier'), 'DBInstanceIdentifier');
  const source = getSource(state, required(input.SourceDBInstanceIdentifier, 'SourceDBInstanceIdentifier'));
  const isCrossRegion = !isSameRegion(state, source.state);
  const key = keyOfReplica(state, input, source, isCrossRegion);
  // Only other engines take one at creation (facts E4).
  if (input.DBParameterGroupName !== undefined) {
    throw invalidCombination('DBParameterGroupName cannot be specified for a read replica of engine postgres.');
  }
  if (!isCrossRegion && input.DBSubnetGroupName !== undefined) {
    const message = 'DBSubnetGroupName cannot be specified for a read replica in the region of its source.';
    throw rdsFault('DBSubnetGroupNotAllowedFault', message);
  }
  refuseTakenName(state, name);
  const details = replicaDetails(state, input, source.instance.details, isCrossRegion);
  const replica = addInstance(
    state,
    { ...details, DBInstanceIdentifier: name, KmsKeyId: key },
    input.Port ?? source.instance.port,
  );
  replica.follows = { source: source.instance.resourceId, heldSince: undefined };
  keepStale(source.state, source.instance);
  showLinks(state, replica);
  if (isCrossRegion) showTransients(state, source);
  const { making, copied } = replicaMaking(state, replica, source);
  state.timeline.run(instanceSubject(state, replica), bringUp(state, replica, making, 'DB instance created'), script);
  source.state.timeline.run(instanceSubject(source.state, source.instance), [
    { status: 'modifying', milliseconds: source.state.settings.durations.snapshot, work: copied },
    availableStep(),
  ]);
  return { DBInstance: currentView(state, replica) };
}

function getSource(state: RdsState, identifier: string): Placed {
  const holder = holderOf(state, identifier);
  if (holder === undefined) throw rdsFault('DBInstanceNotFoundFault', `DBInstance ${identifier} not found.`);
  const instance = getInstance(holder, identifier);
  const { DBInstanceIdentifier: name, BackupRetentionPeriod: retention = 0 } = instance.details;
  if (instance.follows !== undefined) checkCascade(state, { state: holder, instance });
  if (retention === 0) {
    const message = `Automated backups are not enabled for DB instance ${name}. To enable automated backups, use ModifyDBInstance to set the backup retention period to a non-zero value.`;
    throw rdsFault('InvalidDBInstanceStateFault', message);
  }
  requireAvailable(holder, instance);
  if (replicasOf(holder, instance).length >= mostReplicas) {
    throw invalidParameterValue(`DB Instance ${name} cannot have more than ${mostReplicas} read replicas.`);
  }
  return { state: holder, instance };
}

/** Refuses a replica as the source of another where RDS has no such thing. */
function checkCascade(state: RdsState, source: Placed): void {
  const { DBInstanceIdentifier: name, EngineVersion: version = '' } = source.instance.details;
  const refuse = (why: string): never => {
    throw rdsFault('InvalidDBInstanceStateFault', `DB Instance ${name} is a read replica itself${why}.`);
  };
  if (Number.parseFloat(version) < firstCascading)
    refuse(`, which before version ${firstCascading} has no read replicas`);
  const above = sourcesOf(source.state, source.instance);
  // Of two replicas one of which is in another region, PostgreSQL on RDS has one only (facts E4).
  if (above.some(({ state: other }) => !isSameRegion(other, state)) || !isSameRegion(source.state, state))
    refuse(' and cannot be followed across regions');
  if (above.length >= longestChain) refuse(`, the last of ${longestChain} that may follow one another`);
}

/** A key of the destination across regions, the source's own within one; none makes what is plain secret (facts E2). */
function keyOfReplica(
  state: RdsState,
  { KmsKeyId: asked }: CreateDBInstanceReadReplicaMessage,
  { instance }: Placed,
  isCrossRegion: boolean,
): string | undefined {
  const { StorageEncrypted: isEncrypted, KmsKeyId: sourceKey } = instance.details;
  const key = asked === '' ? undefined : asked;
  if (isEncrypted !== true) {
    if (key === undefined) return undefined;
    throw invalidCombination('Cannot create an encrypted read replica from an unencrypted DB instance.');
  }
  if (!isCrossRegion) {
    if (key === undefined) return sourceKey;
    throw invalidCombination('KmsKeyId cannot be specified for a read replica in the region of its source.');
  }
  if (key === undefined) {
    throw invalidCombination('Cannot create a cross region read replica of an encrypted DB instance without KmsKeyId.');
  }
  if (key.startsWith('arn:') && key.split(':')[3] !== state.settings.region) {
    throw rdsFault('KMSKeyNotAccessibleFault', `The target KMS key [${key}] is not of this region.`);
  }
  return key;
}

/** What a replica has from its source, and what it has not (facts E4). */
function replicaDetails(
  state: RdsState,
  input: CreateDBInstanceReadReplicaMessage,
  source: DBInstance,
  isCrossRegion: boolean,
): DBInstance {
  const local = isCrossRegion ? undefined : source;
  const placement = {
    ...input,
    DBSubnetGroupName: input.DBSubnetGroupName ?? local?.DBSubnetGroup?.DBSubnetGroupName,
    DBParameterGroupName: local?.DBParameterGroups?.[0]?.DBParameterGroupName,
    OptionGroupName: input.OptionGroupName ?? local?.OptionGroupMemberships?.[0]?.OptionGroupName,
    AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? source.AutoMinorVersionUpgrade,
  };
  return {
    ...placementDetails(state, placement, source.EngineVersion ?? ''),
    DBInstanceClass: input.DBInstanceClass ?? source.DBInstanceClass,
    Engine: source.Engine,
    EngineVersion: source.EngineVersion,
    MasterUsername: source.MasterUsername,
    DBName: source.DBName,
    AllocatedStorage: input.AllocatedStorage ?? source.AllocatedStorage,
    MaxAllocatedStorage: input.MaxAllocatedStorage,
    BackupRetentionPeriod: 0,
    PreferredBackupWindow: source.PreferredBackupWindow,
    StorageEncrypted: source.StorageEncrypted,
    MonitoringInterval: input.MonitoringInterval ?? 0,
    MonitoringRoleArn: input.MonitoringRoleArn,
    PerformanceInsightsEnabled: input.EnablePerformanceInsights ?? false,
    TagList: checkTags(input.Tags),
  };
}

/** The making of a replica, and the part of it that its source is busy with. */
function replicaMaking(
  state: RdsState,
  replica: Instance,
  source: Placed,
): { readonly making: Step; readonly copied: (() => Promise<void>) | undefined } {
  const { dataPlane, durations } = state.settings;
  const step = {
    status: 'creating',
    milliseconds: durations.readReplica,
    done: () => showReplicationStatus(replica, 'replicating'),
  };
  if (dataPlane === undefined) return { making: step, copied: undefined };
  const start = startServer(state, replica);
  let copying: Promise<void> | undefined;
  const copy = (): Promise<void> => {
    copying ??= dataPlane.createReplica(source.instance.resourceId, replica.resourceId);
    return copying;
  };
  const work = async (): Promise<void> => {
    try {
      await copy();
      replica.hasCluster = true;
      await start?.();
    } catch (error) {
      addInstanceEvent(state, replica, 'read replica', 'Read replica creation failed.');
      throw error;
    }
  };
  // The source does not care how it ends.
  return { making: { ...step, work }, copied: () => copy().catch(() => {}) };
}
