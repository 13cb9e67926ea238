import type { RebootDBInstanceMessage, RebootDBInstanceResult } from '@aws-sdk/client-rds';
import { invalidCombination, required } from '../control-plane/parameter-fault.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { currentView } from './describe-instances.js';
import { addInstanceEvent } from './events.js';
import { availableStep, instanceSubject, restartServer } from './instance-lifecycle.js';
import { getInstance, keepStale, patchInstance, requireAvailable } from './instance-lookup.js';
import { otherZone } from './new-instance.js';

import type { Instance, RdsState } from './rds-state.js';

/** `RebootDBInstance`; with `ForceFailover` the standby takes over (facts D7). */
export function rebootDBInstance(
  state: RdsState,
  input: RebootDBInstanceMessage,
  script: LifecycleScript | undefined,
): RebootDBInstanceResult {
  const instance = getInstance(state, required(input.DBInstanceIdentifier, 'DBInstanceIdentifier'));
  const isFailover = input.ForceFailover === true;
  if (isFailover && instance.details.MultiAZ !== true) {
    throw invalidCombination('You cannot force a failover of a DB instance that is not Multi-AZ.');
  }
  requireAvailable(state, instance);
  keepStale(state, instance);
  const step = {
    status: 'rebooting',
    milliseconds: state.settings.durations.reboot,
    begin: () => {
      if (isFailover) addInstanceEvent(state, instance, 'failover', 'Multi-AZ instance failover started.');
      else addInstanceEvent(state, instance, 'availability', 'DB instance shutdown');
    },
    work: restartServer(state, instance, isFailover ? 'immediate' : 'fast'),
    done: () => {
      bringParametersInSync(instance);
      addInstanceEvent(state, instance, 'availability', 'DB instance restarted');
      if (isFailover) finishFailover(state, instance);
    },
  };
  state.timeline.run(instanceSubject(state, instance), [step, availableStep()], script);
  return { DBInstance: currentView(state, instance) };
}

/** Static parameters of a new group take effect with a restart. */
export function bringParametersInSync(instance: Instance): void {
  const groups = instance.details.DBParameterGroups?.map((group) => ({ ...group, ParameterApplyStatus: 'in-sync' }));
  patchInstance(instance, { DBParameterGroups: groups });
}

function finishFailover(state: RdsState, instance: Instance): void {
  const { AvailabilityZone: zone = `${state.settings.region}a`, SecondaryAvailabilityZone: standby } = instance.details;
  patchInstance(instance, { AvailabilityZone: standby ?? otherZone(zone), SecondaryAvailabilityZone: zone });
  addInstanceEvent(state, instance, 'failover', 'Multi-AZ instance failover completed');
}
