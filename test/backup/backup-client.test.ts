import { describe, expect, it } from 'vitest';
import { BackupClient } from '../../src/backup/backup-client.js';
import { manifestKeyOf, serializeManifest } from '../../src/backup/dump-manifest.js';
import type { BackupFilter } from '../../src/backup/list-backups.js';
import { renderSnapshotNote } from '../../src/backup/render-snapshot-note.js';
import type { Backup } from '../../src/core/backups.js';
import type { AutomatedBackup, SnapshotDescription } from '../../src/ports/database-backups.js';
import { coded, productionDb } from './fakes/fake-rds.js';
import { type FakeSystem, fakeSystem } from './fakes/fake-system.js';
import { abortReason } from './fakes/faulty.js';
import { manifestFor } from './manifest-for.js';

const day = 86_400_000;
const start = new Date('2025-11-09T14:00:00Z').getTime();

function snapshot(identifier: string, more: Partial<SnapshotDescription> = {}): SnapshotDescription {
  return {
    identifier,
    arn: `arn:aws:rds:us-east-1:123456789012:snapshot:${identifier}`,
    type: identifier.startsWith('rds:') ? 'automated' : 'manual',
    status: 'available',
    instance: 'zephyr-production-db',
    resourceId: 'db-PRODUCTION',
    createdAt: new Date(start - day),
    engine: 'postgres',
    engineVersion: '15.18',
    allocatedStorageGiB: 100,
    encrypted: true,
    tags: {},
    ...more,
  };
}

async function keepDump(fake: FakeSystem, instant: Date): Promise<string> {
  const manifest = manifestFor(instant);
  await fake.store.put(manifest.key, 'PGDMP');
  await fake.store.put(manifestKeyOf(manifest.key), serializeManifest(manifest));
  return manifest.key;
}

async function list(fake: FakeSystem, filter?: BackupFilter): Promise<readonly Backup[]> {
  const found: Backup[] = [];
  for await (const backup of new BackupClient(fake.system).list(filter)) found.push(backup);
  return found;
}

