import { describe, expect, it } from 'vitest';
import { serializeManifest } from '../../src/backup/dump-manifest.js';
import { gatherReadinessFacts } from '../../src/readiness/gather-readiness-facts.js';
import { glanceAtDumps } from '../../src/readiness/newest-dumps.js';
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
    const gather = () => gatherReadinessFacts(system, undefined, {});
    expect((await gather()).automatedBackup).toEqual({ known: true, value: undefined });
    rds.automatedBackups.push({ ...backup, region: 'us-east-1', resourceId: 'db-OTHER' });
    expect((await gather()).automatedBackup).toEqual({ known: true, value: undefined });
    rds.automatedBackups.push({ ...backup, region: 'us-east-1', status: 'active' });
    expect((await gather()).automatedBackup).toMatchObject({ value: { status: 'active' } });
  });

  it('holds no more than a thousand events', async () => {
    const { system, rds, clock } = fakeSystem();
    const event = { at: clock.now(), source: 'p', message: 'm', categories: [] };
    for (let count = 0; count < 1_500; count += 1) rds.events.push(event);
    const { events } = await gatherReadinessFacts(system, undefined, {});
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
