import type { DBInstance, DBParameterGroup } from '@aws-sdk/client-rds';
import { invalidCombination, invalidParameterValue } from '../control-plane/parameter-fault.js';
import { nameOf } from '../control-plane/resource-name.js';
import { scatter } from '../control-plane/scatter.js';
import { arnPrefix } from './arn-prefix.js';
import { rdsFault } from './rds-fault.js';
import type { Instance, ParameterGroup, ParameterSetting, ParametersInForce, RdsState } from './rds-state.js';

/** The families that parameter groups of PostgreSQL can have: its major versions. */
export function checkFamily(family: string): string {
  if (/^postgres(?:9|1\d)$/.test(family)) return family;
  throw invalidParameterValue(`ParameterGroupFamily ${family} is not a valid parameter group family`);
}

/** The group of a name, else the service's error. The default group of a version is there as soon as somebody asks. */
export function getParameterGroup(state: RdsState, identifier: string): ParameterGroup {
  const name = nameOf(identifier);
  const family = /^default\.(postgres(?:9|1\d))$/.exec(name)?.[1];
  const group = state.parameterGroups.get(name);
  if (group !== undefined) return group;
  if (family !== undefined)
    return addParameterGroup(state, { name, family, description: `Default parameter group for ${family}` });
  throw rdsFault('DBParameterGroupNotFoundFault', `DBParameterGroup not found: ${name}`);
}

/** The group that an instance of a version gets: the one that is asked for, which must fit, or the default. */
export function parameterGroupFor(state: RdsState, asked: string | undefined, engineVersion: string): string {
  const family = `postgres${engineVersion.split('.')[0]}`;
  const group = getParameterGroup(state, asked ?? `default.${family}`);
  if (group.family !== family) {
    throw invalidCombination(
      `The Parameter Group ${group.key} with DBParameterGroupFamily ${group.family} cannot be used for this instance. Please use a Parameter Group with DBParameterGroupFamily ${family}`,
    );
  }
  return group.key;
}

/** Puts a new group into the state. */
export function addParameterGroup(
  state: RdsState,
  made: {
    readonly name: string;
    readonly family: string;
    readonly description: string;
    readonly tags?: ParameterGroup['tags'] | undefined;
    readonly values?: ParameterGroup['values'] | undefined;
  },
): ParameterGroup {
  const { name, family, description, tags = [], values = new Map() } = made;
  const group: ParameterGroup = { key: name, order: scatter(name), family, description, tags, values: new Map(values) };
  state.parameterGroups.add(group);
  return group;
}

/** The instances that a group is associated with. */
export function membersOf(state: RdsState, group: ParameterGroup): readonly Instance[] {
  return state.instances
    .sorted()
    .filter(({ details }) => details.DBParameterGroups?.some(({ DBParameterGroupName: name }) => name === group.key));
}

/** The values that the group of an instance has now. */
export function parametersOf(state: RdsState, { DBParameterGroups: groups }: DBInstance): ParametersInForce {
  const group = groups?.[0]?.DBParameterGroupName ?? '';
  const set = state.parameterGroups.get(group)?.values ?? new Map<string, ParameterSetting>();
  return { group, values: new Map([...set].map(([name, { value }]) => [name, value])) };
}

/** A group as the service shows it. */
export function groupView(state: RdsState, group: ParameterGroup): DBParameterGroup {
  return {
    DBParameterGroupName: group.key,
    DBParameterGroupFamily: group.family,
    Description: group.description,
    DBParameterGroupArn: `${arnPrefix(state)}:pg:${group.key}`,
  };
}
