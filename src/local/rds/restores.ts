import type {
  DBInstance,
  RestoreDBInstanceFromDBSnapshotMessage,
  RestoreDBInstanceFromDBSnapshotResult,
  RestoreDBInstanceToPointInTimeMessage,
  RestoreDBInstanceToPointInTimeResult,
} from '@aws-sdk/client-rds';
import { required } from '../control-plane/parameter-fault.js';
import { checkTags } from '../control-plane/tag-list.js';
import type { Step } from '../control-plane/timeline.js';
import type { DataPlane } from '../data-plane/data-plane.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { bringUp, checkBackupWindow, checkRetention } from './create-instance.js';
import { currentView } from './describe-instances.js';
import { addInstanceEvent, addSnapshotEvent } from './events.js';
import { newInstanceName } from './identifiers.js';
import { instanceSubject, startServer } from './instance-lifecycle.js';
import { refuseTakenName } from './instance-lookup.js';
import { addInstance, placementDetails } from './new-instance.js';
import { findRecovery } from './point-in-time.js';
import { rdsFault } from './rds-fault.js';
import type { Instance, OperationTable, RdsState, RestoreBase } from './rds-state.js';
import { findVisible, type VisibleSnapshot } from './snapshot-visibility.js';

/** The operations that make an instance out of a backup. */
export const restoreOperations: OperationTable = {
  RestoreDBInstanceFromDBSnapshot: restoreDBInstanceFromDBSnapshot,
  RestoreDBInstanceToPointInTime: restoreDBInstanceToPointInTime,
};

function restoreDBInstanceFromDBSnapshot(
  state: RdsState,
  input: RestoreDBInstanceFromDBSnapshotMessage,
  script: LifecycleScript | undefined,
): RestoreDBInstanceFromDBSnapshotResult {
  const name = newInstanceName(required(input.DBInstanceIdentifier, 'DBInstanceIdentifier'), 'DBInstanceIdentifier');
  const { holder, snapshot } = restorableSnapshot(state, required(input.DBSnapshotIdentifier, 'DBSnapshotIdentifier'));
  if (snapshot.details.Status !== 'available') {
    const message = `DBSnapshot ${snapshot.details.DBSnapshotIdentifier} is not in available state.`;
    throw rdsFault('InvalidDBSnapshotStateFault', message);
  }
  refuseTakenName(state, name);
  // Without tags in the request those of the source at the time of the snapshot come back (facts B3).
  const copied = holder === state ? (snapshot.source.TagList ?? []) : [];
  const tags = input.Tags === undefined ? copied : checkTags(input.Tags);
  const details = restoredDetails(state, input, { name, source: snapshot.source, tags });
  const instance = addInstance(state, details, input.Port ?? snapshot.details.Port ?? 5432);
  const making = restoring(state, instance, snapshot, state.settings.durations.restore, async (plane) => {
    await plane.restoreBackup(snapshot.backupId, instance.resourceId);
  });
  state.timeline.run(instanceSubject(state, instance), bringUp(state, instance, making, 'DB instance created'), script);
  const from = `Restored from snapshot ${snapshot.details.DBSnapshotIdentifier}`;
  addSnapshotEvent(state, snapshot, 'restoration', from);
  return { DBInstance: currentView(state, instance) };
}

/** A snapshot of this region: the account's own, or one that is shared with it and not encrypted (facts A19). */
function restorableSnapshot(state: RdsState, identifier: string): VisibleSnapshot {
  const found = findVisible(state, identifier);
  const { holder, snapshot } = found;
  if (holder.settings.region !== state.settings.region) {
    throw rdsFault('DBSnapshotNotFoundFault', `DBSnapshot ${identifier} not found.`);
  }
  if (holder !== state && snapshot.details.Encrypted === true) {
    throw rdsFault('InvalidRestoreFault', `DBSnapshot ${identifier} is shared and encrypted: copy it first.`);
  }
  return found;
}

async function restoreDBInstanceToPointInTime(
  state: RdsState,
  input: RestoreDBInstanceToPointInTimeMessage,
  script: LifecycleScript | undefined,
): Promise<RestoreDBInstanceToPointInTimeResult> {
  const target = required(input.TargetDBInstanceIdentifier, 'TargetDBInstanceIdentifier');
  const name = newInstanceName(target, 'TargetDBInstanceIdentifier');
  const { source, base, time, port } = await findRecovery(state, input);
  refuseTakenName(state, name);
  // Unlike a snapshot's restore this takes the tags that the source has now (facts B3).
  const tags = input.Tags === undefined ? (source.TagList ?? []) : checkTags(input.Tags);
  const details = restoredDetails(state, input, { name, source, tags });
  const instance = addInstance(
    state,
    { ...details, MaxAllocatedStorage: input.MaxAllocatedStorage },
    input.Port ?? port,
  );
  const making = restoring(state, instance, base, state.settings.durations.pointInTimeRestore, async (plane) => {
    const from = { source: source.DbiResourceId ?? '', backupId: base.backupId, time };
    await plane.restoreToTime(from, instance.resourceId);
  });
  const message = `Restored from DB instance ${source.DBInstanceIdentifier} to ${name}`;
  state.timeline.run(instanceSubject(state, instance), bringUp(state, instance, making, 'DB instance created'), script);
  addInstanceEvent(state, instance, 'restoration', message);
  return { DBInstance: currentView(state, instance) };
}

/** What is carried over from the source, and what falls back to a default (facts B3). */
function restoredDetails(
  state: RdsState,
  input: RestoreDBInstanceFromDBSnapshotMessage | RestoreDBInstanceToPointInTimeMessage,
  from: { readonly name: string; readonly source: DBInstance; readonly tags: NonNullable<DBInstance['TagList']> },
): DBInstance {
  const { source } = from;
  return {
    ...placementDetails(state, input, source.EngineVersion ?? ''),
    DBInstanceIdentifier: from.name,
    DBInstanceClass: input.DBInstanceClass ?? source.DBInstanceClass,
    Engine: source.Engine,
    EngineVersion: source.EngineVersion,
    MasterUsername: source.MasterUsername,
    DBName: source.DBName,
    AllocatedStorage: input.AllocatedStorage ?? source.AllocatedStorage,
    Iops: input.Iops ?? source.Iops,
    BackupRetentionPeriod: checkRetention(input.BackupRetentionPeriod ?? source.BackupRetentionPeriod ?? 0),
    PreferredBackupWindow: checkBackupWindow(input.PreferredBackupWindow) ?? source.PreferredBackupWindow,
    StorageEncrypted: source.StorageEncrypted,
    KmsKeyId: source.KmsKeyId,
    TagList: from.tags,
  };
}

/** The making of a restored instance; while it lasts nobody may delete the snapshot that it reads. */
function restoring(
  state: RdsState,
  instance: Instance,
  snapshot: RestoreBase,
  milliseconds: number,
  restore: (plane: DataPlane) => Promise<void>,
): Step {
  const { dataPlane } = state.settings;
  const start = startServer(state, instance);
  const step = { status: 'creating', milliseconds, failedStatus: 'incompatible-restore' };
  if (dataPlane === undefined) return step;
  const work = async (): Promise<void> => {
    snapshot.readers += 1;
    try {
      await restore(dataPlane);
      instance.hasCluster = true;
    } finally {
      snapshot.readers -= 1;
    }
    await start?.();
  };
  return { ...step, work };
}