describe('BackupClient.list', () => {
  it('gives snapshots of every kind and dumps, each with what it holds', async () => {
    const fake = fakeSystem();
    fake.rds.snapshots.push(
      snapshot('rds:zephyr-production-db-2025-11-08-03-08', { dataTime: new Date(start - day - 1) }),
      snapshot('before-v2', { status: 'creating', createdAt: undefined }),
      snapshot('copied', { createdAt: new Date(start), originalCreatedAt: new Date(start - 9 * day) }),
      snapshot('awsbackup:job-1', { type: 'awsbackup' }),
      snapshot('lent', { type: 'shared' }),
      snapshot('open', { type: 'public' }),
      snapshot('odd', { type: 'of-tomorrow', status: 'incompatible-restore' }),
    );
    const dump = await keepDump(fake, new Date(start - 2 * day));
    const backups = await list(fake);
    const seen = backups.map(({ kind, id, origin, status }) => [kind, id, origin, status]);
    expect(seen).toEqual([
      ['database-snapshot', 'rds:zephyr-production-db-2025-11-08-03-08', 'automated', 'available'],
      ['database-snapshot', 'before-v2', 'manual', 'in-progress'],
      ['database-snapshot', 'copied', 'manual', 'available'],
      ['database-snapshot', 'lent', 'shared', 'available'],
      ['database-snapshot', 'open', 'shared', 'available'],
      ['database-snapshot', 'odd', 'unknown', 'failed'],
      ['database-snapshot', 'awsbackup:job-1', 'aws-backup', 'available'],
      ['dump', dump, 'manual', 'available'],
    ]);
    expect(backups[0]).toMatchObject({ dataTime: new Date(start - day - 1), createdAt: new Date(start - day) });
    expect(backups[2]).toMatchObject({ createdAt: new Date(start - 9 * day), dataTime: new Date(start - 9 * day) });
    expect(backups.at(-1)).toMatchObject({
      sizeBytes: 5,
      encrypted: true,
      source: { resourceId: 'db-PRODUCTION' },
      tags: {},
    });
  });

  it('follows the instance by its resource id across renames, and lists what was taken under its name, each once', async () => {
    const fake = fakeSystem();
    fake.rds.snapshots.push(
      snapshot('of-the-promoted', { instance: 'zephyr-production-pitr' }),
      snapshot('of-both'),
      snapshot('of-the-predecessor', { resourceId: 'db-OLD' }),
      snapshot('of-a-stranger', { instance: 'other', resourceId: 'db-OTHER' }),
    );
    expect((await list(fake)).map(({ id }) => id)).toEqual(['of-the-promoted', 'of-both', 'of-the-predecessor']);
  });

  it('lists what was taken of an instance that is gone', async () => {
    const fake = fakeSystem();
    fake.rds.instance = undefined;
    fake.rds.snapshots.push(snapshot('of-the-lost'));
    expect((await list(fake)).map(({ id }) => id)).toEqual(['of-the-lost']);
  });

  it('narrows by kind, origin and time', async () => {
    const fake = fakeSystem();
    fake.rds.snapshots.push(
      snapshot('rds:a-2025-11-08-03-08'),
      snapshot('old', { createdAt: new Date(start - 40 * day) }),
      snapshot('unfinished', { createdAt: undefined }),
    );
    const older = await keepDump(fake, new Date(start - 40 * day));
    const newer = await keepDump(fake, new Date(start - day));
    const ids = async (filter: BackupFilter) => (await list(fake, filter)).map(({ id }) => id);
    expect(await ids({ kinds: ['dump'] })).toEqual([older, newer]);
    expect(await ids({ kinds: ['database-snapshot'], origin: 'automated' })).toEqual(['rds:a-2025-11-08-03-08']);
    expect(await ids({ origin: 'manual' })).toEqual(['old', 'unfinished', older, newer]);
    expect(await ids({ origin: 'aws-backup' })).toEqual([]);
    expect(await ids({ from: new Date(start - 2 * day) })).toEqual(['rds:a-2025-11-08-03-08', 'unfinished', newer]);
    expect(await ids({ until: new Date(start - 2 * day) })).toEqual(['old', older]);
    expect(await ids({ kinds: [] })).toEqual([]);
    await expect(ids({ kinds: ['tape' as 'dump'] })).rejects.toMatchObject({ code: 'invalid-input', field: 'kinds' });
  });

  it('lists a dump whose manifest cannot be read as failed, and everything else with it', async () => {
    const fake = fakeSystem();
    const good = await keepDump(fake, new Date(start));
    await fake.store.put('manual/2025/11/09/zephyr-backup-20251109-130000.manifest.json', '{ torn');
    await fake.store.put('manual/2025/11/09/zephyr-backup-20251109-150000.manifest.json', '{ "version": 2 }');
    const dumps = await list(fake, { kinds: ['dump'] });
    expect(dumps.map(({ id, status }) => [id.slice(-11), status])).toEqual([
      ['130000.dump', 'failed'],
      [good.slice(-11), 'available'],
      ['150000.dump', 'failed'],
    ]);
    expect(dumps[0]).toMatchObject({ origin: 'unknown', statusText: expect.stringContaining('cannot be read') });
    expect(dumps[0]?.source).toEqual({ instance: 'zephyr-production-db' });
  });

  it('passes errors of the store on, and lists no dumps where there is no archive', async () => {
    const fake = fakeSystem();
    await keepDump(fake, new Date(start));
    fake.store.get = () => Promise.reject(coded('access-denied'));
    await expect(list(fake)).rejects.toMatchObject({ code: 'access-denied' });
    for await (const backup of new BackupClient(fake.withoutArchive).list()) expect(backup).toBeUndefined();
  });

  it('reads ahead no more than a few manifests, in order, however many there are', async () => {
    const fake = fakeSystem();
    for (let index = 0; index < 300; index += 1) await keepDump(fake, new Date(start + index * 60_000));
    const { get } = fake.store;
    let reading = 0;
    let most = 0;
    fake.store.get = async (...parameters) => {
      reading += 1;
      most = Math.max(most, reading);
      await new Promise((resolve) => setImmediate(resolve));
      reading -= 1;
      return get(...parameters);
    };
    const ids = (await list(fake)).map(({ id }) => id);
    expect(ids).toHaveLength(300);
    expect(ids).toEqual([...ids].sort());
    expect(most).toBe(8);
  });

  it('stops at an abort and where the caller stops reading', async () => {
    const fake = fakeSystem();
    for (let index = 0; index < 20; index += 1) await keepDump(fake, new Date(start + index * 60_000));
    const client = new BackupClient(fake.system);
    const first = client.list(undefined, { signal: AbortSignal.abort(abortReason) })[Symbol.asyncIterator]();
    await expect(first.next()).rejects.toBe(abortReason);
    let seen = 0;
    for await (const backup of client.list()) {
      expect(backup.kind).toBe('dump');
      seen += 1;
      if (seen === 2) break;
    }
    expect(fake.faults.calls.filter((call) => call === 'store.get').length).toBeLessThan(12);
  });
});

