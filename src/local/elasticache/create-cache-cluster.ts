import type { CreateCacheClusterMessage, CreateCacheClusterResult } from '@aws-sdk/client-elasticache';
import { invalidCombination, invalidParameterValue, required } from '../control-plane/parameter-fault.js';
import { checkTags } from '../control-plane/tag-list.js';
import type { LifecycleScript } from '../wire/wire-service.js';
import { bringUp } from './bring-up.js';
import { newCacheName } from './cache-names.js';
import { clusterView } from './cluster-view.js';
import type { ElastiCacheState } from './elasticache-state.js';
import { addUnit, nodeDetails, refuseTakenClusters } from './new-unit.js';
import { findRestorable } from './snapshot-lookup.js';

/** `CreateCacheCluster`: one Redis node that stands alone. */
export function createCacheCluster(
  state: ElastiCacheState,
  input: CreateCacheClusterMessage,
  script: LifecycleScript | undefined,
): CreateCacheClusterResult {
  const id = newCacheName(required(input.CacheClusterId, 'CacheClusterId'), 'CacheClusterId');
  if (input.ReplicationGroupId !== undefined) {
    throw invalidParameterValue('A cluster of a replication group cannot be made here: use CreateReplicationGroup.');
  }
  // Valkey goes through replication groups only (facts F10); Memcached has no snapshots.
  if ((input.Engine ?? 'redis') !== 'redis') {
    throw invalidParameterValue(`Invalid engine for a cache cluster of this region: ${input.Engine}. Use redis.`);
  }
  if ((input.NumCacheNodes ?? 1) !== 1) throw invalidParameterValue('NumCacheNodes must be 1 if engine is redis.');
  // On Redis these belong to replication groups (facts F12).
  if (input.TransitEncryptionEnabled === true || input.AuthToken !== undefined) {
    throw invalidCombination(
      'TransitEncryptionEnabled and AuthToken of engine redis can be given to replication groups only.',
    );
  }
  refuseTakenClusters(state, [id]);
  const snapshot = input.SnapshotName === undefined ? undefined : findRestorable(state, input.SnapshotName);
  if (snapshot?.clusterMode === true || snapshot?.details.Engine === 'valkey') {
    throw invalidCombination('This snapshot can be restored to a replication group only.');
  }
  const unit = addUnit(state, {
    nodes: [{ id, shard: '0001', role: 'primary' }],
    details: nodeDetails(state, input, snapshot, false),
    tags: checkTags(input.Tags),
  });
  bringUp(state, unit, { snapshot, authToken: undefined, script });
  const [node] = unit.nodes;
  return { CacheCluster: node && clusterView(state, { unit, node }, { nodes: false }) };
}
