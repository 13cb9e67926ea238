import type { LifecycleScript } from '../wire/wire-service.js';
import { scheduleSnapshots } from './automatic-snapshots.js';
import { addUnitEvent } from './cache-events.js';
import { type ServerStart, startServers } from './cache-servers.js';
import type { CacheSnapshot, CacheUnit, ElastiCacheState } from './elasticache-state.js';
import { nodeCapacity, sizeBytes } from './node-memory.js';
import { holdSnapshot } from './snapshot-lookup.js';
import { availableStep, patchNode, unitSubject } from './units.js';

/** What a new unit is started with besides what it shows. */
export interface BringUp extends ServerStart {
  readonly script: LifecycleScript | undefined;
}

/** Sets a new unit's lifecycle going: its servers start, primaries first, and load what the snapshot holds. */
export function bringUp(state: ElastiCacheState, unit: CacheUnit, { script, ...start }: BringUp): void {
  const { plane, durations } = state.settings;
  const release = start.snapshot === undefined ? () => {} : holdSnapshot(start.snapshot, 'restoring');
  const subject = unitSubject(state, unit);
  const failedStatus = unit.group !== undefined ? 'create-failed' : 'restore-failed';
  state.timeline.run(
    {
      ...subject,
      fail: (status, message, at) => {
        release();
        subject.fail(status, `Failed to create ${message}`, at);
      },
    },
    [
      {
        status: 'creating',
        milliseconds: durations.create,
        work: plane && (() => startServers(state, unit, plane, start)),
        failedStatus,
        done: (at) => {
          release();
          for (const node of unit.nodes) patchNode(node, { CacheClusterCreateTime: at });
          if (unit.group !== undefined) unit.group = { ...unit.group, ReplicationGroupCreateTime: at };
          addUnitEvent(state, unit, unit.group === undefined ? 'Cache cluster created' : 'Replication group created');
          scheduleSnapshots(state, unit);
        },
      },
      availableStep(),
    ],
    script ?? failsForMemory(unit, start.snapshot, failedStatus),
  );
}

/** Data that a node has no memory for is not noticed before it is loaded (facts F11). */
function failsForMemory(
  unit: CacheUnit,
  snapshot: CacheSnapshot | undefined,
  status: string,
): LifecycleScript | undefined {
  const type = unit.nodes[0]?.details.CacheNodeType;
  const capacity = nodeCapacity(type);
  const parts = snapshot?.details.NodeSnapshots ?? [];
  const largest = Math.max(0, ...parts.map(({ CacheSize }) => sizeBytes(CacheSize)));
  if (capacity === undefined || largest <= capacity) return undefined;
  return { kind: 'ends-in', status, message: `the data of the snapshot do not fit into the memory of ${type}` };
}
