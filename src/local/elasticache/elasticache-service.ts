import { createQueryService } from '../control-plane/query-service.js';
import { createRegistry } from '../control-plane/registry.js';
import { createTimeline } from '../control-plane/timeline.js';
import type { WireService } from '../wire/wire-service.js';
import { cacheEventOperations } from './cache-events.js';
import { cacheParameterOperations } from './cache-parameter-groups.js';
import { cacheTagOperations } from './cache-tags.js';
import { describeCacheClusters } from './cluster-view.js';
import { createCacheCluster } from './create-cache-cluster.js';
import { createReplicationGroup } from './create-replication-group.js';
import { deleteCacheCluster, deleteReplicationGroup } from './delete-unit.js';
import type { ElastiCacheOperations, ElastiCacheSettings, ElastiCacheState } from './elasticache-state.js';
import { describeReplicationGroups } from './group-view.js';
import { modifyCacheCluster, modifyReplicationGroup } from './modify-unit.js';
import { cacheSnapshotOperations } from './snapshots.js';
import { testFailover } from './test-failover.js';

/** The ElastiCache control plane: what it answers with, and the state behind it. */
export interface ElastiCacheService extends WireService {
  readonly state: ElastiCacheState;
}

const unitOperations: ElastiCacheOperations = {
  CreateCacheCluster: createCacheCluster,
  CreateReplicationGroup: createReplicationGroup,
  DescribeCacheClusters: describeCacheClusters,
  DescribeReplicationGroups: describeReplicationGroups,
  ModifyCacheCluster: modifyCacheCluster,
  ModifyReplicationGroup: modifyReplicationGroup,
  TestFailover: testFailover,
  DeleteCacheCluster: deleteCacheCluster,
  DeleteReplicationGroup: deleteReplicationGroup,
};

/** Makes the control plane of a region that has nothing in it yet. */
export function createElastiCacheService(settings: ElastiCacheSettings): ElastiCacheService {
  const state: ElastiCacheState = {
    settings,
    timeline: createTimeline(settings.clock),
    units: createRegistry(),
    snapshots: createRegistry(),
    parameterGroups: createRegistry(),
    events: [],
  };
  const service = createQueryService({
    name: 'elasticache',
    version: '2015-02-02',
    namespace: 'http://elasticache.amazonaws.com/doc/2015-02-02/',
    loadClient: () => import('@aws-sdk/client-elasticache'),
    state,
    operations: [
      unitOperations,
      cacheSnapshotOperations,
      cacheParameterOperations,
      cacheTagOperations,
      cacheEventOperations,
    ],
  });
  return { ...service, state };
}
