import type { DeleteDBInstanceMessage, DeleteDBInstanceResult } from '@aws-sdk/client-rds';
import { invalidCombination, required } from '../control-plane/parameter-fault.js';
import { checkTags } from '../control-plane/tag-list.js';
import type { Step } from '../control-plane/timeline.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { dropAutomatedBackups } from './automated-backup.js';
import { unscheduleBackups } from './backup-schedule.js';
import { currentView } from './describe-instances.js';
import { addInstanceEvent, addSnapshotEvent } from './events.js';
import { newSnapshotName } from './identifiers.js';
import { instanceSubject } from './instance-lifecycle.js';
import { getInstance, keepStale } from './instance-lookup.js';
import { shipLogs } from './log-shipping.js';
import { rdsFault } from './rds-fault.js';
import type { Instance, RdsState } from './rds-state.js';
import { leaveReplicas } from './replica-source-gone.js';
import { endReplicationsOf, isReplicated } from './replicated-backups.js';
import { refuseRetained, retainBackups } from './retained-backups.js';
import { addSnapshot, finishSnapshot, takeBackup } from './snapshot-lifecycle.js';
import { refuseSnapshot } from './snapshot-lookup.js';
import { snapshotSubject } from './snapshot-subject.js';

/** `DeleteDBInstance`, with the rules of facts B17. */
export function deleteDBInstance(
  state: RdsState,
  input: DeleteDBInstanceMessage,
  script: LifecycleScript | undefined,
): DeleteDBInstanceResult {
  const instance = getInstance(state, required(input.DBInstanceIdentifier, 'DBInstanceIdentifier'));
  const finalName = checkFinalSnapshot(state, input, instance);
  const keepsBackups = input.DeleteAutomatedBackups === false && (instance.details.BackupRetentionPeriod ?? 0) > 0;
  if (keepsBackups) refuseRetained(state);
  keepStale(state, instance);
  unscheduleBackups(state, instance);
  const snapshot = finalName === undefined ? [] : [finalSnapshotStep(state, instance, finalName)];
  const steps = [...snapshot, deletionStep(state, instance, keepsBackups)];
  // What was under way has no say any more; real work is waited for.
  state.timeline.replace(instanceSubject(state, instance), steps, script);
  return { DBInstance: { ...currentView(state, instance), DBInstanceStatus: 'deleting' } };
}

function checkFinalSnapshot(state: RdsState, input: DeleteDBInstanceMessage, instance: Instance): string | undefined {
  const { DBInstanceStatus: status, DBInstanceIdentifier: name } = instance.details;
  if (status === 'deleting') {
    throw rdsFault('InvalidDBInstanceStateFault', `Instance ${name} is already being deleted.`);
  }
  if (instance.details.DeletionProtection === true) {
    throw invalidCombination('Cannot delete protected DB Instance, please disable deletion protection and try again.');
  }
  const { SkipFinalSnapshot: skips = false, FinalDBSnapshotIdentifier: given } = input;
  if (skips && given !== undefined) {
    throw invalidCombination(
      'FinalDBSnapshotIdentifier can not be specified when deleting an instance without a final snapshot',
    );
  }
  if (skips) return undefined;
  if (instance.follows !== undefined) {
    throw invalidCombination('FinalDBSnapshotIdentifier can not be specified when deleting a replica instance');
  }
  if (given === undefined) {
    throw invalidCombination('FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.');
  }
  if (['creating', 'failed', 'incompatible-restore', 'incompatible-network'].includes(status ?? '')) {
    const message = `Instance ${name} is in ${status} state: a final snapshot cannot be taken. Specify SkipFinalSnapshot.`;
    throw rdsFault('InvalidDBInstanceStateFault', message);
  }
  const finalName = newSnapshotName(given, 'FinalDBSnapshotIdentifier');
  refuseSnapshot(state, finalName);
  return finalName;
}

function finalSnapshotStep(state: RdsState, instance: Instance, name: string): Step {
  const milliseconds = state.settings.durations.snapshot;
  const tags = instance.details.CopyTagsToSnapshot === true ? checkTags(instance.details.TagList) : [];
  const snapshot = addSnapshot(state, instance, { name, type: 'manual', tags, milliseconds });
  addSnapshotEvent(state, snapshot, 'creation', 'Creating manual snapshot');
  let taken: Awaited<ReturnType<typeof takeBackup>> = { databaseTime: snapshot.startedAt, sizeBytes: undefined };
  const hasWork = state.settings.dataPlane !== undefined;
  return {
    status: 'deleting',
    milliseconds,
    work: hasWork
      ? async () => {
          try {
            taken = await takeBackup(state, instance, snapshot, snapshot.startedAt);
          } catch (error) {
            // Without the snapshot that was asked for nothing may be destroyed: the instance stays, failed.
            const message = error instanceof Error ? error.message : String(error);
            snapshotSubject(state, snapshot).fail('failed', message, state.timeline.instant());
            throw error;
          }
        }
      : undefined,
    done: () => {
      finishSnapshot(snapshot, { startedAt: snapshot.startedAt, ...taken });
      addSnapshotEvent(state, snapshot, 'creation', 'Manual snapshot created');
    },
  };
}

function deletionStep(state: RdsState, instance: Instance, keepsBackups: boolean): Step {
  const { dataPlane } = state.settings;
  return {
    status: 'deleting',
    milliseconds: state.settings.durations.delete,
    work:
      dataPlane &&
      (async () => {
        const keepLogs = keepsBackups || isReplicated(state, instance.resourceId);
        if (keepLogs) await shipLogs(state, instance);
        // One whose making failed has left nothing.
        if (instance.hasCluster) await dataPlane.destroy(instance.resourceId, { keepLogs });
      }),
    done: (at) => {
      endReplicationsOf(state, instance.resourceId, at);
      if (keepsBackups) retainBackups(state, instance);
      else dropAutomatedBackups(state, instance.resourceId);
      addInstanceEvent(state, instance, 'deletion', 'DB instance deleted');
      state.instances.remove(instance.key);
      leaveReplicas(state, instance);
    },
  };
}
