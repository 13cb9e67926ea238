import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BackupClient } from '../../src/backup/backup-client.js';
import { manifestKeyOf, serializeManifest } from '../../src/backup/dump-manifest.js';
import { intervalAt } from '../../src/backup/ensure-interval.js';
import type { Duration } from '../../src/core/duration.js';
import { isBackupError } from '../../src/core/errors.js';
import { coded, productionDb } from './fakes/fake-rds.js';
import { type FakeSystem, fakeSystem } from './fakes/fake-system.js';
import { abortReason, everyFault, unreachable } from './fakes/faulty.js';
import { manifestFor } from './manifest-for.js';

const hour = 3_600_000;
const daily = { every: '1d', reason: 'daily' } as const;

async function keepDump(fake: FakeSystem, instant: Date, more = {}): Promise<string> {
  const manifest = manifestFor(instant, more);
  await fake.store.put(manifest.key, 'PGDMP');
  await fake.store.put(manifestKeyOf(manifest.key), serializeManifest(manifest));
  return manifest.key;
}

describe('intervalAt', () => {
  it.each<[Duration, string]>([
    ['1d', '2025-11-09T00:00:00.000Z'],
    ['6h', '2025-11-09T12:00:00.000Z'],
    ['15m', '2025-11-09T14:30:00.000Z'],
  ])('of %s begins at %s', (every, start) => {
    expect(intervalAt(new Date('2025-11-09T14:31:07Z'), every).start.toISOString()).toBe(start);
  });

  it('holds its instant, and every instant in it has the same', () => {
    const instants = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    const lengths = fc.constantFrom<Duration>('1m', '7m', '6h', '1d', '1w');
    fc.assert(
      fc.property(instants, lengths, fc.double({ min: 0, max: 0.999, noNaN: true }), (at, every, share) => {
        const { start, milliseconds } = intervalAt(at, every);
        expect(at.getTime() - start.getTime()).toBeGreaterThanOrEqual(0);
        expect(at.getTime() - start.getTime()).toBeLessThan(milliseconds);
        const within = new Date(start.getTime() + Math.floor(share * milliseconds));
        expect(intervalAt(within, every).start).toEqual(start);
      }),
    );
  });

  it.each(['30s', '1x', '', '0d'])('refuses %j', (every) => {
    expect(() => intervalAt(new Date(0), every as Duration)).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'every' }),
    );
  });
});

