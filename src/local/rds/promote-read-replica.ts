import type { PromoteReadReplicaMessage, PromoteReadReplicaResult } from '@aws-sdk/client-rds';
import { required } from '../control-plane/parameter-fault.js';
import type { Step } from '../control-plane/timeline.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { automatedBackupStep } from './automated-backup.js';
import { scheduleBackups } from './backup-schedule.js';
import { checkBackupWindow, checkRetention } from './create-instance.js';
import { currentView } from './describe-instances.js';
import { addInstanceEvent } from './events.js';
import { availableStep, instanceSubject } from './instance-lifecycle.js';
import { getInstance, keepStale, patchInstance, requireAvailable } from './instance-lookup.js';
import { bringParametersInSync } from './parameter-status.js';
import { rdsFault } from './rds-fault.js';
import type { Instance, RdsState } from './rds-state.js';
import { rebootStep } from './reboot-instance.js';
import { showLinks, sourceOf } from './replica-links.js';
import { showReplicationStatus } from './replica-status.js';

/** Days of backups that a promoted replica keeps unless the request says otherwise (facts E7). */
const defaultRetention = 1;

/** `PromoteReadReplica`: replication ends, the instance reboots and is backed up for the first time (facts E7). */
export function promoteReadReplica(
  state: RdsState,
  input: PromoteReadReplicaMessage,
  script: LifecycleScript | undefined,
): PromoteReadReplicaResult {
  const instance = getInstance(state, required(input.DBInstanceIdentifier, 'DBInstanceIdentifier'));
  if (instance.follows === undefined) {
    throw rdsFault('InvalidDBInstanceStateFault', 'DB Instance is not a read replica');
  }
  const retention = checkRetention(input.BackupRetentionPeriod ?? defaultRetention);
  const window = checkBackupWindow(input.PreferredBackupWindow);
  requireAvailable(state, instance);
  keepStale(state, instance);
  if (window !== undefined) patchInstance(instance, { PreferredBackupWindow: window });
  const steps = promotionSteps(state, instance, retention);
  state.timeline.run(instanceSubject(state, instance), steps, script);
  return { DBInstance: currentView(state, instance) };
}

/** An instance follows nothing any more. */
export function endReplication(state: RdsState, instance: Instance): void {
  const source = sourceOf(state, instance);
  instance.follows = undefined;
  showReplicationStatus(instance, undefined);
  patchInstance(instance, { ReadReplicaSourceDBInstanceIdentifier: undefined });
  if (source !== undefined) showLinks(source.state, source.instance);
  addInstanceEvent(state, instance, 'read replica', 'Replication streaming has been terminated.');
}

/** What a replica goes through to be an instance of its own. */
export function promotionSteps(state: RdsState, instance: Instance, retention: number): readonly Step[] {
  const { durations, dataPlane } = state.settings;
  const promote: Step = {
    status: 'modifying',
    milliseconds: durations.promotion,
    work: dataPlane && (() => dataPlane.promote(instance.resourceId)),
    done: () => {
      endReplication(state, instance);
      patchInstance(instance, { BackupRetentionPeriod: retention });
    },
  };
  const restart = rebootStep(state, instance);
  const reboot: Step = {
    ...restart,
    done: (at) => {
      restart.done?.(at);
      bringParametersInSync(state, instance);
      scheduleBackups(state, instance);
    },
  };
  const isBackedUp = retention > 0 && state.settings.automatedBackups;
  return [promote, reboot, ...(isBackedUp ? [automatedBackupStep(state, instance)] : []), availableStep()];
}
