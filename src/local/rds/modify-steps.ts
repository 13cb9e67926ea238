import type { PendingModifiedValues } from '@aws-sdk/client-rds';
import type { Step } from '../control-plane/timeline.js';
import { automatedBackupStep, dropAutomatedBackups } from './automated-backup.js';
import { scheduleBackups } from './backup-schedule.js';
import { addInstanceEvent } from './events.js';
import { shownEndpoint } from './instance-lifecycle.js';
import { dropPending, patchInstance } from './instance-lookup.js';
import { otherZone } from './new-instance.js';
import { bringParametersInSync } from './parameter-status.js';
import type { Instance, RdsState } from './rds-state.js';
import { renameSteps } from './rename-instance.js';

/** A modification that is to happen now. */
export interface Modification {
  readonly password?: string | undefined;
  readonly parameterGroup?: string | undefined;
  /** What waited and now takes effect. */
  readonly pending: PendingModifiedValues;
  readonly takesWhile?: string | undefined;
}

/** The stretches that a modification goes through, without the final `available`. */
export function modifySteps(state: RdsState, instance: Instance, change: Modification): readonly Step[] {
  const { DBInstanceIdentifier: newName, BackupRetentionPeriod: retention, ...settings } = change.pending;
  const { durations, dataPlane } = state.settings;
  const steps: Step[] = [];
  const changesSettings = Object.keys(settings).length > 0;
  if (change.takesWhile !== undefined || changesSettings) {
    steps.push({
      status: changesSettings ? 'modifying' : change.takesWhile,
      milliseconds: durations.modify,
      begin: () => beginParameterGroup(instance, change.parameterGroup),
      done: () => {
        finishParameterGroup(state, instance, change.parameterGroup);
        applySettings(state, instance, settings);
      },
    });
  }
  if (change.password !== undefined) steps.push(passwordStep(state, instance, change.password, dataPlane));
  if (retention !== undefined) steps.push(...retentionSteps(state, instance, retention));
  if (newName !== undefined) steps.push(...renameSteps(state, instance, newName));
  return steps;
}

function passwordStep(
  state: RdsState,
  instance: Instance,
  password: string,
  dataPlane: RdsState['settings']['dataPlane'],
): Step {
  return {
    status: 'resetting-master-credentials',
    milliseconds: state.settings.durations.resetMasterPassword,
    work: dataPlane && (async () => dataPlane.setMasterPassword(instance.resourceId, password)),
    done: () => {
      dropPending(instance, ['MasterUserPassword']);
      addInstanceEvent(state, instance, 'configuration change', 'Reset master credentials');
    },
  };
}

/** A new group is associated while running; what it sets that is static waits for a restart (facts B4). */
function beginParameterGroup(instance: Instance, group: string | undefined): void {
  if (group === undefined) return;
  patchInstance(instance, { DBParameterGroups: [{ DBParameterGroupName: group, ParameterApplyStatus: 'applying' }] });
}

function finishParameterGroup(state: RdsState, instance: Instance, group: string | undefined): void {
  if (group === undefined) return;
  patchInstance(instance, {
    DBParameterGroups: [{ DBParameterGroupName: group, ParameterApplyStatus: 'pending-reboot' }],
  });
  addInstanceEvent(state, instance, 'configuration change', `Updated to use DBParameterGroup ${group}`);
}

function applySettings(state: RdsState, instance: Instance, settings: PendingModifiedValues): void {
  if (Object.keys(settings).length === 0) return;
  const { details } = instance;
  const { Port: port, MultiAZ: multiAz = details.MultiAZ } = settings;
  const zone = details.AvailabilityZone ?? `${state.settings.region}a`;
  patchInstance(instance, {
    DBInstanceClass: settings.DBInstanceClass ?? details.DBInstanceClass,
    AllocatedStorage: settings.AllocatedStorage ?? details.AllocatedStorage,
    EngineVersion: settings.EngineVersion ?? details.EngineVersion,
    StorageType: settings.StorageType ?? details.StorageType,
    StorageThroughput: settings.StorageThroughput ?? details.StorageThroughput,
    Iops: settings.Iops ?? details.Iops,
    MultiAZ: multiAz,
    SecondaryAvailabilityZone: multiAz === true ? (details.SecondaryAvailabilityZone ?? otherZone(zone)) : undefined,
  });
  dropPending(instance, Object.keys(settings));
  if (port !== undefined) {
    instance.port = port;
    patchInstance(instance, { Endpoint: shownEndpoint(state, instance) });
  }
  // A new class or version comes with a restart.
  if (settings.DBInstanceClass !== undefined || settings.EngineVersion !== undefined)
    bringParametersInSync(state, instance);
}

/** From 0 to n backups are enabled and the first is taken; to 0 they are dropped, all of them (facts A11). */
function retentionSteps(state: RdsState, instance: Instance, retention: number): readonly Step[] {
  const isFirst = (instance.details.BackupRetentionPeriod ?? 0) === 0 && retention > 0;
  const change: Step = {
    status: 'modifying',
    milliseconds: state.settings.durations.modify,
    done: () => {
      dropPending(instance, ['BackupRetentionPeriod']);
      patchInstance(instance, { BackupRetentionPeriod: retention });
      if (isFirst) addInstanceEvent(state, instance, 'configuration change', 'Enabled automated backups');
      if (retention === 0) {
        instance.recoverableTo = undefined;
        dropAutomatedBackups(state, instance.resourceId);
        addInstanceEvent(state, instance, 'configuration change', 'Disabled automated backups');
      }
      scheduleBackups(state, instance);
    },
  };
  return isFirst && state.settings.automatedBackups ? [change, automatedBackupStep(state, instance)] : [change];
}