describe('BackupClient.ensureDatabaseSnapshot', () => {
  it('takes one in an interval however often it is called, and another in the next', async () => {
    const fake = fakeSystem();
    const client = new BackupClient(fake.system);
    const first = await client.ensureDatabaseSnapshot(daily);
    expect(first.created).toBe(true);
    expect(first.backup.id).toMatch(/^zephyr-production-db-manual-20251109-000000-[0-9a-f]{8}$/);
    fake.clock.advance(9 * hour);
    const second = await client.ensureDatabaseSnapshot(daily);
    expect(second).toMatchObject({ created: false, backup: { id: first.backup.id, status: 'available' } });
    expect(fake.rds.snapshots).toHaveLength(1);
    fake.clock.advance(hour);
    await expect(client.ensureDatabaseSnapshot(daily)).resolves.toMatchObject({ created: true });
    expect(fake.rds.snapshots).toHaveLength(2);
  });

  it('counts no snapshot of RDS, of somebody else, or for another purpose', async () => {
    const fake = fakeSystem();
    const client = new BackupClient(fake.system);
    const { id } = await client.createDatabaseSnapshot({ reason: 'by hand' });
    const made = fake.rds.snapshots.map((one) => ({ ...one, status: 'available' }));
    fake.rds.snapshots.push(
      ...made.map((one) => ({ ...one, identifier: 'rds:nightly', type: 'automated' })),
      ...made.map((one) => ({ ...one, identifier: 'console', tags: {} })),
    );
    const { created, backup } = await client.ensureDatabaseSnapshot(daily);
    expect(created).toBe(true);
    expect(backup.id).not.toBe(id);
  });

  it('takes one for many that ask at once', async () => {
    const fake = fakeSystem();
    const client = new BackupClient(fake.system);
    const all = await Promise.all([1, 2, 3, 4].map(() => client.ensureDatabaseSnapshot(daily)));
    expect(new Set(all.map(({ backup }) => backup.id)).size).toBe(1);
    expect(fake.rds.snapshots).toHaveLength(1);
    expect(all.filter(({ created }) => created)).toHaveLength(1);
  });

  it.each([
    ['the answer to the first attempt', unreachable('rds.createSnapshot')],
    ['an answer that the SDK itself asked for again', coded('identifier-taken', { details: { attempts: 2 } })],
  ])('counts the snapshot as its own where only %s got lost', async (_, lost) => {
    const fake = fakeSystem();
    const { createSnapshot } = fake.rds;
    Object.assign(fake.rds, {
      createSnapshot: async (...parameters: Parameters<typeof createSnapshot>) => {
        await createSnapshot(...parameters);
        throw lost;
      },
    });
    await expect(new BackupClient(fake.system).ensureDatabaseSnapshot(daily)).resolves.toMatchObject({ created: true });
    expect(fake.rds.snapshots).toHaveLength(1);
  });

  it('keeps versions and purposes apart', async () => {
    const fake = fakeSystem();
    const client = new BackupClient(fake.system);
    await client.ensureDatabaseSnapshot(daily);
    await client.ensureDatabaseSnapshot({ ...daily, purpose: 'pre-deployment' });
    for (const deploymentVersion of ['v2.0.0', 'v2.0.1', 'v2.0.0'])
      await client.ensureDatabaseSnapshot({ ...daily, deploymentVersion });
    expect(fake.rds.snapshots).toHaveLength(4);
  });

  it('follows one that failed by another, and does not count another instance of the same name', async () => {
    const fake = fakeSystem();
    const client = new BackupClient(fake.system);
    fake.rds.snapshotEndsAs = 'failed';
    await expect(client.ensureDatabaseSnapshot(daily)).rejects.toMatchObject({ code: 'resource-failed' });
    fake.rds.snapshots.push(...fake.rds.snapshots.splice(0).map((one) => ({ ...one, status: 'failed' })));
    fake.rds.snapshotEndsAs = 'available';
    await expect(client.ensureDatabaseSnapshot(daily)).resolves.toMatchObject({ created: true });
    await expect(client.ensureDatabaseSnapshot(daily)).resolves.toMatchObject({ created: false });
    expect(fake.rds.snapshots).toHaveLength(2);
    fake.rds.instance = { ...productionDb, resourceId: 'db-PROMOTED' };
    await expect(client.ensureDatabaseSnapshot(daily)).resolves.toMatchObject({ created: true });
  });

  it('leaves one snapshot, whatever went wrong at whichever call before', async () => {
    const clean = fakeSystem();
    await new BackupClient(clean.system).ensureDatabaseSnapshot(daily);
    const calls = [...clean.faults.calls];
    expect(calls.length).toBeGreaterThan(5);
    for (const fault of everyFault) {
      for (let at = 1; at <= calls.length; at += 1) {
        const fake = fakeSystem();
        const client = new BackupClient(fake.system);
        const abort = new AbortController();
        fake.faults.arm(at, fault, abort);
        await client.ensureDatabaseSnapshot(daily, { signal: abort.signal }).catch((error: unknown) => {
          expect(isBackupError(error) || error === abortReason).toBe(true);
        });
        fake.faults.arm(0, fault);
        const when = `${fault} at call ${at}, ${calls[at - 1]}`;
        await expect(client.ensureDatabaseSnapshot(daily), when).resolves.toBeDefined();
        expect(fake.rds.snapshots, when).toHaveLength(1);
      }
    }
  });

  it('refuses a wrong interval and wrong labels before any call', async () => {
    const fake = fakeSystem();
    const client = new BackupClient(fake.system);
    const wrong = [
      { ...daily, every: '5s' as const },
      { ...daily, reason: '' },
    ];
    for (const request of wrong)
      await expect(client.ensureDatabaseSnapshot(request)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(fake.faults.calls).toEqual([]);
  });
});

describe('BackupClient.ensureDump', () => {
  it('dumps once in an interval', async () => {
    const fake = fakeSystem();
    const client = new BackupClient(fake.system);
    const first = await client.ensureDump({ ...daily, parallel: { workers: 2 } });
    fake.clock.advance(9 * hour);
    const second = await client.ensureDump(daily);
    expect([first.created, second.created]).toEqual([true, false]);
    expect(second.backup.id).toBe(first.backup.id);
    expect(second.backup).toEqual(await client.find(first.backup.id));
    fake.clock.advance(hour);
    await expect(client.ensureDump(daily)).resolves.toMatchObject({ created: true });
  });

  it('counts neither a part of the database, nor another database, nor what cannot be read, nor an old one', async () => {
    const fake = fakeSystem();
    const today = new Date('2025-11-09T13:00:00Z');
    await keepDump(fake, new Date('2025-11-08T23:59:59Z'));
    await keepDump(fake, today, { tables: ['public.votes'] });
    await keepDump(fake, new Date(today.getTime() + 1_000), { schemas: ['public'] });
    await keepDump(fake, today, { database: 'zephyr-backup-x' });
    await fake.store.put('manual/2025/11/09/zephyr-backup-20251109-133000.manifest.json', '{');
    const { created } = await new BackupClient(fake.system).ensureDump(daily);
    expect(created).toBe(true);
  });
});

describe('BackupClient.latest', () => {
  it('gives the newest available snapshot by the data it holds, of an origin where asked', async () => {
    const fake = fakeSystem();
    const client = new BackupClient(fake.system);
    await expect(client.latest({ kind: 'database-snapshot' })).resolves.toBeUndefined();
    const { id } = await client.createDatabaseSnapshot({ reason: 'first' });
    const [made] = fake.rds.snapshots;
    if (made === undefined) throw new Error('no snapshot');
    const at = (hours: number): Date => new Date(fake.clock.now().getTime() + hours * hour);
    const age = { ...made, status: 'available' };
    fake.rds.snapshots.push(
      { ...age, identifier: 'a-copy-made-later', createdAt: at(2), originalCreatedAt: at(-2), dataTime: at(-2) },
      { ...age, identifier: 'rds:nightly', type: 'automated', createdAt: at(-9), dataTime: at(-9) },
      { ...made, identifier: 'under-way', status: 'creating', createdAt: at(1) },
    );
    await expect(client.latest({ kind: 'database-snapshot' })).resolves.toMatchObject({ id });
    await expect(client.latest({ kind: 'database-snapshot', origin: 'automated' })).resolves.toMatchObject({
      id: 'rds:nightly',
    });
  });

  it('gives the newest dump of the whole database, and no older one in the place of one it cannot read', async () => {
    const fake = fakeSystem();
    const client = new BackupClient(fake.system);
    await expect(client.latest({ kind: 'dump' })).resolves.toBeUndefined();
    const whole = await keepDump(fake, new Date('2025-10-01T10:00:00Z'));
    await keepDump(fake, new Date('2025-11-01T10:00:00Z'), { tables: ['public.votes'] });
    await expect(client.latest({ kind: 'dump' })).resolves.toMatchObject({ kind: 'dump', id: whole });
    await fake.store.put('manual/2025/11/02/zephyr-backup-20251102-100000.manifest.json', '{');
    await expect(client.latest({ kind: 'dump' })).rejects.toMatchObject({ code: 'dump-corrupt' });
  });

  it('refuses a kind that is none', async () => {
    const client = new BackupClient(fakeSystem().system);
    await expect(client.latest({ kind: 'tape' as 'dump' })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'kinds',
    });
  });
});

describe('BackupClient.find', () => {
  it('finds what list tells by its id, and nothing else', async () => {
    const fake = fakeSystem();
    const client = new BackupClient(fake.system);
    await client.createDatabaseSnapshot({ reason: 'first' });
    await client.createDump({ parallel: { workers: 2 } });
    let listed = 0;
    for await (const backup of client.list()) {
      listed += 1;
      expect(await client.find(backup.id)).toEqual(backup);
    }
    expect(listed).toBe(2);
    await expect(client.find('zephyr-production-db-manual-20200101-000000')).resolves.toBeUndefined();
    await expect(client.find('manual/2020/01/01/zephyr-backup-20200101-000000.dump')).resolves.toBeUndefined();
    await expect(client.find('')).rejects.toMatchObject({ code: 'invalid-input', field: 'id' });
  });
});
