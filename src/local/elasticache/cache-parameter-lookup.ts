import { invalidCombination } from '../control-plane/parameter-fault.js';
import { defaultGroups } from './cache-parameters.js';
import { elastiCacheFault } from './elasticache-fault.js';
import type { CacheParameters, ElastiCacheState } from './elasticache-state.js';

/** The parameter group that somebody has made under this name, else the service's error. */
export function getParameterGroup(state: ElastiCacheState, name: string): CacheParameters {
  const group = state.parameterGroups.get(name.toLowerCase());
  if (group === undefined) {
    throw elastiCacheFault('CacheParameterGroupNotFoundFault', `CacheParameterGroup ${name} not found.`);
  }
  return group;
}

/** What a group sets other than the defaults: nothing, if it is one of those. */
export function valuesOf(state: ElastiCacheState, name: string | undefined): ReadonlyMap<string, string> {
  return state.parameterGroups.get(name?.toLowerCase() ?? '')?.values ?? new Map();
}

/** Refuses a group that is not there, or not of the family of the engine's version. */
export function checkParameterGroup(state: ElastiCacheState, name: string, family: string): void {
  const found = defaultGroups().get(name.toLowerCase()) ?? getParameterGroup(state, name).family;
  if (found === family) return;
  throw invalidCombination(`Expected a parameter group of family ${family} but found one of family ${found}: ${name}.`);
}
