import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateCacheClusterCommand,
  DeleteCacheClusterCommand,
  DescribeCacheClustersCommand,
  DescribeEventsCommand,
} from '@aws-sdk/client-elasticache';
import { createRedisDataPlane, startLocalRegion } from '@zephyr/backup/local';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { becomes, processesNaming } from './data-plane/support/region-traces.js';
import {
  type CacheRegion,
  cacheRegion,
  cluster,
  group,
  makeGroup,
  snapshot,
  takeSnapshot,
  until,
} from './elasticache/support/cache-region.js';
import { withCluster, withRedis } from './elasticache/support/with-redis.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zephyr-kept-'));
  // The servers' account must get through.
  await chmod(directory, 0o711);
});
afterEach(() => rm(directory, { recursive: true }));

/** Opens the directory with real servers, does something there, and closes it. */
async function visit<T>(act: (place: CacheRegion) => Promise<T>): Promise<T> {
  await using place = await cacheRegion({ directory, cachePlane: createRedisDataPlane });
  return await act(place);
}

const makeCluster = async (place: CacheRegion, id: string, from?: string): Promise<void> => {
  await place.client.send(
    new CreateCacheClusterCommand({
      CacheClusterId: id,
      CacheNodeType: 'cache.t3.small',
      Engine: 'redis',
      NumCacheNodes: 1,
      SnapshotName: from,
    }),
  );
  await until(
    place,
    () => cluster(place, id),
    ({ CacheClusterStatus }) => CacheClusterStatus !== 'creating',
  );
};
const endpointOf = async (place: CacheRegion, id: string) => (await cluster(place, id)).CacheNodes?.[0]?.Endpoint;
const shardOf = async (place: CacheRegion, id: string) => (await group(place, id)).NodeGroups?.[0];

describe('a region with a directory and real caches', () => {
  it('has them with their data again, their replicas, tokens, shards and snapshots', async () => {
    const authToken = 'sixteen-and-more-letters';
    const keys = Array.from({ length: 60 }, (_, index) => `key:${index}`);
    await visit(async (place) => {
      await makeGroup(place, 'secret', {
        TransitEncryptionEnabled: true,
        AuthToken: authToken,
        NumCacheClusters: 2,
        AutomaticFailoverEnabled: true,
      });
      await makeGroup(place, 'sharded', { NumCacheClusters: undefined, NumNodeGroups: 2 });
      await makeCluster(place, 'alone');
      const alone = await endpointOf(place, 'alone');
      await withRedis(alone, (redis) => redis.set('key', 'in the snapshot'));
      await takeSnapshot(place, 'alone', 'of-alone');
      await withRedis(alone, (redis) => redis.set('key', 'written last', 'PX', 3_600_000));
      const { PrimaryEndpoint } = (await shardOf(place, 'secret')) ?? {};
      const safe = { password: authToken, tls: { rejectUnauthorized: false } };
      await withRedis(PrimaryEndpoint, (redis) => redis.set('key', 'secret'), safe);
      await withCluster(place, 'sharded', async (redis) => {
        for (const key of keys) await redis.set(key, `value of ${key}`);
      });
    });
    expect(await processesNaming(directory)).toEqual([]);
    expect(await readdir(join(directory, 'caches'))).not.toContain('owner.json');
    // Without servers, or with others, it is refused, and stays.
    for (const cachePlane of [undefined, () => createRedisDataPlane()])
      await expect(startLocalRegion({ directory, cachePlane })).rejects.toMatchObject({
        code: 'invalid-input',
        field: 'cachePlane',
      });

    await visit(async (place) => {
      expect((await group(place, 'secret')).Status).toBe('available');
      const alone = await endpointOf(place, 'alone');
      await withRedis(alone, async (redis) => {
        expect(await redis.get('key')).toBe('written last');
        expect(await redis.pttl('key')).toBeGreaterThan(0);
      });
      const { PrimaryEndpoint, ReaderEndpoint } = (await shardOf(place, 'secret')) ?? {};
      const tls = { rejectUnauthorized: false };
      await expect(withRedis(PrimaryEndpoint, (redis) => redis.get('key'), { tls })).rejects.toThrow(/NOAUTH/);
      const safe = { password: authToken, tls };
      await withRedis(
        PrimaryEndpoint,
        async (redis) => {
          expect(await redis.get('key')).toBe('secret');
          await redis.set('later', 'replicated');
          expect(await redis.wait(1, 10_000)).toBe(1);
        },
        safe,
      );
      expect(await withRedis(ReaderEndpoint, (redis) => redis.get('later'), safe)).toBe('replicated');
      const values = await withCluster(place, 'sharded', (redis) => Promise.all(keys.map((key) => redis.get(key))));
      expect(values).toEqual(keys.map((key) => `value of ${key}`));
      await makeCluster(place, 'restored', 'of-alone');
      expect(await withRedis(await endpointOf(place, 'restored'), (redis) => redis.get('key'))).toBe('in the snapshot');
    });
  }, 120_000);

  it('that is killed leaves no server; what was written is there, and what it lacks is said', async () => {
    await visit(async (place) => {
      await makeGroup(place, 'sessions');
      await makeCluster(place, 'other');
      await takeSnapshot(place, 'other', 'of-other');
    });
    const program = new URL('support/hold-caches.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--import', 'tsx', program, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await becomes(async () => (await processesNaming(directory)).length === 0, 30)).toBe(true);

    await visit(async (place) => {
      const primary = (await shardOf(place, 'sessions'))?.PrimaryEndpoint;
      expect(await withRedis(primary, (redis) => redis.get('before the kill'))).toBe('written');
      expect((await cluster(place, 'other')).CacheClusterStatus).toBe('restore-failed');
      expect((await snapshot(place, 'of-other')).SnapshotStatus).toBe('failed');
      const { Events } = await place.client.send(new DescribeEventsCommand({ Duration: 60 }));
      expect(Events?.filter(({ Message }) => Message?.includes('Its files are gone'))).toHaveLength(2);
      const { CacheClusters } = await place.client.send(new DescribeCacheClustersCommand({}));
      expect(CacheClusters).toHaveLength(2);
      expect(await readdir(join(directory, 'caches', 'nodes'))).toHaveLength(1);
      await place.client.send(new DeleteCacheClusterCommand({ CacheClusterId: 'other' }));
      await place.region.settled();
    });
    expect(await becomes(async () => (await processesNaming(directory)).length === 0, 10)).toBe(true);
  }, 120_000);
});
