import type {
  CreateSnapshotMessage,
  CreateSnapshotResult,
  DeleteSnapshotMessage,
  DeleteSnapshotResult,
  DescribeSnapshotsListMessage,
  DescribeSnapshotsMessage,
  Snapshot,
  Tag,
} from '@aws-sdk/client-elasticache';
import { pageOf } from '../control-plane/paging.js';
import { invalidCombination, invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { nameOf } from '../control-plane/resource-name.js';
import { checkTags } from '../control-plane/tag-list.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { newCacheName } from './cache-names.js';
import { copySnapshot } from './copy-snapshot.js';
import { elastiCacheFault } from './elasticache-fault.js';
import type {
  CacheNode,
  CacheSnapshot,
  CacheUnit,
  ElastiCacheOperations,
  ElastiCacheState,
} from './elasticache-state.js';
import { slots } from './group-view.js';
import { addSnapshot, removeSnapshot, snapshotSubject, takeStep } from './snapshot-lifecycle.js';
import { getSnapshot, refuseTakenSnapshot } from './snapshot-lookup.js';
import {
  availableStep,
  getGroup,
  getNode,
  inClusterMode,
  primariesOf,
  requireAvailableUnit,
  unitSubject,
} from './units.js';

const day = 86_400_000;
const largestPage = 50;

/** The operations on snapshots. */
export const cacheSnapshotOperations: ElastiCacheOperations = {
  CreateSnapshot: createSnapshot,
  DescribeSnapshots: describeSnapshots,
  CopySnapshot: copySnapshot,
  DeleteSnapshot: deleteSnapshot,
};

function createSnapshot(
  state: ElastiCacheState,
  input: CreateSnapshotMessage,
  script: LifecycleScript | undefined,
): CreateSnapshotResult {
  const name = newCacheName(required(input.SnapshotName, 'SnapshotName'), 'SnapshotName');
  const { unit, nodes } = sourceOf(state, input);
  refuseTakenSnapshot(state, name);
  if (nodes.some(({ details }) => details.CacheNodeType === 'cache.t1.micro')) {
    throw elastiCacheFault('SnapshotFeatureNotSupportedFault', 'Snapshots are not supported on cache.t1.micro nodes.');
  }
  requireAvailableUnit(state, unit);
  refuseBeyondQuota(state, nodes);
  const snapshot = beginSnapshot(state, unit, { name, source: 'manual', nodes, tags: checkTags(input.Tags) }, script);
  return { Snapshot: snapshot.details };
}

/** Exactly one source, and of the kind that the mode asks for (facts F1). */
function sourceOf(
  state: ElastiCacheState,
  input: CreateSnapshotMessage,
): { readonly unit: CacheUnit; readonly nodes: readonly CacheNode[] } {
  const { CacheClusterId: cluster, ReplicationGroupId: group } = input;
  if ((cluster === undefined) === (group === undefined)) {
    throw invalidCombination('Exactly one of CacheClusterId and ReplicationGroupId must be given.');
  }
  if (group !== undefined) {
    const unit = getGroup(state, group);
    if (inClusterMode(unit)) return { unit, nodes: primariesOf(unit) };
    throw invalidCombination(
      `Replication group ${group} is not in cluster mode: give the CacheClusterId of one of its nodes.`,
    );
  }
  const { unit, node } = getNode(state, required(cluster, 'CacheClusterId'));
  if (!inClusterMode(unit)) return { unit, nodes: [node] };
  throw invalidCombination(
    `Cluster ${cluster} is of a replication group in cluster mode: give the ReplicationGroupId instead.`,
  );
}

/** So many manual snapshots of a node in 24 hours (facts F6). */
function refuseBeyondQuota(state: ElastiCacheState, nodes: readonly CacheNode[]): void {
  const now = state.timeline.instant().getTime();
  const { snapshotsPerDay } = state.settings.quotas;
  for (const node of nodes) {
    const recent = node.snapshotTimes.filter((time) => now - time < day);
    if (recent.length >= snapshotsPerDay) {
      throw elastiCacheFault(
        'SnapshotQuotaExceededFault',
        `The request cannot be processed because it would exceed the maximum number of snapshots: ${snapshotsPerDay} of a node in 24 hours.`,
      );
    }
    node.snapshotTimes = [...recent, now];
  }
}

/** Begins a snapshot; its unit is `snapshotting` until it is done, and comes back whatever becomes of it. */
export function beginSnapshot(
  state: ElastiCacheState,
  unit: CacheUnit,
  made: {
    readonly name: string;
    readonly source: 'automated' | 'manual';
    readonly nodes: readonly CacheNode[];
    readonly tags: readonly Tag[];
  },
  script?: LifecycleScript | undefined,
): CacheSnapshot {
  const snapshot = addSnapshot(state, unit, made);
  const taking = takeStep(state, unit, snapshot, made.nodes);
  let settled: Promise<void> | undefined;
  const { work } = taking;
  const once =
    work &&
    ((): Promise<void> => {
      settled ??= work();
      return settled;
    });
  state.timeline.run(snapshotSubject(state, snapshot), [{ ...taking, status: 'creating', work: once }], script);
  state.timeline.run(unitSubject(state, unit), [
    {
      status: 'snapshotting',
      milliseconds: taking.milliseconds,
      work: work && (() => (settled ?? Promise.resolve()).catch(() => {})),
    },
    availableStep(),
  ]);
  return snapshot;
}

function describeSnapshots(state: ElastiCacheState, input: DescribeSnapshotsMessage): DescribeSnapshotsListMessage {
  const { SnapshotSource: source, SnapshotName: name } = input;
  if (source !== undefined && source !== 'system' && source !== 'user') {
    throw invalidParameterValue(`Invalid snapshot source: ${source}. Must be system or user`);
  }
  // Asked for as system or user, told as automated or manual (facts F5).
  const shown = source === undefined ? undefined : source === 'system' ? 'automated' : 'manual';
  const cluster = input.CacheClusterId === undefined ? undefined : nameOf(input.CacheClusterId);
  const group = input.ReplicationGroupId === undefined ? undefined : nameOf(input.ReplicationGroupId);
  const candidates = name === undefined ? state.snapshots.sorted() : [getSnapshot(state, name)];
  const found = candidates.filter(({ details }) => {
    if (shown !== undefined && details.SnapshotSource !== shown) return false;
    if (cluster !== undefined && details.CacheClusterId !== cluster) return false;
    return group === undefined || details.ReplicationGroupId === group;
  });
  const { page, Marker } = pageOf(found, input, largestPage);
  const view = input.ShowNodeGroupConfig === true ? withConfiguration : (details: Snapshot) => details;
  return { Marker, Snapshots: page.map(({ details }) => view(details)) };
}

function withConfiguration(details: Snapshot): Snapshot {
  const parts = details.NodeSnapshots ?? [];
  return {
    ...details,
    NodeSnapshots: parts.map((part, index) => ({
      ...part,
      NodeGroupConfiguration: { NodeGroupId: part.NodeGroupId, Slots: slots(index, parts.length) },
    })),
  };
}

function deleteSnapshot(state: ElastiCacheState, input: DeleteSnapshotMessage): DeleteSnapshotResult {
  const snapshot = getSnapshot(state, required(input.SnapshotName, 'SnapshotName'));
  const { SnapshotStatus: status, SnapshotName: name } = snapshot.details;
  if ((status !== 'available' && status !== 'failed') || snapshot.readers > 0) {
    throw elastiCacheFault('InvalidSnapshotStateFault', `Snapshot ${name} is not in available state: it is ${status}.`);
  }
  removeSnapshot(state, snapshot);
  return { Snapshot: { ...snapshot.details, SnapshotStatus: 'deleting' } };
}
