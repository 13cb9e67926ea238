import type { SavedRegistries } from '../control-plane/registry.js';
import { scheduleBackups } from './backup-schedule.js';
import { scheduleMaintenance } from './maintenance.js';
import type { RdsState } from './rds-state.js';
import { dropReplicatedAt, replicatedKey } from './replicated-backups.js';
import { dropRetainedAt, retainedKey } from './retained-backups.js';

/** The RDS of a region that has closed, as plain data. */
export interface SavedRds extends Pick<RdsState, 'copies' | 'events'> {
  readonly registries: SavedRegistries<RdsState>;
  /** When retained and replicated backups go, by what the timeline knows that by. */
  readonly ends: ReadonlyMap<string, Date | undefined>;
}

/** What there is, once every lifecycle has come to its end. */
export function saveRds(state: RdsState): SavedRds {
  const { instances, snapshots, parameterGroups, subnetGroups, retained, replicated, timeline } = state;
  const ending = [
    ...retained.sorted().map(({ resourceId }) => retainedKey(resourceId)),
    ...replicated.sorted().map(replicatedKey),
  ];
  return {
    registries: {
      instances: instances.sorted(),
      snapshots: snapshots.sorted(),
      parameterGroups: parameterGroups.sorted(),
      subnetGroups: subnetGroups.sorted(),
      retained: retained.sorted(),
      replicated: replicated.sorted(),
    },
    copies: state.copies,
    events: state.events,
    ends: new Map(ending.map((key) => [key, timeline.dueOf(key)])),
  };
}

/** Puts what was saved into an empty state, and makes its appointments anew. */
export function restoreRds(state: RdsState, { registries, copies, events, ends }: SavedRds): void {
  for (const instance of registries.instances) state.instances.add(instance);
  for (const snapshot of registries.snapshots) state.snapshots.add(snapshot);
  for (const group of registries.parameterGroups) state.parameterGroups.add(group);
  for (const group of registries.subnetGroups) state.subnetGroups.add(group);
  for (const retained of registries.retained) {
    state.retained.add(retained);
    const end = ends.get(retainedKey(retained.resourceId));
    if (end !== undefined) dropRetainedAt(state, retained, end);
  }
  for (const replicated of registries.replicated) {
    state.replicated.add(replicated);
    const end = ends.get(replicatedKey(replicated));
    if (end !== undefined) dropReplicatedAt(state, replicated, end);
  }
  state.copies.push(...copies);
  state.events.push(...events);
  for (const instance of registries.instances) {
    if (instance.recoverableTo !== undefined) scheduleBackups(state, instance);
    scheduleMaintenance(state, instance);
  }
}
