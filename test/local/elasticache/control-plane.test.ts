import * as elasticache from '@aws-sdk/client-elasticache';
import {
  AddTagsToResourceCommand,
  CopySnapshotCommand,
  CreateCacheClusterCommand,
  CreateReplicationGroupCommand,
  CreateSnapshotCommand,
  DeleteCacheClusterCommand,
  DeleteReplicationGroupCommand,
  DeleteSnapshotCommand,
  DescribeCacheClustersCommand,
  DescribeEventsCommand,
  DescribeSnapshotsCommand,
  ListTagsForResourceCommand,
  ModifyReplicationGroupCommand,
  paginateDescribeSnapshots,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-elasticache';
import { NormalizedSchema } from '@smithy/core/schema';
import { expect, it } from 'vitest';
import { elastiCacheFaultTable } from '../../../src/local/elasticache/elasticache-fault.js';
import {
  cluster,
  day,
  group,
  groupInput,
  makeGroup,
  minute,
  snapshot,
  takeSnapshot,
  until,
  virtualCacheRegion,
} from './support/cache-region.js';

it('answers with the codes and statuses that the service model has', () => {
  const schemas: Readonly<Record<string, unknown>> = { ...elasticache };
  for (const [name, [code, status]] of Object.entries(elastiCacheFaultTable())) {
    const schema = schemas[`${name}$`];
    expect(schema, name).toBeDefined();
    const traits = NormalizedSchema.of(schema as never).getMergedTraits();
    expect({ name, trait: traits.awsQueryError }).toEqual({ name, trait: [code, status] });
  }
});

it('takes snapshots of exactly one source, of the kind that the mode asks for', async () => {
  await using place = await virtualCacheRegion();
  await makeGroup(place, 'plain', { NumCacheClusters: 2 });
  await makeGroup(place, 'sharded', { NumCacheClusters: undefined, NumNodeGroups: 2 });
  const attempt = (source: { CacheClusterId?: string; ReplicationGroupId?: string }) =>
    place.client.send(new CreateSnapshotCommand({ ...source, SnapshotName: 's' }));
  await expect(attempt({})).rejects.toMatchObject({ name: 'InvalidParameterCombinationException' });
  await expect(attempt({ CacheClusterId: 'plain-001', ReplicationGroupId: 'plain' })).rejects.toMatchObject({
    name: 'InvalidParameterCombinationException',
  });
  // The runbook's own call: a replication group has a node id where it writes the group's.
  await expect(attempt({ CacheClusterId: 'plain' })).rejects.toMatchObject({
    name: 'CacheClusterNotFoundFault',
    Code: 'CacheClusterNotFound',
  });
  await expect(attempt({ ReplicationGroupId: 'plain' })).rejects.toMatchObject({
    name: 'InvalidParameterCombinationException',
  });
  await expect(attempt({ CacheClusterId: 'sharded-0001-001' })).rejects.toMatchObject({
    name: 'InvalidParameterCombinationException',
  });
  await expect(attempt({ ReplicationGroupId: 'nowhere' })).rejects.toMatchObject({
    name: 'ReplicationGroupNotFoundFault',
  });
  const { Snapshot } = await attempt({ ReplicationGroupId: 'sharded' });
  expect(Snapshot).toMatchObject({ ReplicationGroupId: 'sharded', NumNodeGroups: 2, SnapshotStatus: 'creating' });
});

it.each(['', '1abc', 'a--b', 'ends-', 'under_score', `x${'y'.repeat(40)}`])(
  'refuses the snapshot name "%s"',
  async (name) => {
    await using place = await virtualCacheRegion();
    await makeGroup(place, 'plain');
    const attempt = place.client.send(new CreateSnapshotCommand({ CacheClusterId: 'plain-001', SnapshotName: name }));
    await expect(attempt).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  },
);

it('keeps names in lower case, and shows a snapshot without time and size until it is made', async () => {
  await using place = await virtualCacheRegion();
  await makeGroup(place, 'plain');
  await place.clock.sleep(day);
  await place.client.send(new CreateSnapshotCommand({ CacheClusterId: 'PLAIN-001', SnapshotName: 'My-Snapshot' }));
  const young = await snapshot(place, 'MY-snapshot');
  expect(young).toMatchObject({ SnapshotName: 'my-snapshot', SnapshotStatus: 'creating', SnapshotSource: 'manual' });
  expect(young.NodeSnapshots).toMatchObject([{ CacheSize: '' }]);
  expect(young.NodeSnapshots?.[0]?.SnapshotCreateTime).toBeUndefined();
  const begun = place.clock.now();
  await place.clock.sleep(10 * minute);
  const made = await snapshot(place, 'my-snapshot');
  expect(made.SnapshotStatus).toBe('available');
  expect(made.NodeSnapshots?.[0]?.SnapshotCreateTime?.getTime()).toBeLessThanOrEqual(begun.getTime());
  // It is its source's, not its own.
  expect(made.CacheClusterCreateTime).not.toEqual(made.NodeSnapshots?.[0]?.SnapshotCreateTime);
});

it('lets nothing else be done to a cache while a snapshot of it is taken', async () => {
  await using place = await virtualCacheRegion();
  await makeGroup(place, 'plain', { NumCacheClusters: 2 });
  await place.client.send(new CreateSnapshotCommand({ CacheClusterId: 'plain-002', SnapshotName: 'one' }));
  expect((await group(place, 'plain')).Status).toBe('snapshotting');
  const others = [
    new CreateSnapshotCommand({ CacheClusterId: 'plain-001', SnapshotName: 'two' }),
    new DeleteReplicationGroupCommand({ ReplicationGroupId: 'plain' }),
    new ModifyReplicationGroupCommand({ ReplicationGroupId: 'plain', SnapshotRetentionLimit: 5 }),
  ] as const;
  for (const command of others) {
    await expect(place.client.send(command as never)).rejects.toMatchObject({
      name: 'InvalidReplicationGroupStateFault',
    });
  }
  await place.clock.sleep(10 * minute);
  expect((await group(place, 'plain')).Status).toBe('available');
});

it('refuses a name that is taken, and the twenty-first manual snapshot of a node within a day', async () => {
  await using place = await virtualCacheRegion();
  await makeGroup(place, 'plain');
  await takeSnapshot(place, 'plain-001', 's-0');
  const again = place.client.send(new CreateSnapshotCommand({ CacheClusterId: 'plain-001', SnapshotName: 'S-0' }));
  await expect(again).rejects.toMatchObject({ name: 'SnapshotAlreadyExistsFault' });
  for (let count = 1; count < 20; count += 1) await takeSnapshot(place, 'plain-001', `s-${count}`);
  await place.client.send(new DeleteSnapshotCommand({ SnapshotName: 's-3' }));
  await expect(takeSnapshot(place, 'plain-001', 's-20')).rejects.toMatchObject({ name: 'SnapshotQuotaExceededFault' });
  await place.clock.sleep(day);
  await expect(takeSnapshot(place, 'plain-001', 's-20')).resolves.toMatchObject({ SnapshotStatus: 'available' });
});

it('cuts lists into pages of 20 to 50, and takes system and user for what it tells as automated and manual', async () => {
  await using place = await virtualCacheRegion({ cacheQuotas: { snapshotsPerDay: 1_000 } });
  await makeGroup(place, 'plain', { SnapshotRetentionLimit: 3 });
  for (let count = 0; count < 53; count += 1) await takeSnapshot(place, 'plain-001', `s-${count}`);
  await place.clock.sleep(2 * day);
  const { Snapshots, Marker } = await place.client.send(new DescribeSnapshotsCommand({}));
  expect(Snapshots).toHaveLength(50);
  expect(Marker).toBeDefined();
  const names: (string | undefined)[] = [];
  for await (const page of paginateDescribeSnapshots(
    { client: place.client, pageSize: 20 },
    { SnapshotSource: 'user' },
  )) {
    names.push(...(page.Snapshots ?? []).map(({ SnapshotName }) => SnapshotName));
  }
  expect(new Set(names).size).toBe(53);
  expect(names).toHaveLength(53);
  const { Snapshots: own = [] } = await place.client.send(new DescribeSnapshotsCommand({ SnapshotSource: 'system' }));
  expect(own).toHaveLength(2);
  for (const { SnapshotSource, SnapshotName } of own) {
    expect(SnapshotSource).toBe('automated');
    expect(SnapshotName).toMatch(/^automatic\.plain-001-2025-11-1\d-05-[0-5]\d$/);
  }
  for (const input of [{ MaxRecords: 19 }, { MaxRecords: 51 }, { SnapshotSource: 'manual' }, { Marker: 'nonsense' }]) {
    await expect(place.client.send(new DescribeSnapshotsCommand(input))).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  }
});

it('keeps automatic snapshots for as many days as asked, and takes them with the group', async () => {
  await using place = await virtualCacheRegion();
  await makeGroup(place, 'plain', { SnapshotRetentionLimit: 5 });
  await place.clock.sleep(30 * day);
  const { Snapshots = [] } = await place.client.send(new DescribeSnapshotsCommand({ SnapshotSource: 'system' }));
  expect([5, 6]).toContain(Snapshots.length);
  await takeSnapshot(place, 'plain-001', 'kept');
  await place.client.send(new DeleteReplicationGroupCommand({ ReplicationGroupId: 'plain' }));
  await place.clock.sleep(day);
  const left = await place.client.send(new DescribeSnapshotsCommand({}));
  expect(left.Snapshots).toMatchObject([{ SnapshotName: 'kept' }]);
});

it('shows endpoints of nodes only where they are asked for, and of groups by their mode', async () => {
  await using place = await virtualCacheRegion();
  await makeGroup(place, 'plain', { NumCacheClusters: 2 });
  await makeGroup(place, 'sharded', { NumCacheClusters: undefined, NumNodeGroups: 2, ReplicasPerNodeGroup: 1 });
  const bare = await place.client.send(new DescribeCacheClustersCommand({ CacheClusterId: 'plain-001' }));
  expect(bare.CacheClusters?.[0]?.CacheNodes ?? []).toEqual([]);
  expect((await cluster(place, 'plain-001')).CacheNodes?.[0]?.Endpoint?.Port).toBe(6379);
  const plain = await group(place, 'plain');
  expect(plain.NodeGroups?.[0]?.PrimaryEndpoint?.Address).toBe('plain.a1b2c3.ng.0001.us-east-1.cache.amazonaws.com');
  expect(plain.NodeGroups?.[0]?.ReaderEndpoint?.Address).toBe('plain-ro.a1b2c3.ng.0001.us-east-1.cache.amazonaws.com');
  const sharded = await group(place, 'sharded');
  expect(sharded.ConfigurationEndpoint?.Port).toBe(6379);
  expect(sharded.NodeGroups).toMatchObject([{ Slots: '0-8191' }, { Slots: '8192-16383' }]);
  expect(sharded.MemberClusters).toHaveLength(4);
});

it('restores with the snapshot shown as restoring, node groups as in the snapshot, and modes kept apart', async () => {
  await using place = await virtualCacheRegion();
  await makeGroup(place, 'sharded', { NumCacheClusters: undefined, NumNodeGroups: 2 });
  await place.client.send(new CreateSnapshotCommand({ ReplicationGroupId: 'sharded', SnapshotName: 'two-parts' }));
  const restore = (more: object) =>
    place.client.send(
      new CreateReplicationGroupCommand({
        ...groupInput('copy', { NumCacheClusters: undefined }),
        SnapshotName: 'two-parts',
        ...more,
      }),
    );
  await expect(restore({})).rejects.toMatchObject({ name: 'InvalidSnapshotStateFault', Code: 'InvalidSnapshotState' });
  await place.clock.sleep(10 * minute);
  await expect(restore({ NumNodeGroups: 3 })).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  await expect(restore({ ClusterMode: 'disabled' })).rejects.toMatchObject({
    name: 'InvalidParameterCombinationException',
  });
  const single = new CreateCacheClusterCommand({ CacheClusterId: 'one', SnapshotName: 'two-parts' });
  await expect(place.client.send(single)).rejects.toMatchObject({ name: 'InvalidParameterCombinationException' });
  await restore({});
  expect((await snapshot(place, 'two-parts')).SnapshotStatus).toBe('restoring');
  await expect(place.client.send(new DeleteSnapshotCommand({ SnapshotName: 'two-parts' }))).rejects.toMatchObject({
    name: 'InvalidSnapshotStateFault',
  });
  await place.clock.sleep(10 * minute);
  expect(await group(place, 'copy')).toMatchObject({ Status: 'available', ClusterEnabled: true });
  expect((await snapshot(place, 'two-parts')).SnapshotStatus).toBe('available');
});

it('ends a restore in restore-failed on demand, and lets go of the snapshot', async () => {
  await using place = await virtualCacheRegion();
  await makeGroup(place, 'plain');
  await takeSnapshot(place, 'plain-001', 's');
  place.region.faults.inject({
    service: 'elasticache',
    operation: 'CreateCacheCluster',
    fault: { kind: 'ends-in', status: 'restore-failed' },
  });
  await place.client.send(new CreateCacheClusterCommand({ CacheClusterId: 'test', SnapshotName: 's' }));
  const ended = await until(
    place,
    () => cluster(place, 'test'),
    ({ CacheClusterStatus }) => CacheClusterStatus !== 'creating',
  );
  expect(ended.CacheClusterStatus).toBe('restore-failed');
  expect((await snapshot(place, 's')).SnapshotStatus).toBe('available');
  await place.client.send(new DeleteCacheClusterCommand({ CacheClusterId: 'test' }));
  await place.clock.sleep(10 * minute);
  await expect(cluster(place, 'test')).rejects.toMatchObject({ name: 'CacheClusterNotFoundFault' });
});

it.each([
  { AuthToken: 'sixteen-and-more-letters' },
  { AuthToken: 'short', TransitEncryptionEnabled: true },
  { AuthToken: 'has spaces in it, all the way', TransitEncryptionEnabled: true },
  { AutomaticFailoverEnabled: true },
  { MultiAZEnabled: true, NumCacheClusters: 2 },
  { NumCacheClusters: 7 },
  { SnapshotRetentionLimit: 36 },
  { SnapshotWindow: '03:00-03:30' },
  { Engine: 'memcached' },
])('refuses a group with %j', async (more) => {
  await using place = await virtualCacheRegion();
  const attempt = place.client.send(new CreateReplicationGroupCommand(groupInput('plain', more)));
  await expect(attempt).rejects.toMatchObject({
    name: expect.stringMatching(/^InvalidParameter(Value|Combination)Exception$/),
  });
});

it('refuses to delete what is being made or is part of a group', async () => {
  await using place = await virtualCacheRegion();
  await place.client.send(new CreateCacheClusterCommand({ CacheClusterId: 'test', CacheNodeType: 'cache.t3.micro' }));
  await expect(place.client.send(new DeleteCacheClusterCommand({ CacheClusterId: 'test' }))).rejects.toMatchObject({
    name: 'InvalidCacheClusterStateFault',
  });
  await makeGroup(place, 'plain');
  await expect(place.client.send(new DeleteCacheClusterCommand({ CacheClusterId: 'plain-001' }))).rejects.toMatchObject(
    {
      name: 'InvalidCacheClusterStateFault',
    },
  );
});

it('copies a snapshot beside itself and into a bucket that is there', async () => {
  await using place = await virtualCacheRegion();
  await makeGroup(place, 'plain');
  await takeSnapshot(place, 'plain-001', 's');
  const copy = (more: object) =>
    place.client.send(new CopySnapshotCommand({ SourceSnapshotName: 's', TargetSnapshotName: 'copy', ...more }));
  await expect(copy({ TargetBucket: 'nowhere' })).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  place.region.s3.createBucket('exports');
  await copy({ TargetBucket: 'exports' });
  await place.clock.sleep(10 * minute);
  expect(place.region.s3.objectFiles('exports', 'copy-0001.rdb')).toHaveLength(1);
  await expect(copy({ TargetBucket: 'exports' })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'The S3 bucket exports already contains an object with key copy-0001.rdb.',
  });
  await copy({});
  await expect(copy({})).rejects.toMatchObject({ name: 'SnapshotAlreadyExistsFault' });
  await place.clock.sleep(10 * minute);
  const [original, made] = [await snapshot(place, 's'), await snapshot(place, 'copy')];
  expect(made).toMatchObject({ SnapshotStatus: 'available', SnapshotSource: 'manual' });
  expect(made.NodeSnapshots).toEqual(original.NodeSnapshots);
});

