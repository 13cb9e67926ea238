import { readFileSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CopySnapshotCommand,
  CreateCacheClusterCommand,
  CreateCacheParameterGroupCommand,
  DeleteCacheClusterCommand,
  DeleteReplicationGroupCommand,
  DeleteSnapshotCommand,
  DescribeReplicationGroupsCommand,
  type Endpoint,
  ModifyCacheParameterGroupCommand,
  TestFailoverCommand,
} from '@aws-sdk/client-elasticache';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createRedisDataPlane, type RedisDataPlane } from '@zephyr/backup/local';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type CacheRegion,
  cacheRegion,
  cluster,
  group,
  makeGroup,
  snapshot,
  takeSnapshot,
  until,
} from './support/cache-region.js';
import { withRedis } from './support/with-redis.js';

const authToken = 'sixteen-and-more-letters';
let plane: RedisDataPlane;
let place: CacheRegion;

beforeAll(async () => {
  plane = await createRedisDataPlane();
  place = await cacheRegion({ cachePlane: plane }, 'http');
});
afterAll(async () => {
  await place?.[Symbol.asyncDispose]();
  await plane?.close();
});

const primaryOf = async (id: string): Promise<Endpoint | undefined> =>
  (await group(place, id)).NodeGroups?.[0]?.PrimaryEndpoint;

it('restores into a new cluster what was in the cache when the snapshot was taken, and nothing written after it', async () => {
  await makeGroup(place, 'sessions');
  await withRedis(await primaryOf('sessions'), async (redis) => {
    for (let index = 0; index < 500; index += 1) await redis.set(`session:${index}`, `user ${index}`);
    await redis.hset('poll:1', { question: 'Tea?', votes: '7' });
  });
  const taken = await takeSnapshot(place, 'sessions-001', 'before');
  expect(taken).toMatchObject({
    SnapshotStatus: 'available',
    CacheClusterId: 'sessions-001',
    EngineVersion: plane.version,
  });
  await withRedis(await primaryOf('sessions'), (redis) => redis.set('session:later', 'lost'));

  await place.client.send(
    new CreateCacheClusterCommand({
      CacheClusterId: 'proof',
      SnapshotName: 'before',
      NumCacheNodes: 1,
      Engine: 'redis',
    }),
  );
  const restored = await until(
    place,
    () => cluster(place, 'proof'),
    ({ CacheClusterStatus }) => CacheClusterStatus === 'available',
  );
  const endpoint = restored.CacheNodes?.[0]?.Endpoint;
  expect(endpoint).not.toEqual(await primaryOf('sessions'));
  await withRedis(endpoint, async (redis) => {
    expect(await redis.dbsize()).toBe(501);
    expect(await redis.get('session:499')).toBe('user 499');
    expect(await redis.hgetall('poll:1')).toEqual({ question: 'Tea?', votes: '7' });
    expect(await redis.get('session:later')).toBeNull();
  });
  expect((await snapshot(place, 'before')).SnapshotStatus).toBe('available');
});

it('speaks TLS and asks for the token where that was asked for, and a restored copy does neither by itself', async () => {
  await makeGroup(place, 'secret', { TransitEncryptionEnabled: true, AuthToken: authToken, NumCacheClusters: 2 });
  const shown = await group(place, 'secret');
  expect(shown).toMatchObject({ AuthTokenEnabled: true, TransitEncryptionEnabled: true });
  const [shard] = shown.NodeGroups ?? [];
  const tls = { ca: plane.caCertificate };
  await withRedis(
    shard?.PrimaryEndpoint,
    async (redis) => {
      await redis.set('key', 'value');
      // The replica has it: snapshots are taken there.
      expect(await redis.wait(1, 5_000)).toBe(1);
    },
    { tls, password: authToken },
  );
  const get = (redis: Redis): Promise<string | null> => redis.get('key');
  await expect(withRedis(shard?.PrimaryEndpoint, get, { tls })).rejects.toThrow(/NOAUTH/);
  await expect(withRedis(shard?.PrimaryEndpoint, get, { password: authToken })).rejects.toThrow();
  await expect(withRedis(shard?.ReaderEndpoint, get, { tls, password: authToken })).resolves.toBe('value');

  await takeSnapshot(place, 'secret-002', 'of-secret');
  // Facts F12: neither encryption nor token is implied by the snapshot.
  await makeGroup(place, 'bare', { SnapshotName: 'of-secret' });
  expect(await group(place, 'bare')).toMatchObject({ AuthTokenEnabled: false, TransitEncryptionEnabled: false });
  await expect(withRedis(await primaryOf('bare'), get)).resolves.toBe('value');
});

