import { CreateReplicationGroupCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { expect, it } from 'vitest';
import { createCacheSnapshot } from '../../src/backup/create-cache-snapshot.js';
import { assessReadiness } from '../../src/readiness/assess-readiness.js';
import { glanceAtCache } from '../../src/readiness/glance-at-cache.js';
import { virtualZephyr } from './zephyr-virtual.js';

const name = 'zephyr-production-redis';

it('sees the cache as it is and the newest snapshot of it', async () => {
  await using zephyr = await virtualZephyr();
  const { region } = zephyr;
  const client = new ElastiCacheClient({
    region: region.region,
    endpoint: region.endpoint,
    credentials: region.credentials,
  });
  await client.send(
    new CreateReplicationGroupCommand({
      ReplicationGroupId: name,
      ReplicationGroupDescription: 'sessions',
      NumCacheClusters: 2,
      CacheNodeType: 'cache.t3.medium',
      Engine: 'redis',
      SnapshotRetentionLimit: 5,
      SnapshotWindow: '04:00-05:00',
    }),
  );
  client.destroy();
  await zephyr.clock.sleep(3_600_000);
  const system = zephyr.systemWith({ cache: { replicationGroup: name } });
  expect(await glanceAtCache(system, {})).toEqual({
    cache: name,
    status: 'available',
    snapshotRetentionDays: 5,
    snapshotWindow: '04:00-05:00',
    newest: undefined,
  });
  const { id } = await createCacheSnapshot(system, { reason: 'rehearsal' });
  expect(await glanceAtCache(system, {})).toMatchObject({ newest: { identifier: id, type: 'manual' } });
  const { findings } = await assessReadiness(system);
  expect(findings.filter(({ code }) => code.startsWith('cache')).map(({ code, grade }) => [code, grade])).toEqual([
    ['cache-status', 'ok'],
    ['cache-snapshot', 'ok'],
    ['cache-schedule', 'ok'],
    ['cache-durability', 'ok'],
  ]);
  const alone = zephyr.systemWith({ cache: { cluster: `${name}-001` } });
  expect(await glanceAtCache(alone, {})).toMatchObject({ status: 'available', snapshotWindow: '04:00-05:00' });
  const none = zephyr.systemWith({ cache: { replicationGroup: 'nowhere' } });
  expect(await glanceAtCache(none, {})).toMatchObject({ status: undefined, newest: undefined });
});
