import { CreateSnapshotCommand, TestFailoverCommand } from '@aws-sdk/client-elasticache';
import { createRedisDataPlane, type RedisDataPlane } from '@zephyr/backup/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { becomes } from '../data-plane/support/region-traces.js';
import { type CacheRegion, cacheRegion, group, makeGroup, snapshot, until } from './support/cache-region.js';
import { withCluster } from './support/with-redis.js';

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

const keys = Array.from({ length: 300 }, (_, index) => `session:${index}`);

it('shards what is written, snapshots every shard and restores all of it; fails over one shard', async () => {
  const sharded = { NumCacheClusters: undefined, NumNodeGroups: 2, ReplicasPerNodeGroup: 1 };
  const made = await makeGroup(place, 'sharded', sharded);
  expect(made).toMatchObject({ Status: 'available', ClusterEnabled: true });
  await withCluster(place, 'sharded', async (cluster) => {
    for (const key of keys) await cluster.set(key, `value of ${key}`);
    const masters = cluster.nodes('master');
    const sizes = await Promise.all(masters.map((node) => node.dbsize()));
    expect(masters).toHaveLength(2);
    expect(Math.min(...sizes)).toBeGreaterThan(50);
    expect(sizes[0] ?? 0).toBe(keys.length - (sizes[1] ?? 0));
  });
  await place.client.send(new CreateSnapshotCommand({ ReplicationGroupId: 'sharded', SnapshotName: 'shards' }));
  const taken = await until(
    place,
    () => snapshot(place, 'shards'),
    ({ SnapshotStatus }) => SnapshotStatus !== 'creating',
  );
  expect(taken).toMatchObject({ SnapshotStatus: 'available', NumNodeGroups: 2 });

  const authToken = 'sixteen-and-more-letters';
  const safe = { TransitEncryptionEnabled: true, AuthToken: authToken };
  const restored = await makeGroup(place, 'again', { NumCacheClusters: undefined, SnapshotName: 'shards', ...safe });
  expect(restored.Status).toBe('available');
  const tls = { ca: plane.caCertificate };
  const values = await withCluster(place, 'again', (cluster) => Promise.all(keys.map((key) => cluster.get(key))), {
    password: authToken,
    tls,
  });
  expect(values).toEqual(keys.map((key) => `value of ${key}`));

  await place.client.send(new TestFailoverCommand({ ReplicationGroupId: 'sharded', NodeGroupId: '0001' }));
  await until(
    place,
    () => group(place, 'sharded'),
    ({ Status }) => Status === 'available',
  );
  const readAll = async (): Promise<boolean> => {
    const read = await withCluster(place, 'sharded', (cluster) =>
      Promise.all(keys.map((key) => cluster.get(key))),
    ).catch(() => []);
    return read.filter((value) => value !== null).length === keys.length;
  };
  expect(await becomes(readAll, 30)).toBe(true);
  await withCluster(place, 'sharded', async (cluster) => {
    for (const key of keys.slice(0, 20)) expect(await cluster.set(key, 'written after')).toBe('OK');
  });
});
