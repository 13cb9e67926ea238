import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectAws } from '../../src/aws/index.js';
import { BackupClient } from '../../src/backup/backup-client.js';
import { createRedisDataPlane, type RedisDataPlane } from '../../src/local/index.js';
import { defineSystem, type System } from '../../src/system/define-system.js';
import { type CacheRegion, cacheRegion, group, makeGroup } from '../local/elasticache/support/cache-region.js';

let plane: RedisDataPlane;
let place: CacheRegion;
let system: System;

beforeAll(async () => {
  plane = await createRedisDataPlane();
  place = await cacheRegion({ cachePlane: plane }, 'http');
  const { region } = place;
  await makeGroup(place, 'zephyr-production-redis', { NumCacheClusters: 2 });
  region.s3.createBucket('exports');
  system = defineSystem({
    aws: connectAws({ region: region.region, endpoint: region.endpoint, credentials: region.credentials }),
    database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
    cache: { replicationGroup: 'zephyr-production-redis' },
    polling: { shortest: '20ms', longest: '100ms' },
  });
});
afterAll(async () => {
  await place?.[Symbol.asyncDispose]();
  await plane?.close();
});

it('a snapshot of a real Redis holds its keys, once every interval, and reaches S3 as a file that can be read', async () => {
  const endpoint = (await group(place, 'zephyr-production-redis')).NodeGroups?.[0]?.PrimaryEndpoint;
  const redis = new Redis({ host: endpoint?.Address ?? '', port: endpoint?.Port ?? 0 });
  try {
    await redis.set('session:needle', 'in the haystack');
    // The snapshot is of a replica where there is one.
    await redis.wait(1, 5_000);
  } finally {
    redis.disconnect();
  }
  const client = new BackupClient(system);
  const { backup, created } = await client.ensureCacheSnapshot({ every: '365d' });
  expect(created).toBe(true);
  expect(await client.ensureCacheSnapshot({ every: '365d' })).toMatchObject({
    created: false,
    backup: { id: backup.id },
  });
  expect(await client.latest({ kind: 'cache-snapshot' })).toMatchObject({ id: backup.id, status: 'available' });
  const { files } = await client.exportCacheSnapshot({ snapshot: backup.id, bucket: 'exports' });
  const [file] = files;
  const { body } = await system.aws.objectStore({ bucket: 'exports' }).get(file?.key ?? '');
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  expect(bytes.length).toBe(file?.sizeBytes);
  expect(bytes.includes('in the haystack')).toBe(true);
});
