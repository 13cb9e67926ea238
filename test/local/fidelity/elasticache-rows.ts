import { granted, type Row, refused } from './row.js';

const arn = (kind: string, name: string): string => `arn:aws:elasticache:us-east-1:123456789012:${kind}:${name}`;
const group = {
  ReplicationGroupId: 'sessions',
  ReplicationGroupDescription: 'ours',
  Engine: 'redis',
  CacheNodeType: 'cache.t3.small',
  NumCacheClusters: 2,
  AutomaticFailoverEnabled: true,
  SnapshotRetentionLimit: 7,
  Tags: [{ Key: 'Team', Value: 'votes' }],
};
const sharded = { ...group, ReplicationGroupId: 'sharded', NumCacheClusters: undefined, NumNodeGroups: 2 };
const parameters = { CacheParameterGroupName: 'ours' };
const newParameters = { ...parameters, CacheParameterGroupFamily: 'redis7', Description: 'ours' };
const policy = [{ ParameterName: 'maxmemory-policy', ParameterValue: 'noeviction' }];
const cluster = { CacheClusterId: 'plain', Engine: 'redis', CacheNodeType: 'cache.t3.small', NumCacheNodes: 1 };

/** Requests to ElastiCache, at least one granted and one refused of each operation. */
export const elastiCacheRows: readonly Row[] = [
  granted('CreateReplicationGroup', group, ['ReplicationGroup.ARN', 'ReplicationGroup.Status']),
  granted('CreateReplicationGroup', sharded, ['ReplicationGroup.ARN'], { wait: 60 }),
  refused('CreateReplicationGroup', group, 'ReplicationGroupAlreadyExists'),
  refused(
    'CreateReplicationGroup',
    { ...group, ReplicationGroupId: 'x', Engine: 'memcached' },
    'InvalidParameterValue',
  ),
  granted('CreateCacheCluster', cluster, ['CacheCluster.CacheClusterId'], { wait: 30 }),
  refused('CreateCacheCluster', cluster, 'CacheClusterAlreadyExists'),
  refused('CreateCacheCluster', { ...cluster, CacheClusterId: 'x', NumCacheNodes: 2 }, 'InvalidParameterValue'),
  granted('DescribeReplicationGroups', {}, ['ReplicationGroups']),
  refused('DescribeReplicationGroups', { ReplicationGroupId: 'none' }, 'ReplicationGroupNotFoundFault'),
  granted('DescribeCacheClusters', { ShowCacheNodeInfo: true }, ['CacheClusters']),
  refused('DescribeCacheClusters', { CacheClusterId: 'none' }, 'CacheClusterNotFound'),
  refused('DescribeCacheClusters', { MaxRecords: 5 }, 'InvalidParameterValue'),
  granted(
    'ModifyReplicationGroup',
    { ReplicationGroupId: 'sessions', SnapshotRetentionLimit: 14, ApplyImmediately: true },
    ['ReplicationGroup.SnapshotRetentionLimit'],
    { wait: 30 },
  ),
  refused(
    'ModifyReplicationGroup',
    { ReplicationGroupId: 'none', SnapshotRetentionLimit: 1 },
    'ReplicationGroupNotFoundFault',
  ),
  granted(
    'ModifyCacheCluster',
    { CacheClusterId: 'plain', SnapshotRetentionLimit: 3, ApplyImmediately: true },
    ['CacheCluster.CacheClusterStatus'],
    { wait: 30 },
  ),
  refused('ModifyCacheCluster', { CacheClusterId: 'none', SnapshotRetentionLimit: 3 }, 'CacheClusterNotFound'),
  granted('CreateCacheParameterGroup', newParameters, ['CacheParameterGroup.ARN']),
  refused('CreateCacheParameterGroup', newParameters, 'CacheParameterGroupAlreadyExists'),
  granted('ModifyCacheParameterGroup', { ...parameters, ParameterNameValues: policy }, ['CacheParameterGroupName']),
  refused('ModifyCacheParameterGroup', { ...parameters, ParameterNameValues: [] }, 'InvalidParameterValue'),
  granted('DescribeCacheParameterGroups', {}, ['CacheParameterGroups']),
  refused('DescribeCacheParameterGroups', { CacheParameterGroupName: 'none' }, 'CacheParameterGroupNotFound'),
  granted('DescribeCacheParameters', { ...parameters, Source: 'user' }, ['Parameters']),
  refused('DescribeCacheParameters', { CacheParameterGroupName: 'none' }, 'CacheParameterGroupNotFound'),
  granted('TestFailover', { ReplicationGroupId: 'sessions', NodeGroupId: '0001' }, ['ReplicationGroup.Status'], {
    wait: 30,
  }),
  refused('TestFailover', { ReplicationGroupId: 'sessions', NodeGroupId: '0002' }, 'NodeGroupNotFoundFault'),
  granted('CreateSnapshot', { CacheClusterId: 'plain', SnapshotName: 'one' }, ['Snapshot.SnapshotStatus']),
  granted('CreateSnapshot', { ReplicationGroupId: 'sharded', SnapshotName: 'shards' }, ['Snapshot.NodeSnapshots'], {
    wait: 30,
  }),
  refused('CreateSnapshot', { CacheClusterId: 'plain', SnapshotName: 'one' }, 'SnapshotAlreadyExistsFault'),
  refused('CreateSnapshot', { SnapshotName: 'two' }, 'InvalidParameterCombination'),
  granted('DescribeSnapshots', { ShowNodeGroupConfig: true }, ['Snapshots']),
  refused('DescribeSnapshots', { SnapshotName: 'none' }, 'SnapshotNotFoundFault'),
  granted('CopySnapshot', { SourceSnapshotName: 'one', TargetSnapshotName: 'copy' }, ['Snapshot.ARN'], { wait: 30 }),
  refused('CopySnapshot', { SourceSnapshotName: 'none', TargetSnapshotName: 'other' }, 'SnapshotNotFoundFault'),
  granted('AddTagsToResource', { ResourceName: arn('snapshot', 'one'), Tags: [{ Key: 'Tier', Value: 'one' }] }, [
    'TagList',
  ]),
  refused('AddTagsToResource', { ResourceName: 'one', Tags: [{ Key: 'Tier', Value: 'one' }] }, 'InvalidARN'),
  granted('ListTagsForResource', { ResourceName: arn('replicationgroup', 'sessions') }, ['TagList']),
  refused('ListTagsForResource', { ResourceName: arn('snapshot', 'none') }, 'SnapshotNotFoundFault'),
  granted('RemoveTagsFromResource', { ResourceName: arn('snapshot', 'one'), TagKeys: ['Tier'] }, ['TagList']),
  refused('RemoveTagsFromResource', { ResourceName: arn('snapshot', 'one'), TagKeys: ['Tier'] }, 'TagNotFound'),
  granted('DescribeEvents', { Duration: 1440 }, ['Events']),
  refused('DescribeEvents', { SourceIdentifier: 'plain' }, 'InvalidParameterCombination'),
  granted('DeleteSnapshot', { SnapshotName: 'copy' }, ['Snapshot.SnapshotStatus'], { wait: 30 }),
  refused('DeleteSnapshot', { SnapshotName: 'copy' }, 'SnapshotNotFoundFault'),
  granted('DeleteCacheParameterGroup', parameters, []),
  refused('DeleteCacheParameterGroup', parameters, 'CacheParameterGroupNotFound'),
  granted('DeleteCacheCluster', { CacheClusterId: 'plain' }, ['CacheCluster.CacheClusterStatus'], { wait: 30 }),
  refused('DeleteCacheCluster', { CacheClusterId: 'plain' }, 'CacheClusterNotFound'),
  granted('DeleteReplicationGroup', { ReplicationGroupId: 'sharded' }, ['ReplicationGroup.Status'], { wait: 30 }),
  refused('DeleteReplicationGroup', { ReplicationGroupId: 'sharded' }, 'ReplicationGroupNotFoundFault'),
];
