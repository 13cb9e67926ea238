import type { Subject } from '../control-plane/timeline.js';
import { patchInstance } from './instance-lookup.js';
import { membersOf } from './parameter-groups.js';
import type { Instance, ParameterGroup, RdsState } from './rds-state.js';

/** What has changed in a group shows in its members: `applying`, then `in-sync` or `pending-reboot` (facts B4). */
export function applyParameters(
  state: RdsState,
  group: ParameterGroup,
  changes: readonly { readonly method: 'immediate' | 'pending-reboot' }[],
): void {
  if (changes.length === 0) return;
  const needsRestart = changes.some(({ method }) => method === 'pending-reboot');
  for (const instance of membersOf(state, group)) {
    const after = needsRestart || statusOf(instance) === 'pending-reboot' ? 'pending-reboot' : 'in-sync';
    const isImmediate = changes.some(({ method }) => method === 'immediate');
    if (!isImmediate) setStatus(instance, group, after);
    else applyMeanwhile(state, instance, group, after);
  }
}

function applyMeanwhile(state: RdsState, instance: Instance, group: ParameterGroup, after: string): void {
  const subject: Subject = { key: `parameters/${instance.resourceId}`, setStatus: () => {}, fail: () => {} };
  const isStill = (): boolean => statusOf(instance) === 'applying';
  state.timeline.replace(subject, [
    {
      milliseconds: state.settings.durations.modify,
      begin: () => setStatus(instance, group, 'applying'),
      // A restart meanwhile has brought everything in sync.
      done: () => isStill() && setStatus(instance, group, after),
    },
  ]);
}

function statusOf({ details }: Instance): string | undefined {
  return details.DBParameterGroups?.[0]?.ParameterApplyStatus;
}

function setStatus(instance: Instance, { key }: ParameterGroup, status: string): void {
  if (instance.details.DBParameterGroups?.[0]?.DBParameterGroupName !== key) return;
  patchInstance(instance, { DBParameterGroups: [{ DBParameterGroupName: key, ParameterApplyStatus: status }] });
}
