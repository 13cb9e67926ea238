import {
  CreateCacheParameterGroupCommand,
  DeleteCacheParameterGroupCommand,
  DescribeCacheParameterGroupsCommand,
  DescribeCacheParametersCommand,
  type ElastiCacheClient,
  ModifyCacheParameterGroupCommand,
} from '@aws-sdk/client-elasticache';
import { expect, it } from 'vitest';
import { makeGroup, virtualCacheRegion } from './support/cache-region.js';

const create = (client: ElastiCacheClient, name: string, family = 'redis7') =>
  client.send(
    new CreateCacheParameterGroupCommand({
      CacheParameterGroupName: name,
      CacheParameterGroupFamily: family,
      Description: 'for sessions',
    }),
  );
const modify = (client: ElastiCacheClient, name: string, ParameterName: string, ParameterValue: string) =>
  client.send(
    new ModifyCacheParameterGroupCommand({
      CacheParameterGroupName: name,
      ParameterNameValues: [{ ParameterName, ParameterValue }],
    }),
  );
const parameters = async (client: ElastiCacheClient, name: string, Source?: string) =>
  (await client.send(new DescribeCacheParametersCommand({ CacheParameterGroupName: name, Source }))).Parameters ?? [];

it('makes groups that set something other than their family does', async () => {
  await using place = await virtualCacheRegion();
  const { client } = place;
  const { CacheParameterGroup } = await create(client, 'Sessions');
  expect(CacheParameterGroup).toMatchObject({
    CacheParameterGroupName: 'sessions',
    CacheParameterGroupFamily: 'redis7',
    ARN: 'arn:aws:elasticache:us-east-1:123456789012:parametergroup:sessions',
  });
  expect(await parameters(client, 'sessions', 'user')).toEqual([]);
  await modify(client, 'sessions', 'maxmemory-policy', 'noeviction');
  expect(await parameters(client, 'sessions', 'user')).toMatchObject([
    { ParameterName: 'maxmemory-policy', ParameterValue: 'noeviction', ChangeType: 'immediate' },
  ]);
  // There is no AOF, and no way to turn it on (facts F8).
  const appendonly = (await parameters(client, 'default.redis7')).find((p) => p.ParameterName === 'appendonly');
  expect(appendonly).toMatchObject({ ParameterValue: 'no', IsModifiable: false });
  const group = await makeGroup(place, 'cache', { CacheParameterGroupName: 'sessions' });
  expect(group.Status).toBe('available');
  await expect(
    client.send(new DeleteCacheParameterGroupCommand({ CacheParameterGroupName: 'sessions' })),
  ).rejects.toMatchObject({
    name: 'InvalidCacheParameterGroupStateFault',
  });
  await create(client, 'unused');
  await client.send(new DeleteCacheParameterGroupCommand({ CacheParameterGroupName: 'unused' }));
  const { CacheParameterGroups } = await client.send(new DescribeCacheParameterGroupsCommand({}));
  const names = CacheParameterGroups?.map(({ CacheParameterGroupName }) => CacheParameterGroupName);
  expect(names).toContain('default.redis7.cluster.on');
  expect(names).toContain('sessions');
  expect(names).not.toContain('unused');
});

it.each([
  ['a name that is taken', (c: ElastiCacheClient) => create(c, 'sessions'), 'CacheParameterGroupAlreadyExistsFault'],
  ['one group too many', (c: ElastiCacheClient) => create(c, 'second'), 'CacheParameterGroupQuotaExceededFault'],
  ['a family that is none', (c: ElastiCacheClient) => create(c, 'other', 'redis99'), 'InvalidParameterValueException'],
  ['a group that is not there', (c: ElastiCacheClient) => parameters(c, 'nobody'), 'CacheParameterGroupNotFoundFault'],
  [
    'to change AOF',
    (c: ElastiCacheClient) => modify(c, 'sessions', 'appendonly', 'yes'),
    'InvalidParameterValueException',
  ],
  [
    'a value that cannot be',
    (c: ElastiCacheClient) => modify(c, 'sessions', 'timeout', 'soon'),
    'InvalidParameterValueException',
  ],
  [
    'a parameter that is none',
    (c: ElastiCacheClient) => modify(c, 'sessions', 'save', '900 1'),
    'InvalidParameterValueException',
  ],
  [
    'to change a default',
    (c: ElastiCacheClient) => modify(c, 'default.redis7', 'timeout', '0'),
    'InvalidParameterValueException',
  ],
])('refuses %s', async (_what, wrong, name) => {
  await using place = await virtualCacheRegion({ cacheQuotas: { parameterGroups: 1 } });
  await create(place.client, 'sessions');
  await expect(wrong(place.client)).rejects.toMatchObject({ name });
});

it('gives a cache only a group that is there and of its family', async () => {
  await using place = await virtualCacheRegion();
  await create(place.client, 'old', 'redis6.x');
  const make = (CacheParameterGroupName: string) => makeGroup(place, 'cache', { CacheParameterGroupName });
  await expect(make('nobody')).rejects.toMatchObject({ name: 'CacheParameterGroupNotFoundFault' });
  await expect(make('old')).rejects.toMatchObject({ name: 'InvalidParameterCombinationException' });
});
