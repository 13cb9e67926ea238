import { CreateReplicationGroupCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { CreateDBSnapshotCommand } from '@aws-sdk/client-rds';
import { describe, expect, it } from 'vitest';
import { createCacheSnapshot } from '../../../src/backup/create-cache-snapshot.js';
import { writeEvidence } from '../../../src/evidence/write-evidence.js';
import { assessUsage } from '../../../src/readiness/usage/assess-usage.js';
import { defaultStoragePrices } from '../../../src/readiness/usage/storage-prices.js';
import { fakeSystem } from '../../backup/fakes/fake-system.js';
import { abortReason } from '../../backup/fakes/faulty.js';
import { virtualZephyr } from '../zephyr-virtual.js';

const gibibyte = 1_073_741_824;
const cache = 'zephyr-production-redis';

describe('over the wire', () => {
  it('everything that is kept is counted once, by its storage class', async () => {
    await using zephyr = await virtualZephyr();
    const { region } = zephyr;
    const settings = { region: region.region, endpoint: region.endpoint, credentials: region.credentials };
    const client = new ElastiCacheClient(settings);
    await client.send(
      new CreateReplicationGroupCommand({
        ReplicationGroupId: cache,
        ReplicationGroupDescription: 'sessions',
        NumCacheClusters: 1,
        CacheNodeType: 'cache.t3.medium',
        Engine: 'redis',
      }),
    );
    client.destroy();
    await zephyr.clock.sleep(3_600_000);
    const system = zephyr.systemWith({
      cache: { replicationGroup: cache },
      archive: { bucket: 'zephyr-backups', prefix: 'zephyr' },
    });
    const store = system.aws.objectStore({ bucket: 'zephyr-backups', prefix: 'zephyr' });
    await store.put('manual/2025/11/10/a.dump', 'x'.repeat(1_000), { storageClass: 'STANDARD_IA' });
    await store.put('manual/2025/11/10/a.manifest.json', '{}', { storageClass: 'STANDARD' });
    await store.put('journals/x/1', 'entry');
    await store.put('others/x', 'not ours');
    await writeEvidence(system, { kind: 'drill', at: zephyr.clock.now(), subject: 's', verdict: 'passed', body: {} });
    const snapshot = { DBInstanceIdentifier: 'zephyr-production-db', DBSnapshotIdentifier: 'before-v2' };
    await zephyr.rds.send(new CreateDBSnapshotCommand(snapshot));
    await createCacheSnapshot(system, { reason: 'rehearsal' });

    const { groups, costs, unknown, monthly } = await assessUsage(system);
    expect(unknown).toEqual([]);
    expect(groups.map(({ kind, storage, count }) => `${count} ${kind} ${storage}`)).toEqual([
      '2 automated-snapshot rds',
      '1 manual-snapshot rds',
      '1 cache-snapshot elasticache',
      '1 dump STANDARD_IA',
      '1 dump STANDARD',
      '1 evidence STANDARD',
      '1 journal STANDARD',
    ]);
    expect(groups.find(({ storage }) => storage === 'STANDARD_IA')?.bytes).toBe(1_000);
    expect(costs[0]).toMatchObject({ storage: 'rds', freeBytes: 100 * gibibyte });
    expect(monthly).toBeGreaterThan(0);
  });

  it('what is denied is unknown', async () => {
    await using zephyr = await virtualZephyr();
    const fault = { kind: 'error', code: 'AccessDenied', status: 403 } as const;
    zephyr.region.faults.inject({ operation: 'DescribeDBSnapshots', fault });
    zephyr.region.faults.inject({ operation: 'DescribeDBInstances', fault });
    const system = zephyr.systemWith({ archive: { bucket: 'not-there' } });
    const { unknown } = await assessUsage(system);
    expect(unknown.map(({ what, code }) => `${what}: ${code}`)).toEqual([
      'instance: access-denied',
      'snapshots: access-denied',
      'archive: bucket-not-found',
    ]);
  });
});

it('counts an AWS Backup snapshot as such, and one of unknown size by what was allocated', async () => {
  const { system, rds } = fakeSystem();
  await rds.createSnapshot({ snapshot: 's', instance: 'zephyr-production-db', tags: {} });
  const [made] = rds.snapshots;
  if (made === undefined) throw new Error('no snapshot');
  rds.snapshots.push({ ...made, identifier: 'awsbackup:x', type: 'awsbackup', sizeBytes: 7 });
  rds.snapshots.push({ ...made, identifier: 'other', instance: 'other', resourceId: 'db-OTHER' });
  const { groups } = await assessUsage(system);
  expect(groups.map(({ kind, bytes }) => [kind, bytes])).toEqual([
    ['manual-snapshot', 100 * gibibyte],
    ['aws-backup-snapshot', 7],
  ]);
});

describe('limits', () => {
  it('every abort ends it, and no denial does', async () => {
    const counted = fakeSystem();
    await assessUsage(counted.system);
    const calls = [...counted.faults.calls];
    expect(calls.length).toBeGreaterThan(3);
    for (let at = 1; at <= calls.length; at += 1) {
      const denied = fakeSystem();
      denied.faults.arm(at, 'is-denied');
      expect((await assessUsage(denied.system)).unknown.length, calls[at - 1]).toBe(1);
      for (const fault of ['aborts-before', 'aborts-after'] as const) {
        const other = fakeSystem();
        const stop = new AbortController();
        other.faults.arm(at, fault, stop);
        await expect(assessUsage(other.system, {}, { signal: stop.signal })).rejects.toBe(abortReason);
      }
    }
  });

  it.each([
    ['prices.rdsBackup', { rdsBackup: -1 }],
    ['prices.cacheBackup', { cacheBackup: Number.NaN }],
    ['prices.s3.X.perGiBMonth', { s3: { X: { perGiBMonth: '1' as never } } }],
    ['prices.s3.X.minimumObjectBytes', { s3: { X: { perGiBMonth: 1, minimumObjectBytes: -1 } } }],
  ])('%s is checked before any call', async (field, wrong) => {
    const { system, faults } = fakeSystem();
    const prices = { ...defaultStoragePrices(), ...wrong };
    await expect(assessUsage(system, { prices })).rejects.toMatchObject({ code: 'invalid-input', field });
    expect(faults.calls).toEqual([]);
  });
});