describe('BackupClient.restoreWindow', () => {
  const automated = (more: Partial<AutomatedBackup> = {}): AutomatedBackup => ({
    resourceId: 'db-PRODUCTION',
    instance: 'zephyr-production-db',
    region: 'us-east-1',
    status: 'active',
    restoreWindow: { earliest: new Date(start - 30 * day), latest: new Date(start) },
    ...more,
  });

  it('tells the window of the instance itself and how far it lags behind', async () => {
    const fake = fakeSystem();
    const elsewhere = { earliest: new Date(start - 90 * day), latest: new Date(start) };
    fake.rds.automatedBackups.push(
      automated({ region: 'eu-west-1', restoreWindow: elsewhere }),
      automated({ resourceId: 'db-OTHER', restoreWindow: elsewhere }),
      automated({ restoreWindow: undefined }),
      automated({ restoreWindow: { earliest: new Date(start - 20 * day), latest: new Date(start) } }),
      automated(),
      automated({ restoreWindow: { earliest: new Date(start - 25 * day), latest: new Date(start) } }),
    );
    await expect(new BackupClient(fake.system).restoreWindow()).resolves.toEqual({
      instance: 'zephyr-production-db',
      resourceId: 'db-PRODUCTION',
      earliest: new Date(start - 30 * day),
      latest: new Date('2025-11-09T13:56:00Z'),
      lagMilliseconds: 240_000,
      retentionDays: 30,
    });
  });

  it('counts a clock behind that of RDS as no lag', async () => {
    const fake = fakeSystem();
    fake.rds.automatedBackups.push(automated());
    fake.rds.instance = { ...productionDb, latestRestorableTime: new Date(start + 5_000) };
    await expect(new BackupClient(fake.system).restoreWindow()).resolves.toMatchObject({ lagMilliseconds: 0 });
  });

  it.each([
    ['backups are switched off', { backupRetentionDays: 0 }, [automated()]],
    ['the first backup is not finished', { latestRestorableTime: undefined }, [automated()]],
    ['nothing tells the earliest time', {}, []],
  ])('says that recovery is off where %s', async (_when, more, backups) => {
    const fake = fakeSystem();
    fake.rds.instance = { ...productionDb, ...more };
    fake.rds.automatedBackups.push(...backups);
    await expect(new BackupClient(fake.system).restoreWindow()).rejects.toMatchObject({
      code: 'point-in-time-recovery-off',
    });
  });

  it('says where there is no such instance', async () => {
    const fake = fakeSystem();
    fake.rds.instance = undefined;
    await expect(new BackupClient(fake.system).restoreWindow()).rejects.toMatchObject({ code: 'instance-not-found' });
  });
});

