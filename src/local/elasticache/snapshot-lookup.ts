import { nameOf } from '../control-plane/resource-name.js';
import { elastiCacheFault } from './elasticache-fault.js';
import type { CacheSnapshot, CacheUnit, ElastiCacheState } from './elasticache-state.js';

/** The snapshot of this name, else the service's error. */
export function getSnapshot(state: ElastiCacheState, identifier: string): CacheSnapshot {
  const snapshot = state.snapshots.get(nameOf(identifier));
  if (snapshot === undefined) throw elastiCacheFault('SnapshotNotFoundFault', `Snapshot ${identifier} not found.`);
  return snapshot;
}

/** A snapshot that can be restored or copied now, else the service's error. */
export function findRestorable(state: ElastiCacheState, identifier: string): CacheSnapshot {
  const snapshot = getSnapshot(state, identifier);
  const { SnapshotStatus: status, SnapshotName: name } = snapshot.details;
  if (status === 'available' || snapshot.readers > 0) return snapshot;
  throw elastiCacheFault('InvalidSnapshotStateFault', `Snapshot ${name} is not in available state: it is ${status}.`);
}

/** Counts a snapshot as read, and shows it so, until the returned function is called. */
export function holdSnapshot(snapshot: CacheSnapshot, status: 'restoring' | 'copying'): () => void {
  snapshot.readers += 1;
  snapshot.details = { ...snapshot.details, SnapshotStatus: status };
  let released = false;
  return () => {
    if (released) return;
    released = true;
    snapshot.readers -= 1;
    if (snapshot.readers === 0) snapshot.details = { ...snapshot.details, SnapshotStatus: 'available' };
  };
}

/** Refuses a name that a snapshot has. */
export function refuseTakenSnapshot(state: ElastiCacheState, name: string): void {
  if (state.snapshots.get(name) === undefined) return;
  throw elastiCacheFault('SnapshotAlreadyExistsFault', `Snapshot ${name} already exists.`);
}

/** Whether a snapshot is of this unit: of its group or of one of its clusters. */
export function isSnapshotOf({ details }: CacheSnapshot, unit: CacheUnit): boolean {
  const { ReplicationGroupId: group, CacheClusterId: cluster } = details;
  if (group !== undefined) return group === unit.group?.ReplicationGroupId;
  return unit.nodes.some(({ id }) => id === cluster);
}
