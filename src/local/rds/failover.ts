import type { Step } from '../control-plane/timeline.js';
import { addInstanceEvent } from './events.js';
import { restartServer } from './instance-lifecycle.js';
import { patchInstance } from './instance-lookup.js';
import { otherZone } from './new-instance.js';
import type { Instance, RdsState } from './rds-state.js';

/**
 * The standby takes over: the server is killed, and what starts at the same endpoint is the same database with all that was
 * committed. One that failed over only just now is rebooted instead (facts D7).
 */
export function failoverStep(state: RdsState, instance: Instance): Step | undefined {
  const now = state.timeline.instant();
  const { failoverPause } = state.settings.durations;
  if (instance.failedOverAt !== undefined && now.getTime() - instance.failedOverAt.getTime() < failoverPause) {
    const message = 'Abandoning user requested failover since a failover recently occurred on the database instance.';
    addInstanceEvent(state, instance, 'failover', message);
    return undefined;
  }
  instance.failedOverAt = now;
  return {
    status: 'rebooting',
    milliseconds: state.settings.durations.failover,
    begin: () => addInstanceEvent(state, instance, 'failover', 'Multi-AZ instance failover started.'),
    work: restartServer(state, instance, 'immediate'),
    done: () => {
      addInstanceEvent(state, instance, 'availability', 'DB instance restarted');
      addInstanceEvent(state, instance, 'failover', 'Multi-AZ instance failover completed');
      swapZonesLater(state, instance);
    },
  };
}

/** Reads show the old zones for some minutes more (facts D7). */
function swapZonesLater(state: RdsState, instance: Instance): void {
  const subject = { key: `zones/${instance.resourceId}`, setStatus: () => {}, fail: () => {} };
  const swap = (): void => {
    const { AvailabilityZone: zone = `${state.settings.region}a`, SecondaryAvailabilityZone: standby } =
      instance.details;
    patchInstance(instance, { AvailabilityZone: standby ?? otherZone(zone), SecondaryAvailabilityZone: zone });
  };
  state.timeline.run(subject, [{ milliseconds: state.settings.durations.failoverZones, done: swap }]);
}
