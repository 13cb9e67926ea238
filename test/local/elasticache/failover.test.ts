import {
  CopySnapshotCommand,
  CreateReplicationGroupCommand,
  DescribeEventsCommand,
  TestFailoverCommand,
} from '@aws-sdk/client-elasticache';
import { expect, it } from 'vitest';
import {
  type CacheRegion,
  group,
  groupInput,
  makeGroup,
  takeSnapshot,
  until,
  virtualCacheRegion,
} from './support/cache-region.js';

const failOver = ({ client }: CacheRegion, ReplicationGroupId: string, NodeGroupId = '0001') =>
  client.send(new TestFailoverCommand({ ReplicationGroupId, NodeGroupId }));
const roles = async (place: CacheRegion) =>
  (await group(place, 'cache')).NodeGroups?.[0]?.NodeGroupMembers?.map(({ CurrentRole }) => CurrentRole);

it('swaps the roles behind endpoints that stay, with the trail of events', async () => {
  await using place = await virtualCacheRegion();
  const before = await makeGroup(place, 'cache', { NumCacheClusters: 2, AutomaticFailoverEnabled: true });
  expect(await roles(place)).toEqual(['primary', 'replica']);
  const { ReplicationGroup: answer } = await failOver(place, 'cache');
  expect(answer?.Status).toBe('modifying');
  await expect(failOver(place, 'cache')).rejects.toMatchObject({ name: 'InvalidReplicationGroupStateFault' });
  await until(
    place,
    () => group(place, 'cache'),
    ({ Status }) => Status === 'available',
  );
  expect(await roles(place)).toEqual(['replica', 'primary']);
  const after = await group(place, 'cache');
  expect(after.NodeGroups?.[0]?.PrimaryEndpoint).toEqual(before.NodeGroups?.[0]?.PrimaryEndpoint);
  const { Events } = await place.client.send(new DescribeEventsCommand({}));
  expect(Events?.map(({ SourceIdentifier, Message }) => `${SourceIdentifier}: ${Message}`).slice(-5)).toEqual([
    'cache: Test Failover API called for node group 0001',
    'cache-002: Failover from primary node cache-001 to replica node cache-002 completed',
    'cache: Failover from primary node cache-001 to replica node cache-002 completed',
    'cache-001: Recovering cache nodes 0001',
    'cache-001: Finished recovery for cache nodes 0001',
  ]);
});

it('refuses what cannot fail over', async () => {
  await using place = await virtualCacheRegion();
  await makeGroup(place, 'cache', { NumCacheClusters: 2, AutomaticFailoverEnabled: true });
  await makeGroup(place, 'manual', { NumCacheClusters: 2 });
  await makeGroup(place, 'sharded', { NumCacheClusters: undefined, NumNodeGroups: 2 });
  await expect(failOver(place, 'nobody')).rejects.toMatchObject({ name: 'ReplicationGroupNotFoundFault' });
  await expect(failOver(place, 'cache', '0002')).rejects.toMatchObject({ name: 'NodeGroupNotFoundFault' });
  await expect(failOver(place, 'manual')).rejects.toMatchObject({ name: 'TestFailoverNotAvailableFault' });
  await expect(failOver(place, 'sharded')).rejects.toMatchObject({ name: 'TestFailoverNotAvailableFault' });
});

it('tests no more than fifteen failovers in a day', async () => {
  await using place = await virtualCacheRegion({ cacheDurations: { failover: '0s' } });
  await makeGroup(place, 'cache', { NumCacheClusters: 2, AutomaticFailoverEnabled: true });
  for (let count = 0; count < 15; count += 1) await failOver(place, 'cache');
  await expect(failOver(place, 'cache')).rejects.toMatchObject({ name: 'APICallRateForCustomerExceededFault' });
  await place.clock.sleep(86_400_000);
  await expect(failOver(place, 'cache')).resolves.toBeDefined();
});

it('ends a restore whose data do not fit into the memory of the node', async () => {
  await using place = await virtualCacheRegion();
  await makeGroup(place, 'cache', { CacheNodeType: 'cache.t3.medium' });
  const dimensions = { CacheClusterId: 'cache-001' };
  place.region.metrics.set({
    namespace: 'AWS/ElastiCache',
    name: 'BytesUsedForCache',
    dimensions,
    value: 1.5 * 1024 ** 3,
  });
  const { NodeSnapshots } = await takeSnapshot(place, 'cache-001', 'large');
  expect(NodeSnapshots?.[0]?.CacheSize).toBe('1536 MB');
  const restore = (id: string, CacheNodeType: string) => makeGroup(place, id, { SnapshotName: 'large', CacheNodeType });
  expect((await restore('small', 'cache.t3.micro')).Status).toBe('create-failed');
  expect((await restore('large', 'cache.t3.medium')).Status).toBe('available');
  expect((await restore('unknown', 'cache.z9.huge')).Status).toBe('available');
});

it('keeps snapshots of nodes with data tiering to nodes with data tiering', async () => {
  await using place = await virtualCacheRegion();
  await makeGroup(place, 'tiered', { CacheNodeType: 'cache.r6gd.xlarge' });
  const { DataTiering } = await takeSnapshot(place, 'tiered-001', 'tiered');
  expect(DataTiering).toBe('enabled');
  const restore = (CacheNodeType: string) => makeGroup(place, 'again', { SnapshotName: 'tiered', CacheNodeType });
  await expect(restore('cache.r6g.xlarge')).rejects.toMatchObject({ name: 'InvalidParameterCombinationException' });
  const copy = { SourceSnapshotName: 'tiered', TargetSnapshotName: 'file', TargetBucket: 'any' };
  await expect(place.client.send(new CopySnapshotCommand(copy))).rejects.toMatchObject({
    name: 'InvalidParameterCombinationException',
  });
  expect((await restore('cache.r6gd.2xlarge')).Status).toBe('available');
});

it('refuses more nodes than one cluster may have', async () => {
  await using place = await virtualCacheRegion({ cacheQuotas: { nodesPerCluster: 5 } });
  const input = groupInput('sharded', { NumCacheClusters: undefined, NumNodeGroups: 3, ReplicasPerNodeGroup: 1 });
  await expect(place.client.send(new CreateReplicationGroupCommand(input))).rejects.toMatchObject({
    name: 'NodeQuotaForClusterExceededFault',
  });
});
