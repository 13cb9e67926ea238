import type {
  DeleteCacheClusterMessage,
  DeleteCacheClusterResult,
  DeleteReplicationGroupMessage,
  DeleteReplicationGroupResult,
} from '@aws-sdk/client-elasticache';
import { invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import type { Step } from '../control-plane/timeline.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { endSnapshots } from './automatic-snapshots.js';
import { newCacheName } from './cache-names.js';
import { stopServers } from './cache-servers.js';
import { clusterView } from './cluster-view.js';
import { elastiCacheFault } from './elasticache-fault.js';
import type { CacheUnit, ElastiCacheState } from './elasticache-state.js';
import { groupView } from './group-view.js';
import { addSnapshot, snapshotSubject, takeStep } from './snapshot-lifecycle.js';
import { refuseTakenSnapshot } from './snapshot-lookup.js';
import {
  getGroup,
  getNode,
  inClusterMode,
  primariesOf,
  requireAvailableUnit,
  unitStatus,
  unitSubject,
} from './units.js';

/** `DeleteCacheCluster`, with the rules of facts F15. */
export function deleteCacheCluster(
  state: ElastiCacheState,
  input: DeleteCacheClusterMessage,
  script: LifecycleScript | undefined,
): DeleteCacheClusterResult {
  const found = getNode(state, required(input.CacheClusterId, 'CacheClusterId'));
  if (found.unit.group !== undefined) {
    throw elastiCacheFault(
      'InvalidCacheClusterStateFault',
      `Cache cluster ${found.node.id} is a member of a replication group: delete the group.`,
    );
  }
  deleteUnit(state, found.unit, input.FinalSnapshotIdentifier, script);
  return { CacheCluster: { ...clusterView(state, found, { nodes: false }), CacheClusterStatus: 'deleting' } };
}

/** `DeleteReplicationGroup`, with the rules of facts F15. */
export function deleteReplicationGroup(
  state: ElastiCacheState,
  input: DeleteReplicationGroupMessage,
  script: LifecycleScript | undefined,
): DeleteReplicationGroupResult {
  const unit = getGroup(state, required(input.ReplicationGroupId, 'ReplicationGroupId'));
  if (input.RetainPrimaryCluster === true) {
    throw invalidParameterValue('RetainPrimaryCluster is not supported in this region.');
  }
  deleteUnit(state, unit, input.FinalSnapshotIdentifier, script);
  return { ReplicationGroup: { ...groupView(state, unit), Status: 'deleting' } };
}

function deleteUnit(
  state: ElastiCacheState,
  unit: CacheUnit,
  finalName: string | undefined,
  script: LifecycleScript | undefined,
): void {
  // What failed can be deleted, and has nothing to take a snapshot of.
  const failed = ['create-failed', 'restore-failed', 'incompatible-network'].includes(unitStatus(unit));
  if (!failed || finalName !== undefined) requireAvailableUnit(state, unit);
  const name = finalName === undefined ? undefined : newCacheName(finalName, 'FinalSnapshotIdentifier');
  if (name !== undefined) refuseTakenSnapshot(state, name);
  endSnapshots(state, unit);
  const snapshot = name === undefined ? [] : [finalSnapshot(state, unit, name)];
  state.timeline.replace(
    unitSubject(state, unit),
    [
      ...snapshot,
      {
        status: 'deleting',
        milliseconds: state.settings.durations.delete,
        work: state.settings.plane && (() => stopServers(state, unit)),
        done: () => state.units.remove(unit.key),
      },
    ],
    script,
  );
}

function finalSnapshot(state: ElastiCacheState, unit: CacheUnit, name: string): Step {
  const nodes = inClusterMode(unit) ? primariesOf(unit) : unit.nodes.slice(0, 1);
  const snapshot = addSnapshot(state, unit, { name, source: 'manual', nodes, tags: [] });
  const taking = takeStep(state, unit, snapshot, nodes);
  const { work } = taking;
  return {
    ...taking,
    // The waiter for a deletion fails on this very status (facts 0.6g).
    status: 'snapshotting',
    work:
      work &&
      (() =>
        work().catch((error: unknown) => {
          // Without the snapshot that was asked for nothing may be destroyed: the unit stays.
          const message = error instanceof Error ? error.message : String(error);
          snapshotSubject(state, snapshot).fail('failed', message, state.timeline.instant());
          throw error;
        })),
    failedStatus: 'available',
  };
}
