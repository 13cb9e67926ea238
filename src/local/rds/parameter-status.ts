import type { Subject } from '../control-plane/timeline.js';
import { patchInstance } from './instance-lookup.js';
import { membersOf, parametersOf } from './parameter-groups.js';
import { serverParameters } from './postgres-parameters.js';
import type { Instance, ParameterGroup, RdsState } from './rds-state.js';

/** A parameter whose value in a group has changed. */
export interface ChangedParameter {
  readonly name: string;
  readonly method: 'immediate' | 'pending-reboot';
}

/**
 * What has changed in a group shows in its members: `applying` while what can be is applied, then `in-sync`, or
 * `pending-reboot` if there is more (facts B4).
 */
export function applyParameters(state: RdsState, group: ParameterGroup, changes: readonly ChangedParameter[]): void {
  const immediate = changes.filter(({ method }) => method === 'immediate').map(({ name }) => name);
  for (const instance of membersOf(state, group)) {
    // A group that was newly associated takes effect as a whole, with the next restart.
    const isInForce = instance.parameters.group === group.key;
    if (isInForce && immediate.length > 0) apply(state, instance, group, immediate);
    else if (statusOf(instance) !== 'applying') setStatus(instance, statusNow(state, instance));
  }
}

function apply(state: RdsState, instance: Instance, group: ParameterGroup, names: readonly string[]): void {
  const { dataPlane, durations } = state.settings;
  const values = new Map(instance.parameters.values);
  for (const name of names) {
    const setting = group.values.get(name);
    if (setting === undefined) values.delete(name);
    else values.set(name, setting.value);
  }
  instance.parameters = { group: group.key, values };
  const subject: Subject = { key: `parameters/${instance.resourceId}`, setStatus: () => {}, fail: () => {} };
  setStatus(instance, 'applying');
  const work = dataPlane && (async () => dataPlane.setParameters(instance.resourceId, parametersFor(instance)));
  // A restart meanwhile has brought everything in sync.
  const done = (): void => {
    if (statusOf(instance) === 'applying') setStatus(instance, statusNow(state, instance));
  };
  const step = { milliseconds: durations.modify, work: instance.hasCluster ? work : undefined, done };
  state.timeline.replace(subject, [step]);
}

/** A restart: the instance runs with what its group has now. */
export function bringParametersInSync(state: RdsState, instance: Instance): void {
  instance.parameters = parametersOf(state, instance.details);
  setStatus(instance, 'in-sync');
}

/** The parameters that a real server of an instance is given. */
export function parametersFor({ parameters, follows }: Instance): Readonly<Record<string, string>> {
  return serverParameters(parameters.values, { isReplica: follows !== undefined });
}

function statusNow(state: RdsState, { parameters, details }: Instance): string {
  const wanted = parametersOf(state, details);
  const isSame =
    parameters.group === wanted.group &&
    parameters.values.size === wanted.values.size &&
    [...wanted.values].every(([name, value]) => parameters.values.get(name) === value);
  return isSame ? 'in-sync' : 'pending-reboot';
}

function statusOf({ details }: Instance): string | undefined {
  return details.DBParameterGroups?.[0]?.ParameterApplyStatus;
}

function setStatus(instance: Instance, status: string): void {
  const groups = instance.details.DBParameterGroups?.map((group) => ({ ...group, ParameterApplyStatus: status }));
  patchInstance(instance, { DBParameterGroups: groups });
}
