import type { Snapshot, Tag } from '@aws-sdk/client-elasticache';
import { scatter } from '../control-plane/scatter.js';
import type { Step, Subject } from '../control-plane/timeline.js';
import { addClusterEvent, addUnitEvent } from './cache-events.js';
import { cacheArnPrefix } from './cache-names.js';
import type { CacheNode, CacheSnapshot, CacheUnit, ElastiCacheState } from './elasticache-state.js';
import { randomId } from './new-unit.js';
import { hasDataTiering } from './node-memory.js';
import { inClusterMode } from './units.js';

/** A snapshot as the timeline carries it. */
export function snapshotSubject(state: ElastiCacheState, snapshot: CacheSnapshot): Subject {
  const show = (status: string): void => {
    snapshot.details = { ...snapshot.details, SnapshotStatus: status };
  };
  return {
    key: `snapshot/${snapshot.parts[0]?.partId ?? snapshot.key}`,
    setStatus: show,
    fail: (status, message) => {
      show(status);
      const { SnapshotName: name, CacheClusterId: cluster, ReplicationGroupId: group } = snapshot.details;
      addClusterEvent(state, cluster ?? group ?? '', `Snapshot failed for snapshot with ID '${name}': ${message}`);
    },
  };
}

/** Puts a new snapshot of some nodes into the state, `creating` and without its times (facts F4). */
export function addSnapshot(
  state: ElastiCacheState,
  unit: CacheUnit,
  made: {
    readonly name: string;
    readonly source: 'automated' | 'manual';
    readonly nodes: readonly CacheNode[];
    readonly tags: readonly Tag[];
  },
): CacheSnapshot {
  const [node] = made.nodes;
  const details = node?.details ?? {};
  const clusterMode = inClusterMode(unit);
  const shown: Snapshot = {
    SnapshotName: made.name,
    ReplicationGroupId: clusterMode ? unit.group?.ReplicationGroupId : undefined,
    ReplicationGroupDescription: clusterMode ? unit.group?.Description : undefined,
    CacheClusterId: clusterMode ? undefined : node?.id,
    SnapshotStatus: 'creating',
    SnapshotSource: made.source,
    CacheNodeType: details.CacheNodeType,
    Engine: details.Engine,
    EngineVersion: details.EngineVersion,
    NumCacheNodes: clusterMode ? undefined : 1,
    PreferredAvailabilityZone: clusterMode ? undefined : details.PreferredAvailabilityZone,
    // Not when the snapshot was made: when its source was (facts F4).
    CacheClusterCreateTime: clusterMode ? undefined : details.CacheClusterCreateTime,
    PreferredMaintenanceWindow: details.PreferredMaintenanceWindow,
    Port: 6379,
    CacheParameterGroupName: details.CacheParameterGroup?.CacheParameterGroupName,
    CacheSubnetGroupName: details.CacheSubnetGroupName,
    VpcId: 'vpc-0a1b2c3d',
    AutoMinorVersionUpgrade: details.AutoMinorVersionUpgrade,
    SnapshotRetentionLimit: details.SnapshotRetentionLimit,
    SnapshotWindow: details.SnapshotWindow,
    NumNodeGroups: made.nodes.length,
    AutomaticFailover: unit.group?.AutomaticFailover ?? 'disabled',
    NodeSnapshots: made.nodes.map((part) => ({
      CacheClusterId: clusterMode ? part.id : undefined,
      NodeGroupId: part.shard,
      CacheNodeId: '0001',
      CacheNodeCreateTime: part.details.CacheClusterCreateTime,
      CacheSize: '',
    })),
    ARN: `${cacheArnPrefix(state.settings)}:snapshot:${made.name}`,
    DataTiering: hasDataTiering(details.CacheNodeType) ? 'enabled' : 'disabled',
  };
  const snapshot: CacheSnapshot = {
    key: made.name,
    order: scatter(made.name),
    details: shown,
    tags: made.tags,
    parts: made.nodes.map(({ shard }) => ({ partId: `part-${randomId(state)}`, shard })),
    clusterMode,
    readers: 0,
  };
  state.snapshots.add(snapshot);
  return snapshot;
}

/** The step in which a snapshot is taken: of its own lifecycle, or of its unit's. */
export function takeStep(
  state: ElastiCacheState,
  unit: CacheUnit,
  snapshot: CacheSnapshot,
  nodes: readonly CacheNode[],
): Step {
  const { plane, durations } = state.settings;
  const startedAt = state.timeline.instant();
  const sizes = new Map<string, number>();
  const said = new Map(nodes.map(({ id, shard }) => [shard, state.settings.bytesUsed(id)]));
  const take = async (): Promise<void> => {
    for (const [index, node] of nodes.entries()) {
      const part = snapshot.parts[index];
      if (part === undefined || plane === undefined) continue;
      sizes.set(part.shard, (await plane.takeSnapshot(node.nodeId, part.partId)).sizeBytes);
    }
  };
  return {
    milliseconds: durations.snapshot,
    work: plane && take,
    done: () => {
      const parts = snapshot.details.NodeSnapshots ?? [];
      snapshot.details = {
        ...snapshot.details,
        SnapshotStatus: 'available',
        NodeSnapshots: parts.map((part) => ({
          ...part,
          CacheSize: shownSize(sizes.get(part.NodeGroupId ?? '') ?? said.get(part.NodeGroupId ?? '')),
          SnapshotCreateTime: startedAt,
        })),
      };
      const { SnapshotName: name } = snapshot.details;
      addUnitEvent(state, unit, `Snapshot succeeded for snapshot with ID '${name}' of ${nodes[0]?.id}`);
    },
  };
}

/** A size as the service writes it (facts F11). */
function shownSize(bytes: number | undefined): string {
  return bytes === undefined ? '5 MB' : `${Math.max(1, Math.ceil(bytes / 1_048_576))} MB`;
}

/** Takes a snapshot out of the state, and its files out of the data plane. */
export function removeSnapshot(state: ElastiCacheState, snapshot: CacheSnapshot): void {
  state.snapshots.remove(snapshot.key);
  const { plane } = state.settings;
  const subject = snapshotSubject(state, snapshot);
  if (plane === undefined) {
    state.timeline.cancel(subject.key);
    return;
  }
  const work = async (): Promise<void> => {
    for (const { partId } of snapshot.parts) await plane.deleteSnapshot(partId);
  };
  state.timeline.replace(subject, [{ milliseconds: 0, work }]);
}
