import type {
  CacheParameterGroup,
  CacheParameterGroupDetails,
  CacheParameterGroupNameMessage,
  CacheParameterGroupsMessage,
  CreateCacheParameterGroupMessage,
  CreateCacheParameterGroupResult,
  DeleteCacheParameterGroupMessage,
  DescribeCacheParameterGroupsMessage,
  DescribeCacheParametersMessage,
  ModifyCacheParameterGroupMessage,
} from '@aws-sdk/client-elasticache';
import { pageOf } from '../control-plane/paging.js';
import { invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { scatter } from '../control-plane/scatter.js';
import { checkTags } from '../control-plane/tag-list.js';
import { cacheArnPrefix, newCacheName } from './cache-names.js';
import { getParameterGroup } from './cache-parameter-lookup.js';
import { checkFamily, checkParameter, defaultGroups, shownParameters } from './cache-parameters.js';
import { elastiCacheFault } from './elasticache-fault.js';
import type { CacheParameters, ElastiCacheOperations, ElastiCacheState } from './elasticache-state.js';
import { allNodes } from './units.js';

/** The operations on parameter groups. */
export const cacheParameterOperations: ElastiCacheOperations = {
  CreateCacheParameterGroup: createCacheParameterGroup,
  DescribeCacheParameterGroups: describeCacheParameterGroups,
  DescribeCacheParameters: describeCacheParameters,
  ModifyCacheParameterGroup: modifyCacheParameterGroup,
  DeleteCacheParameterGroup: deleteCacheParameterGroup,
};

const mostChanges = 20;

function createCacheParameterGroup(
  state: ElastiCacheState,
  input: CreateCacheParameterGroupMessage,
): CreateCacheParameterGroupResult {
  const parameter = 'CacheParameterGroupName';
  const name = newCacheName(required(input.CacheParameterGroupName, parameter), parameter);
  const family = checkFamily(required(input.CacheParameterGroupFamily, 'CacheParameterGroupFamily'));
  if (state.parameterGroups.get(name) !== undefined) {
    throw elastiCacheFault('CacheParameterGroupAlreadyExistsFault', `CacheParameterGroup ${name} already exists.`);
  }
  if (state.parameterGroups.size >= state.settings.quotas.parameterGroups) {
    throw elastiCacheFault('CacheParameterGroupQuotaExceededFault', 'Cache parameter group quota exceeded');
  }
  const group: CacheParameters = {
    key: name,
    order: scatter(name),
    family,
    description: required(input.Description, 'Description'),
    values: new Map(),
    tags: checkTags(input.Tags),
  };
  state.parameterGroups.add(group);
  return { CacheParameterGroup: shown(state, group) };
}

function shown(
  { settings }: ElastiCacheState,
  { key, family, description }: Pick<CacheParameters, 'key' | 'family' | 'description'>,
): CacheParameterGroup {
  return {
    CacheParameterGroupName: key,
    CacheParameterGroupFamily: family,
    Description: description,
    IsGlobal: false,
    ARN: `${cacheArnPrefix(settings)}:parametergroup:${key}`,
  };
}

function describeCacheParameterGroups(
  state: ElastiCacheState,
  input: DescribeCacheParameterGroupsMessage,
): CacheParameterGroupsMessage {
  const defaults = [...defaultGroups()].map(([key, family]) => ({
    key,
    family,
    order: scatter(key),
    description: `Default parameter group for ${family}${key.endsWith('.cluster.on') ? ' with cluster mode on' : ''}`,
  }));
  const all = [...defaults, ...state.parameterGroups.sorted()].sort((a, b) => a.order - b.order);
  const name = input.CacheParameterGroupName?.toLowerCase();
  const found = name === undefined ? all : all.filter(({ key }) => key === name);
  if (name !== undefined && found.length === 0) getParameterGroup(state, name);
  const { page, Marker } = pageOf(found, input);
  return { Marker, CacheParameterGroups: page.map((group) => shown(state, group)) };
}

function describeCacheParameters(
  state: ElastiCacheState,
  input: DescribeCacheParametersMessage,
): CacheParameterGroupDetails {
  const name = required(input.CacheParameterGroupName, 'CacheParameterGroupName').toLowerCase();
  const values = defaultGroups().has(name) ? new Map<string, string>() : getParameterGroup(state, name).values;
  const { Source: source } = input;
  if (source !== undefined && !['user', 'system', 'engine-default'].includes(source)) {
    throw invalidParameterValue(`Invalid parameter source: ${source}.`);
  }
  const found = shownParameters(values, name.endsWith('.cluster.on'))
    .filter(({ Source }) => source === undefined || Source === source)
    .map((parameter) => ({ parameter, key: parameter.ParameterName ?? '', order: 0 }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const { page, Marker } = pageOf(found, input);
  return { Marker, Parameters: page.map(({ parameter }) => parameter), CacheNodeTypeSpecificParameters: [] };
}

function modifyCacheParameterGroup(
  state: ElastiCacheState,
  input: ModifyCacheParameterGroupMessage,
): CacheParameterGroupNameMessage {
  const group = changeable(state, required(input.CacheParameterGroupName, 'CacheParameterGroupName'));
  const changes = required(input.ParameterNameValues, 'ParameterNameValues');
  if (changes.length === 0 || changes.length > mostChanges) {
    throw invalidParameterValue(`Between 1 and ${mostChanges} parameters can be modified at once.`);
  }
  const values = new Map(group.values);
  for (const { ParameterName, ParameterValue } of changes) {
    const name = required(ParameterName, 'ParameterName');
    const value = required(ParameterValue, 'ParameterValue');
    checkParameter(name, value);
    values.set(name, value);
  }
  group.values = values;
  return { CacheParameterGroupName: group.key };
}

function deleteCacheParameterGroup(state: ElastiCacheState, input: DeleteCacheParameterGroupMessage): undefined {
  const group = changeable(state, required(input.CacheParameterGroupName, 'CacheParameterGroupName'));
  const user = allNodes(state).find(
    ({ node }) => node.details.CacheParameterGroup?.CacheParameterGroupName?.toLowerCase() === group.key,
  );
  if (user !== undefined) {
    const message = `One or more cache clusters are still members of this parameter group ${group.key}, so the group cannot be deleted.`;
    throw elastiCacheFault('InvalidCacheParameterGroupStateFault', message);
  }
  state.parameterGroups.remove(group.key);
}

/** Those that come with a family cannot be changed. */
function changeable(state: ElastiCacheState, name: string): CacheParameters {
  if (!defaultGroups().has(name.toLowerCase())) return getParameterGroup(state, name);
  throw invalidParameterValue(`The parameter group ${name} is a default and cannot be changed.`);
}