it('puts the RDB file of a snapshot into a bucket', async () => {
  const { region } = place;
  region.s3.createBucket('exports');
  await makeGroup(place, 'exported');
  await withRedis(await primaryOf('exported'), (redis) => redis.set('needle', 'in the file'));
  await takeSnapshot(place, 'exported-001', 'to-export');
  await place.client.send(
    new CopySnapshotCommand({ SourceSnapshotName: 'to-export', TargetSnapshotName: 'out', TargetBucket: 'exports' }),
  );
  await until(
    place,
    () => snapshot(place, 'to-export'),
    ({ SnapshotStatus }) => SnapshotStatus === 'available',
  );
  const s3 = new S3Client({
    region: region.region,
    endpoint: region.endpoint,
    credentials: region.credentials,
    forcePathStyle: true,
  });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'exports', Key: 'out-0001.rdb' }));
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  s3.destroy();
  expect(bytes.subarray(0, 5).toString()).toBe('REDIS');
  expect(bytes.includes('in the file')).toBe(true);
});

it('ends a restore of a damaged snapshot in restore-failed, with the server gone and the snapshot unharmed', async () => {
  await makeGroup(place, 'damaged');
  await withRedis(await primaryOf('damaged'), (redis) => redis.set('a', 'b'.repeat(1_000)));
  const before = new Set(await readdir(join(plane.directory, 'snapshots')));
  await takeSnapshot(place, 'damaged-001', 'to-damage');
  const [file = ''] = (await readdir(join(plane.directory, 'snapshots'))).filter((name) => !before.has(name));
  const path = join(plane.directory, 'snapshots', file);
  await writeFile(path, readFileSync(path).subarray(0, 40));
  const servers = (await readdir(join(plane.directory, 'nodes'))).length;
  await place.client.send(new CreateCacheClusterCommand({ CacheClusterId: 'broken', SnapshotName: 'to-damage' }));
  const ended = await until(
    place,
    () => cluster(place, 'broken'),
    ({ CacheClusterStatus }) => CacheClusterStatus !== 'creating',
  );
  expect(ended.CacheClusterStatus).toBe('restore-failed');
  expect((await readdir(join(plane.directory, 'nodes'))).length).toBe(servers);
  expect((await snapshot(place, 'to-damage')).SnapshotStatus).toBe('available');
  await place.client.send(new DeleteCacheClusterCommand({ CacheClusterId: 'broken' }));
});

it('takes a final snapshot before a group goes, and leaves no server behind', async () => {
  await makeGroup(place, 'leaving');
  const endpoint = await primaryOf('leaving');
  await withRedis(endpoint, (redis) => redis.set('last', 'word'));
  await place.client.send(
    new DeleteReplicationGroupCommand({ ReplicationGroupId: 'leaving', FinalSnapshotIdentifier: 'final' }),
  );
  await until(
    place,
    () => place.client.send(new DescribeReplicationGroupsCommand({})),
    ({ ReplicationGroups = [] }) =>
      ReplicationGroups.every(({ ReplicationGroupId }) => ReplicationGroupId !== 'leaving'),
  );
  await expect(withRedis(endpoint, (redis) => redis.ping())).rejects.toThrow();
  await makeGroup(place, 'returned', { SnapshotName: 'final' });
  expect(await withRedis(await primaryOf('returned'), (redis) => redis.get('last'))).toBe('word');
  await place.client.send(new DeleteSnapshotCommand({ SnapshotName: 'final' }));
  await expect(snapshot(place, 'final')).rejects.toMatchObject({ name: 'SnapshotNotFoundFault' });
});