describe('BackupClient', () => {
  it('takes a snapshot whose note can go into a deployment, dumps, and sweeps', async () => {
    const fake = fakeSystem();
    const client = new BackupClient(fake.system);
    const taken = await client.createDatabaseSnapshot({ reason: 'pre-deployment', deploymentVersion: 'v2.0.0' });
    const note = renderSnapshotNote(taken);
    expect(note).toContain('| Snapshot | `zephyr-production-db-manual-20251109-140000` |');
    expect(note).toContain('| Holds data up to | 2025-11-09T14:00:00Z |');
    expect(note).toContain('| Deployment version | v2.0.0 |');
    expect(JSON.parse(renderSnapshotNote(taken, 'json'))).toMatchObject({
      id: taken.id,
      dataTime: '2025-11-09T14:00:00.000Z',
      tags: { DeploymentVersion: 'v2.0.0' },
    });
    await expect(client.createDump()).resolves.toMatchObject({ kind: 'dump' });
    await expect(client.sweep()).resolves.toEqual({
      abortedUploads: [],
      deletedArchives: [],
      deletedDirectories: [],
    });
  });

  it('writes a note of little knowledge without inventing any', () => {
    const note = renderSnapshotNote({
      kind: 'database-snapshot',
      id: 'a',
      arn: 'arn|x',
      region: 'us-east-1',
      source: { instance: 'i' },
      origin: 'manual',
      status: 'in-progress',
      statusText: 'creating',
      encrypted: false,
      tags: {},
      engine: 'postgres',
      engineVersion: '15.18',
      allocatedStorageGiB: 20,
    });
    expect(note).toContain('| Instance | `i` |');
    expect(note).toContain('| Holds data up to | unknown |');
    expect(note).toContain('| Encrypted | no |');
    expect(note).toContain('| ARN | `arn\\|x` |');
    expect(note).not.toContain('Reason');
  });
});

describe('BackupClient.sweep', () => {
  const archive = 'manual/2025/11/09/zephyr-backup-20251109-100000.dump';
  const ours = { metadata: { 'zephyr-operation-id': 'op' } };

  it('aborts old uploads and deletes old archives without a manifest, and nothing else', async () => {
    const fake = fakeSystem();
    const upload = (key: string, age: number) => ({ key, uploadId: `u-${key}`, startedAt: new Date(start - age) });
    fake.store.unfinished.push(
      upload(archive, 2 * day),
      upload('manual/2025/11/09/zephyr-backup-20251109-110000-abc123.dump', -day + 7_200_000),
      upload('manual/2025/11/09/somebody-elses.bin', 9 * day),
      upload('evidence/large.json', 9 * day),
    );
    const whole = await keepDump(fake, new Date(start - 5 * day));
    await fake.store.put(archive, 'PGDMP', ours);
    await fake.store.put('manual/2025/11/09/zephyr-backup-20251109-100001.dump', 'PGDMP of another tool');
    await fake.store.put('manual/2025/11/09/notes.txt', 'hands off', ours);
    await fake.store.put('manual/2025/11/09/zephyr-backup-20251109-100002.dump', 'PGDMP', ours);
    fake.clock.advance(day);
    await fake.store.put('manual/2025/11/09/zephyr-backup-20251109-100003.dump', 'PGDMP', ours);
    const sweep = await new BackupClient(fake.system).sweep();
    expect(sweep.abortedUploads).toEqual([archive]);
    expect(sweep.deletedArchives).toEqual([archive, 'manual/2025/11/09/zephyr-backup-20251109-100002.dump']);
    expect(fake.store.unfinished).toHaveLength(3);
    expect([...fake.store.objects.keys()].sort()).toEqual(
      [
        whole,
        manifestKeyOf(whole),
        'manual/2025/11/09/notes.txt',
        'manual/2025/11/09/zephyr-backup-20251109-100001.dump',
        'manual/2025/11/09/zephyr-backup-20251109-100003.dump',
      ].sort(),
    );
    await expect(new BackupClient(fake.system).sweep({ olderThan: '1h' })).resolves.toMatchObject({
      abortedUploads: ['manual/2025/11/09/zephyr-backup-20251109-110000-abc123.dump'],
    });
  });

  it('spares an archive whose manifest is written, or that is replaced, while it looks', async () => {
    const fake = fakeSystem();
    await fake.store.put(archive, 'PGDMP', ours);
    fake.clock.advance(2 * day);
    const { head } = fake.store;
    fake.store.head = async (key) => {
      if (key === archive) await fake.store.put(manifestKeyOf(archive), '{}');
      return head(key);
    };
    const client = new BackupClient(fake.system);
    await expect(client.sweep()).resolves.toMatchObject({ deletedArchives: [] });
    fake.store.objects.delete(manifestKeyOf(archive));
    fake.store.head = async (key) => {
      const seen = await head(key);
      if (key === archive) await fake.store.put(archive, 'another', ours);
      return seen;
    };
    await expect(client.sweep()).rejects.toMatchObject({ code: 'object-changed' });
    fake.store.head = async (key) => (key === archive ? undefined : head(key));
    fake.clock.advance(2 * day);
    await expect(client.sweep()).resolves.toMatchObject({ deletedArchives: [] });
    expect(fake.store.objects.has(archive)).toBe(true);
  });

  it('refuses an age that is none before any call', async () => {
    const fake = fakeSystem();
    const call = new BackupClient(fake.system).sweep({ olderThan: '0h' });
    await expect(call).rejects.toMatchObject({ code: 'invalid-input', field: 'olderThan' });
    expect(fake.faults.calls).toEqual([]);
  });
});

