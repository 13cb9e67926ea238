import type { Subject } from '../control-plane/timeline.js';
import { availableStep, instanceSubject } from './instance-lifecycle.js';
import { modifySteps } from './modify-steps.js';
import type { Instance, RdsState } from './rds-state.js';

const day = 86_400_000;
const week = 7 * day;

/** What waits for the maintenance window happens in the next one; an instance that is busy then is left to the one after. */
export function scheduleMaintenance(state: RdsState, instance: Instance): void {
  if (Object.keys(instance.details.PendingModifiedValues ?? {}).length === 0) return;
  const subject: Subject = {
    key: `maintenance/${instance.resourceId}`,
    isAppointment: true,
    setStatus: () => {},
    fail: () => {},
  };
  const plan = (): void => {
    const now = state.timeline.instant();
    state.timeline.run(subject, [{ milliseconds: nextWindow(instance, now) - now.getTime(), done: apply }]);
  };
  const apply = (): void => {
    const pending = instance.details.PendingModifiedValues ?? {};
    if (state.instances.get(instance.key) === undefined || Object.keys(pending).length === 0) return;
    if (instance.details.DBInstanceStatus !== 'available' || !state.timeline.isIdle(instance.key)) {
      plan();
      return;
    }
    const steps = modifySteps(state, instance, { pending });
    state.timeline.run(instanceSubject(state, instance), [...steps, availableStep()]);
  };
  state.timeline.cancel(subject.key);
  plan();
}

/** The next beginning of a window such as `sun:05:00-sun:06:00`, in UTC. */
function nextWindow(instance: Instance, after: Date): number {
  const [name = 'sun', hours = '5', minutes = '0'] = (instance.details.PreferredMaintenanceWindow ?? '').split(/[:-]/);
  const weekday = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'].indexOf(name);
  const sunday = Math.floor(after.getTime() / day) * day - after.getUTCDay() * day;
  const start = sunday + weekday * day + (Number(hours) * 60 + Number(minutes)) * 60_000;
  return start > after.getTime() ? start : start + week;
}
