import { describe, expect, it } from 'vitest';
import { serializeManifest } from '../../src/backup/dump-manifest.js';
import type { MetricQuery } from '../../src/ports/metrics.js';
import { gatherReadinessFacts } from '../../src/readiness/gather-readiness-facts.js';
import { glanceAtDumps } from '../../src/readiness/newest-dumps.js';
import { fakeRds, productionDb } from '../backup/fakes/fake-rds.js';
import { type FakeSystem, fakeSystem } from '../backup/fakes/fake-system.js';
import { manifestFor } from '../backup/manifest-for.js';

const hour = 3_600_000;

async function putManifest({ store }: FakeSystem, at: Date, more: Parameters<typeof manifestFor>[1] = {}) {
  const manifest = manifestFor(at, more);
  await store.put(manifest.key.replace(/\.dump$/, '.manifest.json'), serializeManifest(manifest));
  return manifest;
}

describe('gathering', () => {
  it('takes the window of this region, not of a copy elsewhere', async () => {
    const { system, rds } = fakeSystem();
    const backup = { resourceId: 'db-PRODUCTION', instance: 'p', region: 'us-west-2', status: 'replicating' };
    rds.automatedBackups.push(backup);
    const gather = () => gatherReadinessFacts(system, { auditSharing: true }, {});
    expect((await gather()).automatedBackup).toEqual({ known: true, value: undefined });
    rds.automatedBackups.push({ ...backup, region: 'us-east-1', resourceId: 'db-OTHER' });
    expect((await gather()).automatedBackup).toEqual({ known: true, value: undefined });
    rds.automatedBackups.push({ ...backup, region: 'us-east-1', status: 'active' });
    expect((await gather()).automatedBackup).toMatchObject({ value: { status: 'active' } });
  });

  it('asks the other regions for the copies that they keep, and CloudWatch there for replicas', async () => {
    const fake = fakeSystem();
    const west = fakeRds(fake.clock, 'us-west-2');
    const latest = new Date('2025-11-09T13:50:00Z');
    const copy = { resourceId: 'db-PRODUCTION', instance: 'p', region: 'us-east-1', status: 'replicating' };
    west.automatedBackups.push({ ...copy, restoreWindow: { earliest: latest, latest } }, { ...copy, resourceId: 'x' });
    const measured: string[] = [];
    const metrics = (region: string) => ({
      region,
      read: async (queries: readonly MetricQuery[]) => {
        measured.push(`${region} ${queries.map(({ metric }) => metric).join(' ')}`);
        return queries.map(() => []);
      },
    });
    const dr = 'arn:aws:rds:us-west-2:123456789012:db:zephyr-dr';
    fake.rds.instance = { ...productionDb, replicas: [dr] };
    const { objectStore } = fake.system.aws;
    const other = { region: 'us-west-2', rds: west, objectStore, metrics: metrics('us-west-2') };
    const system = fake.systemWith({ otherRegions: [other] });
    const whole = { ...system, aws: { ...system.aws, metrics: metrics('us-east-1') } };
    const { copies, metrics: glance } = await gatherReadinessFacts(whole, { auditSharing: true }, {});
    expect(copies).toEqual({ known: true, value: [{ region: 'us-west-2', status: 'replicating', latest }] });
    expect(glance).toMatchObject({ known: true, value: { replicas: [{ replica: dr }] } });
    expect(measured.sort()).toEqual([
      'us-east-1 FreeStorageSpace',
      'us-east-1 FreeStorageSpace TransactionLogsDiskUsage',
      'us-west-2 ReplicaLag',
    ]);
  });

  it('holds no more than a thousand events', async () => {
    const { system, rds, clock } = fakeSystem();
    const event = { at: clock.now(), source: 'p', message: 'm', categories: [] };
    for (let count = 0; count < 1_500; count += 1) rds.events.push(event);
    const { events } = await gatherReadinessFacts(system, { auditSharing: true }, {});
    expect(events.known && events.value).toHaveLength(1_000);
  });
});

describe('a glance at the dumps', () => {
  it('looks no further than the two newest whole ones, and at twelve manifests at most', async () => {
    const fake = fakeSystem();
    const now = fake.clock.now();
    for (let hours = 1; hours <= 20; hours += 1) {
      await putManifest(fake, new Date(now.getTime() - hours * hour), { tables: ['public.votes'] });
    }
    fake.faults.calls.length = 0;
    expect(await glanceAtDumps(fake.system, now, {})).toMatchObject({ newest: undefined, before: undefined });
    expect(fake.faults.calls.filter((call) => call === 'store.get')).toHaveLength(12);
    const newest = await putManifest(fake, now);
    const before = await putManifest(fake, new Date(now.getTime() - hour / 2));
    fake.faults.calls.length = 0;
    expect(await glanceAtDumps(fake.system, now, {})).toMatchObject({
      newest: { key: newest.key },
      before: { key: before.key },
    });
    expect(fake.faults.calls.filter((call) => call === 'store.get')).toHaveLength(2);
  });

  it('passes over dumps of a database whose name only looks the same', async () => {
    const fake = fakeSystem();
    const now = fake.clock.now();
    await putManifest(fake, now, { database: 'old/zephyr-backup-old' });
    const own = await putManifest(fake, new Date(now.getTime() - hour));
    expect(await glanceAtDumps(fake.system, now, {})).toMatchObject({ newest: { key: own.key }, before: undefined });
  });

  it('does not take a refusal for an unreadable manifest', async () => {
    const fake = fakeSystem();
    await putManifest(fake, fake.clock.now());
    fake.faults.arm(2, 'is-denied');
    await expect(glanceAtDumps(fake.system, fake.clock.now(), {})).rejects.toMatchObject({ code: 'access-denied' });
  });
});