describe('what a script in JavaScript hands in', () => {
  type Loose = Readonly<Record<string, (request?: unknown) => unknown>>;
  const all = async (items: unknown): Promise<void> => {
    for await (const _ of items as AsyncIterable<unknown>) expect.fail('it gave something');
  };

  it.each([
    ['createDatabaseSnapshot', undefined, 'request'],
    ['createCacheSnapshot', 'weekly', 'request'],
    ['ensureDatabaseSnapshot', undefined, 'request'],
    ['ensureCacheSnapshot', undefined, 'request'],
    ['ensureDump', '1d', 'request'],
    ['createDump', 'weekly', 'request'],
    ['createDump', null, 'request'],
    ['exportCacheSnapshot', 'name', 'request'],
    ['copyDatabaseSnapshot', 'name', 'request'],
    ['sweep', '24h', 'request'],
    ['latest', 'dump', 'request'],
    ['latest', { kind: 'dump', verified: 'yes' }, 'verified'],
    ['auditSharing', { allowedAccounts: '123456789012' }, 'allowedAccounts'],
    ['auditSharing', { allowedAccounts: [123456789012] }, 'allowedAccounts'],
    ['createDatabaseSnapshot', { reason: 'deploy', tags: [{ Key: 'a', Value: 'b' }] }, 'tags'],
  ])('is refused by %s with its field named, before any call: %j', async (method, request, field) => {
    const fake = fakeSystem();
    const client = new BackupClient(fake.system) as unknown as Loose;
    const call = async (): Promise<unknown> => client[method]?.(request);
    await expect(call()).rejects.toMatchObject({ code: 'invalid-input', field });
    expect(fake.faults.calls).toEqual([]);
  });

  it.each([
    [{ kinds: 'dump' }, 'kinds'],
    [{ regions: 'us-east-1' }, 'regions'],
    [{ from: '2025-11-09' }, 'from'],
    [{ until: 1_762_696_800_000 }, 'until'],
    [{ origin: 'auto' }, 'origin'],
    ['dump', 'filter'],
  ])('is refused by list: %j', async (filter, field) => {
    const fake = fakeSystem();
    const client = new BackupClient(fake.system) as unknown as Loose;
    await expect(all(client.list?.(filter))).rejects.toMatchObject({ code: 'invalid-input', field });
    expect(fake.faults.calls).toEqual([]);
  });
});
