import type { SavedRegistries } from '../control-plane/registry.js';
import { scheduleSnapshots } from './automatic-snapshots.js';
import type { ElastiCacheState } from './elasticache-state.js';

/** The ElastiCache of a region that has closed, as plain data. */
export interface SavedElastiCache extends Pick<ElastiCacheState, 'events'> {
  readonly registries: SavedRegistries<ElastiCacheState>;
}

/** What there is, once every lifecycle has come to its end. */
export function saveElastiCache({ units, snapshots, parameterGroups, events }: ElastiCacheState): SavedElastiCache {
  const registries = {
    units: units.sorted(),
    snapshots: snapshots.sorted(),
    parameterGroups: parameterGroups.sorted(),
  };
  return { registries, events };
}

/** Puts what was saved into an empty state, and makes its appointments anew. */
export function restoreElastiCache(state: ElastiCacheState, { registries, events }: SavedElastiCache): void {
  for (const unit of registries.units) state.units.add(unit);
  for (const snapshot of registries.snapshots) state.snapshots.add(snapshot);
  for (const group of registries.parameterGroups) state.parameterGroups.add(group);
  state.events.push(...events);
  for (const unit of registries.units) scheduleSnapshots(state, unit);
}