it('keeps tags of snapshots, groups and clusters, and says which is missing', async () => {
  await using place = await virtualCacheRegion();
  const { ARN } = await makeGroup(place, 'plain', { Tags: [{ Key: 'a', Value: '1' }] });
  const { ARN: of = '' } = await takeSnapshot(place, 'plain-001', 's');
  for (const arn of [ARN, of]) {
    await place.client.send(new AddTagsToResourceCommand({ ResourceName: arn, Tags: [{ Key: 'b', Value: '2' }] }));
    const { TagList } = await place.client.send(new ListTagsForResourceCommand({ ResourceName: arn }));
    expect(TagList).toContainEqual({ Key: 'b', Value: '2' });
    const remove = new RemoveTagsFromResourceCommand({ ResourceName: arn, TagKeys: ['b'] });
    await place.client.send(remove);
    await expect(place.client.send(remove)).rejects.toMatchObject({ name: 'TagNotFoundFault' });
  }
  const strange = new ListTagsForResourceCommand({ ResourceName: 'arn:aws:rds:us-east-1:123456789012:db:x' });
  await expect(place.client.send(strange)).rejects.toMatchObject({ name: 'InvalidARNFault' });
});

it('changes what belongs to snapshots, and never seems to have changed what it cannot', async () => {
  await using place = await virtualCacheRegion();
  await makeGroup(place, 'plain', { NumCacheClusters: 2 });
  const modify = (more: object) =>
    place.client.send(
      new ModifyReplicationGroupCommand({ ReplicationGroupId: 'plain', ApplyImmediately: true, ...more }),
    );
  await modify({ SnapshotRetentionLimit: 7, SnapshotWindow: '02:00-03:00', SnapshottingClusterId: 'plain-002' });
  expect((await group(place, 'plain')).Status).toBe('modifying');
  await place.clock.sleep(10 * minute);
  expect(await group(place, 'plain')).toMatchObject({ SnapshotRetentionLimit: 7, SnapshottingClusterId: 'plain-002' });
  await expect(modify({})).rejects.toMatchObject({ name: 'InvalidParameterCombinationException' });
  await expect(modify({ EngineVersion: '6.2' })).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  await expect(modify({ SnapshottingClusterId: 'other' })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
});

it('tells what has happened', async () => {
  await using place = await virtualCacheRegion();
  await makeGroup(place, 'plain');
  await takeSnapshot(place, 'plain-001', 's');
  const { Events } = await place.client.send(
    new DescribeEventsCommand({ SourceType: 'replication-group', SourceIdentifier: 'plain', Duration: 60 }),
  );
  expect(Events?.map(({ Message }) => Message)).toEqual([
    'Replication group created',
    "Snapshot succeeded for snapshot with ID 's' of plain-001",
  ]);
});
