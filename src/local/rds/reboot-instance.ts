import type { RebootDBInstanceMessage, RebootDBInstanceResult } from '@aws-sdk/client-rds';
import { invalidCombination, required } from '../control-plane/parameter-fault.js';
import type { Step } from '../control-plane/timeline.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { currentView } from './describe-instances.js';
import { addInstanceEvent } from './events.js';
import { failoverStep } from './failover.js';
import { availableStep, instanceSubject, restartServer } from './instance-lifecycle.js';
import { getInstance, keepStale, requireAvailable } from './instance-lookup.js';
import { bringParametersInSync } from './parameter-status.js';
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
  const step = (isFailover ? failoverStep(state, instance) : undefined) ?? rebootStep(state, instance);
  const done = (at: Date): void => {
    step.done?.(at);
    bringParametersInSync(state, instance);
  };
  state.timeline.run(instanceSubject(state, instance), [{ ...step, done }, availableStep()], script);
  return { DBInstance: currentView(state, instance) };
}

/** A restart of the server in order: sessions are told why they end. */
export function rebootStep(state: RdsState, instance: Instance): Step {
  return {
    status: 'rebooting',
    milliseconds: state.settings.durations.reboot,
    begin: () => addInstanceEvent(state, instance, 'availability', 'DB instance shutdown'),
    work: restartServer(state, instance, 'fast'),
    done: () => addInstanceEvent(state, instance, 'availability', 'DB instance restarted'),
  };
}
