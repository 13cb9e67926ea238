import type {
  CreateDBSubnetGroupMessage,
  CreateDBSubnetGroupResult,
  DBSubnetGroup,
  DBSubnetGroupMessage,
  DeleteDBSubnetGroupMessage,
  DescribeDBSubnetGroupsMessage,
} from '@aws-sdk/client-rds';
import { pageOf } from '../control-plane/paging.js';
import { invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { nameOf } from '../control-plane/resource-name.js';
import { scatter } from '../control-plane/scatter.js';
import { checkTags } from '../control-plane/tag-list.js';
import { arnPrefix } from './arn-prefix.js';
import { rdsFault } from './rds-fault.js';
import type { OperationTable, RdsState, SubnetGroup } from './rds-state.js';

/** The operations on subnet groups. */
export const subnetGroupOperations: OperationTable = {
  CreateDBSubnetGroup: createDBSubnetGroup,
  DescribeDBSubnetGroups: describeDBSubnetGroups,
  DeleteDBSubnetGroup: deleteDBSubnetGroup,
};

/** The group of a name, else the service's error. The default group is there as soon as somebody asks. */
export function getSubnetGroup(state: RdsState, identifier: string): SubnetGroup {
  const name = nameOf(identifier);
  const group = state.subnetGroups.get(name);
  if (group !== undefined) return group;
  if (name === 'default') return addSubnetGroup(state, name, 'default', ['subnet-a', 'subnet-b', 'subnet-c'], []);
  throw rdsFault('DBSubnetGroupNotFoundFault', `DB subnet group '${name}' does not exist.`);
}

function addSubnetGroup(
  state: RdsState,
  name: string,
  description: string,
  subnets: readonly string[],
  tags: SubnetGroup['tags'],
): SubnetGroup {
  const group: SubnetGroup = { key: name, order: scatter(name), description, subnets, tags };
  state.subnetGroups.add(group);
  return group;
}

/** A group as the service shows it. There is no network here: subnets lie in the zones of the region in turn. */
export function subnetGroupView(state: RdsState, { key, description, subnets }: SubnetGroup): DBSubnetGroup {
  return {
    DBSubnetGroupName: key,
    DBSubnetGroupDescription: description,
    VpcId: 'vpc-0a1b2c3d',
    SubnetGroupStatus: 'Complete',
    Subnets: subnets.map((id, index) => ({
      SubnetIdentifier: id,
      SubnetAvailabilityZone: { Name: `${state.settings.region}${'abc'.charAt(index % 3)}` },
      SubnetOutpost: {},
      SubnetStatus: 'Active',
    })),
    DBSubnetGroupArn: `${arnPrefix(state)}:subgrp:${key}`,
    SupportedNetworkTypes: ['IPV4'],
  };
}

function createDBSubnetGroup(state: RdsState, input: CreateDBSubnetGroupMessage): CreateDBSubnetGroupResult {
  const name = required(input.DBSubnetGroupName, 'DBSubnetGroupName').toLowerCase();
  if (name === 'default' || !/^[a-z][a-z0-9._ -]{0,254}$/.test(name)) {
    throw invalidParameterValue(`The parameter DBSubnetGroupName is not a valid identifier: ${name}`);
  }
  const description = required(input.DBSubnetGroupDescription, 'DBSubnetGroupDescription');
  const subnets = [...new Set(required(input.SubnetIds, 'SubnetIds'))];
  if (state.subnetGroups.get(name) !== undefined) {
    throw rdsFault('DBSubnetGroupAlreadyExistsFault', `The DB subnet group '${name}' already exists.`);
  }
  for (const id of subnets) {
    if (!/^subnet-[0-9a-z]+$/.test(id)) throw rdsFault('InvalidSubnet', `The subnet '${id}' does not exist.`);
  }
  if (subnets.length < 2) {
    const message =
      'The DB subnet group doesn’t meet Availability Zone (AZ) coverage requirement: add subnets of another AZ.';
    throw rdsFault('DBSubnetGroupDoesNotCoverEnoughAZs', message);
  }
  if (state.subnetGroups.count(({ key }) => key !== 'default') >= state.settings.quotas.subnetGroups) {
    throw rdsFault('DBSubnetGroupQuotaExceededFault', 'DB subnet group quota exceeded');
  }
  const group = addSubnetGroup(state, name, description, subnets, checkTags(input.Tags));
  return { DBSubnetGroup: subnetGroupView(state, group) };
}

function describeDBSubnetGroups(state: RdsState, input: DescribeDBSubnetGroupsMessage): DBSubnetGroupMessage {
  const { DBSubnetGroupName: name } = input;
  const one = getSubnetGroup(state, name ?? 'default');
  const found = name === undefined ? state.subnetGroups.sorted() : [one];
  const { page, Marker } = pageOf(found, input);
  return { Marker, DBSubnetGroups: page.map((group) => subnetGroupView(state, group)) };
}

function deleteDBSubnetGroup(state: RdsState, input: DeleteDBSubnetGroupMessage): undefined {
  const group = getSubnetGroup(state, required(input.DBSubnetGroupName, 'DBSubnetGroupName'));
  const isUsed = state.instances.sorted().some(({ details }) => details.DBSubnetGroup?.DBSubnetGroupName === group.key);
  if (isUsed || group.key === 'default') {
    const message = `Cannot delete the subnet group '${group.key}' because it is the default or at least one database instance uses it.`;
    throw rdsFault('InvalidDBSubnetGroupStateFault', message);
  }
  state.subnetGroups.remove(group.key);
}
