import type { LifecycleScript } from '../wire/wire-service.js';
import { scheduleSnapshots } from './automatic-snapshots.js';
import { addUnitEvent } from './cache-events.js';
import type { CacheNode, CacheSnapshot, CacheUnit, ElastiCacheState } from './elasticache-state.js';
import { holdSnapshot } from './snapshot-lookup.js';
import { availableStep, patchNode, unitSubject } from './units.js';

/** What a new unit is started with besides what it shows. */
export interface BringUp {
  readonly snapshot: CacheSnapshot | undefined;
  readonly authToken: string | undefined;
  readonly script: LifecycleScript | undefined;
}

/** Sets a new unit's lifecycle going: its servers start, primaries first, and load what the snapshot holds. */
export function bringUp(state: ElastiCacheState, unit: CacheUnit, { snapshot, authToken, script }: BringUp): void {
  const { plane, durations } = state.settings;
  const release = snapshot === undefined ? () => {} : holdSnapshot(snapshot, 'restoring');
  const subject = unitSubject(state, unit);
  const work =
    plane &&
    (async () => {
      try {
        for (const node of unit.nodes) await startNode(state, unit, node, { snapshot, authToken });
      } catch (error) {
        // What did start must not run on behind a unit that failed.
        await stopNodes(state, unit);
        throw error;
      }
    });
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
        work,
        failedStatus: unit.group !== undefined ? 'create-failed' : 'restore-failed',
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
    script,
  );
}

async function startNode(
  state: ElastiCacheState,
  unit: CacheUnit,
  node: CacheNode,
  { snapshot, authToken }: Pick<BringUp, 'snapshot' | 'authToken'>,
): Promise<void> {
  const { plane } = state.settings;
  if (plane === undefined) return;
  const primary = unit.nodes.find(({ shard, role }) => shard === node.shard && role === 'primary');
  const isReplica = node.role === 'replica';
  node.endpoint = await plane.endpointFor(node.id);
  await plane.create(
    {
      nodeId: node.nodeId,
      encrypted: node.details.TransitEncryptionEnabled === true,
      authToken,
      snapshotId: isReplica ? undefined : snapshot?.parts.find(({ shard }) => shard === node.shard)?.partId,
      replicaOf: isReplica ? primary?.nodeId : undefined,
    },
    node.endpoint,
  );
  node.hasServer = true;
}

/** Stops and removes the servers of a unit. */
export async function stopNodes(state: ElastiCacheState, unit: CacheUnit): Promise<void> {
  const { plane } = state.settings;
  if (plane === undefined) return;
  // Replicas first: they would go on looking for their primary.
  for (const node of unit.nodes.toReversed()) {
    if (!node.hasServer) continue;
    await plane.destroy(node.nodeId);
    node.hasServer = false;
  }
}
