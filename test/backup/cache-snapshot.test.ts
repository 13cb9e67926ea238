import { CreateSnapshotCommand, DeleteSnapshotCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { connectAws } from '../../src/aws/index.js';
import { BackupClient } from '../../src/backup/backup-client.js';
import type { CacheSnapshot } from '../../src/core/backups.js';
import { tagKeys } from '../../src/core/tags.js';
import { evaluateRetention } from '../../src/retention/evaluate-retention.js';
import { zephyrRetention } from '../../src/retention/retention-rules.js';
import { defineSystem } from '../../src/system/define-system.js';
import {
  type CacheRegion,
  day,
  makeGroup,
  minute,
  virtualCacheRegion,
} from '../local/elasticache/support/cache-region.js';

const hour = 60 * minute;

type Virtual = Awaited<ReturnType<typeof virtualCacheRegion>>;

/** A client of a system whose cache is `zephyr-production-redis`, over the real SDK. */
function clientOf(place: CacheRegion, cache = 'zephyr-production-redis'): BackupClient {
  const { region } = place;
  const settings = { region: region.region, credentials: region.credentials, requestHandler: region.requestHandler };
  return new BackupClient(
    defineSystem({
      aws: connectAws({
        region: region.region,
        rds: new RDSClient(settings),
        s3: new S3Client(settings),
        elasticache: new ElastiCacheClient(settings),
      }),
      database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
      cache: { replicationGroup: cache },
      clock: region.clock,
    }),
  );
}

async function zephyrCache(more: Parameters<typeof makeGroup>[2] = {}): Promise<Virtual> {
  const place = await virtualCacheRegion();
  await makeGroup(place, 'zephyr-production-redis', { NumCacheClusters: 2, ...more });
  place.region.calls.clear();
  return place;
}

const created = ({ region }: CacheRegion): readonly Record<string, unknown>[] =>
  region.calls.list('CreateSnapshot').map(({ input }) => input);

async function listed(client: BackupClient): Promise<CacheSnapshot[]> {
  const found: CacheSnapshot[] = [];
  for await (const backup of client.list({ kinds: ['cache-snapshot'] })) {
    if (backup.kind === 'cache-snapshot') found.push(backup);
  }
  return found;
}

it('takes a snapshot of a replica, within 40 characters, with tags, and tells when it was really made', async () => {
  await using place = await zephyrCache();
  const phases: string[] = [];
  const began = place.clock.now();
  const snapshot = await clientOf(place).createCacheSnapshot(
    { reason: 'pre-deployment', deploymentVersion: 'v2.0.0' },
    { onProgress: ({ phase }) => phases.push(phase) },
  );
  expect(created(place)).toHaveLength(1);
  expect(created(place)[0]).toMatchObject({ CacheClusterId: 'zephyr-production-redis-002' });
  expect(snapshot.id).toMatch(/^zephyr-production-manual-20251109-\d{6}$/);
  expect(snapshot.id.length).toBeLessThanOrEqual(40);
  expect(snapshot).toMatchObject({
    kind: 'cache-snapshot',
    status: 'available',
    origin: 'manual',
    source: { instance: 'zephyr-production-redis' },
    clusterMode: false,
    sizeBytes: 5 * 1_048_576,
    tags: { [tagKeys.managedBy]: 'zephyr-backup', Reason: 'pre-deployment', DeploymentVersion: 'v2.0.0' },
  });
  expect(snapshot.createdAt?.getTime()).toBeGreaterThanOrEqual(began.getTime());
  expect(phases[0]).toBe('requested');
  expect(phases.slice(1).every((phase) => phase === 'creating')).toBe(true);
});

it('takes the whole group in cluster mode', async () => {
  await using place = await zephyrCache({ NumCacheClusters: undefined, NumNodeGroups: 3, ReplicasPerNodeGroup: 1 });
  const snapshot = await clientOf(place).createCacheSnapshot({ reason: 'nightly' });
  expect(created(place)).toMatchObject([{ ReplicationGroupId: 'zephyr-production-redis' }]);
  expect(snapshot).toMatchObject({ clusterMode: true, nodeGroups: 3, sizeBytes: 15 * 1_048_576 });
});

it('waits for the snapshot that is being taken before taking its own', async () => {
  await using place = await zephyrCache();
  await place.client.send(
    new CreateSnapshotCommand({ CacheClusterId: 'zephyr-production-redis-002', SnapshotName: 'somebody-elses' }),
  );
  const phases: string[] = [];
  const options = { onProgress: ({ phase }: { phase: string }) => phases.push(phase) };
  const snapshot = await clientOf(place).createCacheSnapshot({ reason: 'mine' }, options);
  expect(phases[0]).toBe('waiting-for-cache');
  expect(snapshot.tags.Reason).toBe('mine');
  expect(await listed(clientOf(place))).toHaveLength(2);
});

it.each(['drop-response', 'drop-request'] as const)(
  'takes one snapshot although the answer is lost: %s',
  async (kind) => {
    await using place = await zephyrCache();
    // More often than the SDK itself tries.
    place.region.faults.inject({ operation: 'CreateSnapshot', call: [1, 2, 3], fault: { kind } });
    const snapshot = await clientOf(place).createCacheSnapshot({ reason: 'once' });
    expect(await listed(clientOf(place))).toMatchObject([{ id: snapshot.id, status: 'available' }]);
  },
);

it('returns the snapshot of an earlier call of the same operation', async () => {
  await using place = await zephyrCache();
  const request = { reason: 'deploy', operationId: 'deploy-42' };
  const first = await clientOf(place).createCacheSnapshot(request);
  await place.clock.sleep(hour);
  expect((await clientOf(place).createCacheSnapshot(request)).id).toBe(first.id);
  expect(created(place)).toHaveLength(1);
});

it('does not take a name that is another snapshot', async () => {
  await using place = await zephyrCache();
  await clientOf(place).createCacheSnapshot({ reason: 'a', name: 'chosen' });
  await expect(clientOf(place).createCacheSnapshot({ reason: 'b', name: 'chosen' })).rejects.toMatchObject({
    code: 'identifier-taken',
  });
});

it('says that the quota counts by day, and that deleting does not help', async () => {
  await using place = await zephyrCache();
  const client = clientOf(place);
  for (let count = 0; count < 20; count += 1) await client.createCacheSnapshot({ reason: 'many' });
  await expect(client.createCacheSnapshot({ reason: 'one too many' })).rejects.toMatchObject({
    code: 'quota-exceeded',
    hint: expect.stringContaining('24 hours'),
  });
  await place.clock.sleep(day);
  await expect(client.createCacheSnapshot({ reason: 'the day after' })).resolves.toMatchObject({ status: 'available' });
});

it('says that a snapshot has failed', async () => {
  await using place = await zephyrCache();
  place.region.faults.inject({ operation: 'CreateSnapshot', fault: { kind: 'ends-in', status: 'failed' } });
  await expect(clientOf(place).createCacheSnapshot({ reason: 'a' })).rejects.toMatchObject({
    code: 'resource-failed',
    hint: expect.stringContaining('reserved-memory-percent'),
  });
  expect(await listed(clientOf(place))).toMatchObject([{ status: 'failed' }]);
});

it('names what is wrong before any call is made', async () => {
  await using place = await zephyrCache();
  const client = clientOf(place);
  for (const request of [
    { reason: 'a', name: `x${'y'.repeat(40)}` },
    { reason: '' },
    { reason: 'a', tags: { 'zephyr:mine': 'no' } },
    { reason: 'a', operationId: 'not usable' },
  ]) {
    await expect(client.createCacheSnapshot(request)).rejects.toMatchObject({ code: 'invalid-input' });
  }
  expect(place.region.calls.list()).toEqual([]);
});

it('says that there is no such cache, and that a system has none', async () => {
  await using place = await virtualCacheRegion();
  await expect(clientOf(place, 'nowhere').createCacheSnapshot({ reason: 'a' })).rejects.toMatchObject({
    code: 'cache-not-found',
  });
  const { region } = place;
  const aws = connectAws({ region: region.region, endpoint: region.endpoint, credentials: region.credentials });
  const database = { instance: 'db', name: 'zephyr', credentials: { user: 'a', password: 'b' } };
  const without = new BackupClient(defineSystem({ aws, database }));
  await expect(without.createCacheSnapshot({ reason: 'a' })).rejects.toMatchObject({
    code: 'invalid-input',
    field: 'cache',
  });
});

it('leaves the waiting when it is told to, and the snapshot goes on', async () => {
  await using place = await zephyrCache();
  const stop = new AbortController();
  const reason = new Error('enough');
  const taking = clientOf(place).createCacheSnapshot(
    { reason: 'a' },
    { signal: stop.signal, onProgress: ({ phase }) => phase === 'creating' && stop.abort(reason) },
  );
  await expect(taking).rejects.toBe(reason);
  await place.clock.sleep(hour);
  expect(await listed(clientOf(place))).toMatchObject([{ status: 'available' }]);
});

it('has one snapshot in every six hours, however often it is asked', async () => {
  await using place = await zephyrCache();
  const client = clientOf(place);
  let count = 0;
  while (place.clock.now() < new Date('2025-11-10T14:00:00Z')) {
    const { created: made, backup } = await client.ensureCacheSnapshot({ every: '6h' });
    expect(backup.status).toBe('available');
    count += made ? 1 : 0;
    await place.clock.sleep(20 * minute);
  }
  // 12 to 18, 18 to 24, 0 to 6, 6 to 12, 12 to 18 o'clock.
  expect(count).toBe(5);
  expect(created(place)).toHaveLength(5);
});

it('takes one snapshot for two who ask at once', async () => {
  await using place = await zephyrCache();
  const client = clientOf(place);
  const both = await Promise.all([
    client.ensureCacheSnapshot({ every: '6h' }),
    client.ensureCacheSnapshot({ every: '6h' }),
  ]);
  expect(new Set(both.map(({ backup }) => backup.id)).size).toBe(1);
  expect(both.filter((each) => each.created)).toHaveLength(1);
  expect(await listed(client)).toHaveLength(1);
});

it('takes another one where that of the interval has failed or is gone', async () => {
  await using place = await zephyrCache();
  const client = clientOf(place);
  const struck = place.region.faults.inject({
    operation: 'CreateSnapshot',
    fault: { kind: 'ends-in', status: 'failed' },
  });
  await expect(client.ensureCacheSnapshot({ every: '6h' })).rejects.toMatchObject({ code: 'resource-failed' });
  struck.remove();
  const { backup, created: made } = await client.ensureCacheSnapshot({ every: '6h' });
  expect(made).toBe(true);
  await place.client.send(new DeleteSnapshotCommand({ SnapshotName: backup.id }));
  expect((await client.ensureCacheSnapshot({ every: '6h' })).created).toBe(true);
});

it('counts the automatic snapshot of the day', async () => {
  await using place = await zephyrCache({ SnapshotRetentionLimit: 5, SnapshotWindow: '03:00-04:00' });
  await place.clock.sleep(new Date('2025-11-10T05:00:00Z').getTime() - place.clock.now().getTime());
  const { backup, created: made } = await clientOf(place).ensureCacheSnapshot({ every: '6h' });
  expect(made).toBe(false);
  expect(backup).toMatchObject({
    origin: 'automated',
    id: expect.stringMatching(/^automatic\.zephyr-production-redis-002-/),
  });
});

it('lists the snapshots of its own cache only, and the runbook lets those go that are older than five days', async () => {
  await using place = await zephyrCache({ SnapshotRetentionLimit: 1 });
  await makeGroup(place, 'zephyr-production-redis-copy');
  const client = clientOf(place);
  for (let count = 0; count < 8; count += 1) {
    await client.createCacheSnapshot({ reason: 'daily' });
    await place.clock.sleep(day);
  }
  await clientOf(place, 'zephyr-production-redis-copy').createCacheSnapshot({ reason: 'not ours' });
  const backups = await listed(client);
  expect(backups.filter(({ origin }) => origin === 'manual')).toHaveLength(8);
  expect(backups.every(({ source }) => source.instance === 'zephyr-production-redis')).toBe(true);
  const decision = evaluateRetention(backups, zephyrRetention, { now: place.clock.now() });
  // Of the last four none is, and each was taken a day and some minutes after the one before.
  expect(decision.expire).toHaveLength(4);
});

it('finds the latest snapshot of its cache, and one by its name', async () => {
  await using place = await zephyrCache();
  const client = clientOf(place);
  expect(await client.latest({ kind: 'cache-snapshot' })).toBeUndefined();
  await client.createCacheSnapshot({ reason: 'first', name: 'zzz' });
  await place.clock.sleep(hour);
  await client.createCacheSnapshot({ reason: 'second', name: 'aaa' });
  expect(await client.latest({ kind: 'cache-snapshot' })).toMatchObject({ id: 'aaa', tags: { Reason: 'second' } });
  expect(await client.find('zzz')).toMatchObject({ kind: 'cache-snapshot', tags: { Reason: 'first' } });
  expect(await client.find('automatic.zephyr-production-redis-001-2025-11-09-03-00')).toBeUndefined();
  await makeGroup(place, 'other');
  await place.client.send(new CreateSnapshotCommand({ CacheClusterId: 'other-001', SnapshotName: 'not-ours' }));
  expect(await client.find('not-ours')).toBeUndefined();
});
