import type { ModifyDBInstanceMessage, ModifyDBInstanceResult } from '@aws-sdk/client-rds';
import { invalidCombination, required } from '../control-plane/parameter-fault.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { scheduleBackups } from './backup-schedule.js';
import { currentView } from './describe-instances.js';
import { newInstanceName } from './identifiers.js';
import { availableStep, instanceSubject, recoveryStep } from './instance-lifecycle.js';
import { getInstance, keepStale, patchInstance, refuseTakenName, requireAvailable } from './instance-lookup.js';
import { scheduleMaintenance } from './maintenance.js';
import { deferrableChanges, immediateChanges, mergePending } from './modify-changes.js';
import { modifySteps } from './modify-steps.js';

import { zonesFor } from './orderable.js';
import { parameterGroupFor } from './parameter-groups.js';
import type { RdsState } from './rds-state.js';

/**
 * `ModifyDBInstance`. Some changes happen at once, some wait for the maintenance window unless `ApplyImmediately` is given,
 * which also brings about everything that waits already (facts C3). The answer still shows the instance as it was (facts 0.7).
 */
export function modifyDBInstance(
  state: RdsState,
  input: ModifyDBInstanceMessage,
  script: LifecycleScript | undefined,
): ModifyDBInstanceResult {
  const instance = getInstance(state, required(input.DBInstanceIdentifier, 'DBInstanceIdentifier'));
  const newName =
    input.NewDBInstanceIdentifier === undefined
      ? undefined
      : newInstanceName(input.NewDBInstanceIdentifier, 'NewDBInstanceIdentifier');
  if (input.MasterUserPassword !== undefined && instance.follows !== undefined) {
    throw invalidCombination('The master user password of a read replica is that of its source.');
  }
  const group = input.DBParameterGroupName && checkGroup(state, input, instance.details.EngineVersion ?? '');
  const now = immediateChanges(state, input, instance.details);
  const deferrable = deferrableChanges(input, instance.details, newName);
  const applies = input.ApplyImmediately === true;
  const hasPending = Object.keys(instance.details.PendingModifiedValues ?? {}).length > 0;
  const isEmpty = Object.keys(now.details).length === 0 && !now.isRequest && Object.keys(deferrable).length === 0;
  if (isEmpty && !(applies && hasPending)) throw invalidCombination('No modifications were requested');
  const heals = instance.details.DBInstanceStatus === 'storage-full' && deferrable.AllocatedStorage !== undefined;
  if (!heals) requireAvailable(state, instance);
  const { DBInstanceClass, StorageType, MultiAZ, EngineVersion } = { ...instance.details, ...deferrable };
  if (deferrable.DBInstanceClass !== undefined || deferrable.StorageType !== undefined) {
    // Nobody asks where it is: only whether it can be.
    zonesFor(state, { ...instance.details, DBInstanceClass, StorageType, MultiAZ, EngineVersion });
  }
  // The name that it has counts as a new one, and reboots (facts C1).
  if (newName !== undefined && newName !== instance.details.DBInstanceIdentifier) refuseTakenName(state, newName);
  keepStale(state, instance);
  const pending = mergePending(instance.details.PendingModifiedValues, deferrable);
  // A password never waits, and is never shown.
  const shown = input.MasterUserPassword === undefined ? pending : { ...pending, MasterUserPassword: '****' };
  const view = currentView(state, instance);
  patchInstance(instance, { ...now.details, PendingModifiedValues: shown });
  const steps = modifySteps(state, instance, {
    password: input.MasterUserPassword,
    parameterGroup: group,
    pending: applies ? pending : {},
    takesWhile: now.takesWhile,
  });
  // A server that had stopped for want of storage starts again.
  const after = heals && applies ? [recoveryStep(state, instance), availableStep()] : [availableStep()];
  if (steps.length > 0) state.timeline.run(instanceSubject(state, instance), [...steps, ...after], script);
  if (!applies) scheduleMaintenance(state, instance);
  if (input.PreferredBackupWindow !== undefined) scheduleBackups(state, instance);
  return { DBInstance: { ...currentView(state, instance), DBInstanceStatus: view.DBInstanceStatus } };
}

/** A new parameter group must fit the version that the instance will have. */
function checkGroup(state: RdsState, input: ModifyDBInstanceMessage, version: string): string {
  return parameterGroupFor(state, input.DBParameterGroupName, input.EngineVersion ?? version);
}