it('says that there is no redis-server', async () => {
  const env = { ZEPHYR_REDIS_SERVER: '/nonexistent/redis-server' };
  await expect(createRedisDataPlane({ env })).rejects.toMatchObject({ code: 'redis-server-missing' });
});

it('leaves neither servers nor files behind when it is closed', async () => {
  const own = await createRedisDataPlane();
  const endpoint = await own.endpointFor('a');
  await own.create({ nodeId: 'a', encrypted: false }, endpoint);
  const address = { Address: endpoint.address, Port: endpoint.port };
  expect(await withRedis(address, (redis) => redis.ping())).toBe('PONG');
  await own.close();
  await own.close();
  await expect(withRedis(address, (redis) => redis.ping())).rejects.toThrow();
  await expect(readdir(own.directory)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('kills the primary in a failover: the same endpoint answers with the same data and takes writes', async () => {
  await makeGroup(place, 'pair', { NumCacheClusters: 2, AutomaticFailoverEnabled: true });
  const endpoints = async () => (await group(place, 'pair')).NodeGroups?.[0];
  const before = await endpoints();
  const run = (name: 'PrimaryEndpoint' | 'ReaderEndpoint', work: (redis: Redis) => Promise<unknown>) =>
    withRedis(before?.[name], work);
  const session = new Redis({
    host: before?.PrimaryEndpoint?.Address ?? '',
    port: before?.PrimaryEndpoint?.Port ?? 0,
    retryStrategy: () => null,
  });
  session.on('error', () => {});
  await session.set('before', 'kept');
  await session.wait(1, 5_000);
  const ended = new Promise((resolve) => session.once('end', resolve));
  await place.client.send(new TestFailoverCommand({ ReplicationGroupId: 'pair', NodeGroupId: '0001' }));
  await ended;
  await until(
    place,
    () => group(place, 'pair'),
    ({ Status }) => Status === 'available',
  );
  expect((await endpoints())?.PrimaryEndpoint).toEqual(before?.PrimaryEndpoint);
  expect(await run('PrimaryEndpoint', (redis) => redis.get('before'))).toBe('kept');
  expect(await run('PrimaryEndpoint', (redis) => redis.set('after', 'written'))).toBe('OK');
  await expect(run('ReaderEndpoint', (redis) => redis.set('x', 'y'))).rejects.toThrow(/READONLY/);
  expect(await run('ReaderEndpoint', (redis) => redis.get('before'))).toBe('kept');
  await takeSnapshot(place, 'pair-001', 'of-the-replica');
  await place.client.send(new DeleteReplicationGroupCommand({ ReplicationGroupId: 'pair' }));
  await place.region.settled();
});

it('keeps to itself the commands that ElastiCache keeps to itself, and sets what the parameter group says', async () => {
  const name = { CacheParameterGroupName: 'strict' };
  const family = { CacheParameterGroupFamily: `redis${plane.version.split('.')[0]}`, Description: 'strict' };
  await place.client.send(new CreateCacheParameterGroupCommand({ ...name, ...family }));
  const ParameterNameValues = [{ ParameterName: 'databases', ParameterValue: '2' }];
  await place.client.send(new ModifyCacheParameterGroupCommand({ ...name, ParameterNameValues }));
  await makeGroup(place, 'strict', name);
  await withRedis(await primaryOf('strict'), async (redis) => {
    for (const command of ['CONFIG', 'SAVE', 'BGSAVE', 'SHUTDOWN', 'DEBUG', 'REPLICAOF']) {
      await expect(redis.call(command)).rejects.toThrow(/unknown command/);
    }
    await expect(redis.select(2)).rejects.toThrow(/out of range/);
  });
});
