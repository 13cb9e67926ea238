import type {
  DBParameterGroupDetails,
  DBParameterGroupNameMessage,
  DescribeDBParametersMessage,
  ModifyDBParameterGroupMessage,
  Parameter,
  ResetDBParameterGroupMessage,
} from '@aws-sdk/client-rds';
import { pageOf } from '../control-plane/paging.js';
import { invalidCombination, invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { addParameterGroupEvent } from './events.js';
import { newGroupName } from './identifiers.js';
import { getParameterGroup } from './parameter-groups.js';
import { applyParameters, type ChangedParameter } from './parameter-status.js';
import { allowsValue, type ParameterDefinition, postgresParameters } from './postgres-parameters.js';
import type { ParameterGroup, RdsState } from './rds-state.js';

/** How many parameters one request may change. */
const mostAtOnce = 20;

/** `DescribeDBParameters`. */
export function describeDBParameters(state: RdsState, input: DescribeDBParametersMessage): DBParameterGroupDetails {
  const group = getParameterGroup(state, required(input.DBParameterGroupName, 'DBParameterGroupName'));
  const { Source: source } = input;
  if (source !== undefined && !['user', 'system', 'engine-default'].includes(source)) {
    throw invalidParameterValue(`Invalid parameter source: ${source}`);
  }
  const found = postgresParameters
    .map((definition, order) => ({ order, key: definition.name, parameter: parameterView(group, definition) }))
    .filter(({ parameter }) => source === undefined || parameter.Source === source);
  const { page, Marker } = pageOf(found, input);
  return { Marker, Parameters: page.map(({ parameter }) => parameter) };
}

function parameterView(group: ParameterGroup, definition: ParameterDefinition): Parameter {
  const { name, type, apply, allowed, value, fixed } = definition;
  const own = group.values.get(name);
  return {
    ParameterName: name,
    ParameterValue: own?.value ?? value,
    Description: `${name} of PostgreSQL`,
    Source: own !== undefined ? 'user' : value !== undefined ? 'system' : 'engine-default',
    ApplyType: apply,
    DataType: type,
    AllowedValues: allowed,
    IsModifiable: fixed !== true,
    ApplyMethod: own?.method ?? (apply === 'static' ? 'pending-reboot' : 'immediate'),
  };
}

/** `ModifyDBParameterGroup`: dynamic parameters take effect in all members at once, static ones with their next restart. */
export function modifyDBParameterGroup(
  state: RdsState,
  input: ModifyDBParameterGroupMessage,
): DBParameterGroupNameMessage {
  const group = changeableGroup(state, input.DBParameterGroupName);
  const changes = checkChanges(required(input.Parameters, 'Parameters')).map((change) => {
    const value = required(change.parameter.ParameterValue, 'Parameters.Parameter.ParameterValue');
    if (!allowsValue(change.definition, value)) {
      throw invalidParameterValue(
        `Invalid parameter value: ${value} for: ${change.definition.name} allowed values are: ${change.definition.allowed}`,
      );
    }
    return { ...change, value };
  });
  for (const { definition, method, value } of changes) {
    group.values.set(definition.name, { value, method });
    const message = `Updated parameter ${definition.name} to ${value} with apply method ${method}`;
    addParameterGroupEvent(state, group.key, message);
  }
  applyParameters(state, group, changes.map(changeOf));
  return { DBParameterGroupName: group.key };
}

/** `ResetDBParameterGroup`: parameters, or all of them, are what they are by default. */
export function resetDBParameterGroup(
  state: RdsState,
  input: ResetDBParameterGroupMessage,
): DBParameterGroupNameMessage {
  const group = changeableGroup(state, input.DBParameterGroupName);
  const { Parameters: named = [], ResetAllParameters: all = named.length === 0 } = input;
  if (all && named.length > 0) {
    throw invalidCombination('Parameters cannot be named when all parameters are reset.');
  }
  const changes = all ? resetOfAll(group) : checkChanges(named);
  for (const { definition } of changes) group.values.delete(definition.name);
  if (changes.length > 0) addParameterGroupEvent(state, group.key, 'Finished updating DB parameter group');
  applyParameters(state, group, changes.map(changeOf));
  return { DBParameterGroupName: group.key };
}

/** Default groups cannot be changed: their names, with a dot in them, are no valid identifiers. */
function changeableGroup(state: RdsState, given: string | undefined): ParameterGroup {
  return getParameterGroup(state, newGroupName(required(given, 'DBParameterGroupName'), 'DBParameterGroupName'));
}

/** Of all parameters at once the dynamic ones are reset immediately, the static ones with the next restart. */
function resetOfAll({ values }: ParameterGroup): readonly ParameterChange[] {
  return postgresParameters
    .filter(({ name }) => values.has(name))
    .map((definition) => ({
      parameter: { ParameterName: definition.name },
      definition,
      method: definition.apply === 'static' ? 'pending-reboot' : 'immediate',
    }));
}

function changeOf({ definition, method }: ParameterChange): ChangedParameter {
  return { name: definition.name, method };
}

interface ParameterChange {
  readonly parameter: Parameter;
  readonly definition: ParameterDefinition;
  readonly method: 'immediate' | 'pending-reboot';
}

function checkChanges(parameters: readonly Parameter[]): readonly ParameterChange[] {
  if (parameters.length > mostAtOnce) {
    throw invalidParameterValue(`At most ${mostAtOnce} parameters can be changed in one request.`);
  }
  return parameters.map(checkChange);
}

function checkChange(parameter: Parameter): ParameterChange {
  const name = required(parameter.ParameterName, 'Parameters.Parameter.ParameterName');
  const definition = postgresParameters.find((known) => known.name === name);
  if (definition === undefined) throw invalidParameterValue(`Could not find parameter with name: ${name}`);
  if (definition.fixed === true) throw invalidParameterValue(`The parameter ${name} cannot be modified.`);
  const method = required(parameter.ApplyMethod, 'Parameters.Parameter.ApplyMethod');
  if (method !== 'immediate' && method !== 'pending-reboot') {
    throw invalidParameterValue(`Invalid apply method: ${method}`);
  }
  if (method === 'immediate' && definition.apply === 'static') {
    throw invalidCombination('cannot use immediate apply method for static parameter');
  }
  return { parameter, definition, method };
}
