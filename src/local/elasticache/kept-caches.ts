import { addClusterEvent } from './cache-events.js';
import type { KeptCaches } from './cache-plane.js';
import { resumeServers } from './cache-servers.js';
import type { CacheUnit, ElastiCacheState } from './elasticache-state.js';
import { snapshotSubject } from './snapshot-lifecycle.js';
import { unitStatus, unitSubject } from './units.js';

const failedStatuses: ReadonlySet<string> = new Set(['create-failed', 'restore-failed']);
const gone = 'Its files are gone: it was deleted in a region that was killed before it was closed.';

/**
 * Brings a restored state and the servers that were kept with it together: servers that ran run again, at endpoints of this
 * life, and what no one knows of is removed. What the state knows and the servers lack, after a process was killed, is shown as
 * failed, with an event that says so.
 */
export async function resumeCaches(state: ElastiCacheState, kept: KeptCaches): Promise<void> {
  const units = state.units.sorted().filter(({ nodes }) => nodes.some(({ hasServer }) => hasServer));
  const parts = state.snapshots.sorted().flatMap((snapshot) => snapshot.parts);
  await kept.retain({
    nodes: new Set(units.flatMap(({ nodes }) => nodes.map(({ nodeId }) => nodeId))),
    snapshots: new Set(parts.map(({ partId }) => partId)),
  });
  for (const snapshot of state.snapshots.sorted()) {
    const isThere = snapshot.parts.every(({ partId }) => kept.hasSnapshot(partId));
    if (snapshot.details.SnapshotStatus !== 'available' || isThere) continue;
    snapshotSubject(state, snapshot).fail('failed', gone, state.timeline.instant());
  }
  await Promise.all(units.map((unit) => resumeUnit(state, unit, kept)));
}

async function resumeUnit(state: ElastiCacheState, unit: CacheUnit, kept: KeptCaches): Promise<void> {
  for (const node of unit.nodes) node.hasServer = kept.hasNode(node.nodeId);
  try {
    if (unit.nodes.some(({ hasServer }) => !hasServer)) throw new Error(gone);
    await resumeServers(state, unit, kept);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const status = unit.group === undefined ? 'restore-failed' : 'create-failed';
    unitSubject(state, unit).fail(status, message, state.timeline.instant());
    return;
  }
  // It may not have come up the last time.
  if (failedStatuses.has(unitStatus(unit))) unitSubject(state, unit).setStatus('available');
  for (const { id } of unit.nodes) addClusterEvent(state, id, 'Cache node 0001 restarted');
}
