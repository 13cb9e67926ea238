import type {
  CopyDBParameterGroupMessage,
  CopyDBParameterGroupResult,
  CreateDBParameterGroupMessage,
  CreateDBParameterGroupResult,
  DBParameterGroupsMessage,
  DeleteDBParameterGroupMessage,
  DescribeDBParameterGroupsMessage,
} from '@aws-sdk/client-rds';
import { pageOf } from '../control-plane/paging.js';
import { invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { checkTags } from '../control-plane/tag-list.js';
import { newGroupName } from './identifiers.js';
import { addParameterGroup, checkFamily, getParameterGroup, groupView, membersOf } from './parameter-groups.js';
import { describeDBParameters, modifyDBParameterGroup, resetDBParameterGroup } from './parameters.js';
import { rdsFault } from './rds-fault.js';
import type { OperationTable, RdsState } from './rds-state.js';

/** The operations on parameter groups and on what is in them. */
export const parameterGroupOperations: OperationTable = {
  CreateDBParameterGroup: createDBParameterGroup,
  CopyDBParameterGroup: copyDBParameterGroup,
  DescribeDBParameterGroups: describeDBParameterGroups,
  DeleteDBParameterGroup: deleteDBParameterGroup,
  DescribeDBParameters: describeDBParameters,
  ModifyDBParameterGroup: modifyDBParameterGroup,
  ResetDBParameterGroup: resetDBParameterGroup,
};

function createDBParameterGroup(state: RdsState, input: CreateDBParameterGroupMessage): CreateDBParameterGroupResult {
  const name = newName(state, input.DBParameterGroupName, 'DBParameterGroupName');
  const family = checkFamily(required(input.DBParameterGroupFamily, 'DBParameterGroupFamily'));
  const description = required(input.Description, 'Description');
  const group = addParameterGroup(state, { name, family, description, tags: checkTags(input.Tags) });
  return { DBParameterGroup: groupView(state, group) };
}

function copyDBParameterGroup(state: RdsState, input: CopyDBParameterGroupMessage): CopyDBParameterGroupResult {
  const source = getParameterGroup(
    state,
    required(input.SourceDBParameterGroupIdentifier, 'SourceDBParameterGroupIdentifier'),
  );
  if (source.key.startsWith('default.')) {
    throw invalidParameterValue(`The default parameter group ${source.key} cannot be copied: create a group instead.`);
  }
  const name = newName(state, input.TargetDBParameterGroupIdentifier, 'TargetDBParameterGroupIdentifier');
  const description = required(input.TargetDBParameterGroupDescription, 'TargetDBParameterGroupDescription');
  const { family, values } = source;
  const group = addParameterGroup(state, { name, family, description, values, tags: checkTags(input.Tags) });
  return { DBParameterGroup: groupView(state, group) };
}

function newName(state: RdsState, given: string | undefined, parameter: string): string {
  const name = newGroupName(required(given, parameter), parameter);
  if (state.parameterGroups.get(name) !== undefined) {
    throw rdsFault('DBParameterGroupAlreadyExistsFault', `Parameter group ${name} already exists`);
  }
  const own = state.parameterGroups.count(({ key }) => !key.startsWith('default.'));
  if (own >= state.settings.quotas.parameterGroups) {
    throw rdsFault('DBParameterGroupQuotaExceededFault', 'DB parameter group quota exceeded');
  }
  return name;
}

function describeDBParameterGroups(state: RdsState, input: DescribeDBParameterGroupsMessage): DBParameterGroupsMessage {
  const { DBParameterGroupName: name } = input;
  const found = name === undefined ? state.parameterGroups.sorted() : [getParameterGroup(state, name)];
  const { page, Marker } = pageOf(found, input);
  return { Marker, DBParameterGroups: page.map((group) => groupView(state, group)) };
}

function deleteDBParameterGroup(state: RdsState, input: DeleteDBParameterGroupMessage): undefined {
  const asked = required(input.DBParameterGroupName, 'DBParameterGroupName');
  const group = getParameterGroup(state, newGroupName(asked, 'DBParameterGroupName'));
  if (membersOf(state, group).length > 0) {
    const message = `One or more database instances are still members of this parameter group ${group.key}, so the group cannot be deleted`;
    throw rdsFault('InvalidDBParameterGroupStateFault', message);
  }
  state.parameterGroups.remove(group.key);
}
