import { describe, expect, it } from 'vitest';
import { BackupClient } from '../../src/backup/backup-client.js';
import { manifestKeyOf, serializeManifest } from '../../src/backup/dump-manifest.js';
import type { BackupFilter } from '../../src/backup/list-backups.js';
import type { Backup } from '../../src/core/backups.js';
import { evidenceKey } from '../../src/evidence/evidence-record.js';
import { markFailed, markVerified } from '../../src/evidence/mark-verified.js';
import type { AwsPorts } from '../../src/ports/aws.js';
import type { AutomatedBackup, SnapshotDescription } from '../../src/ports/database-backups.js';
import { RetentionPolicy } from '../../src/retention/retention-policy.js';
import { zephyrRetention } from '../../src/retention/retention-rules.js';
import type { System } from '../../src/system/define-system.js';
import { coded, type FakeRds, fakeRds } from './fakes/fake-rds.js';
import { type FakeSystem, fakeSystem } from './fakes/fake-system.js';
import { manifestFor } from './manifest-for.js';

const day = 86_400_000;
const start = new Date('2025-11-09T14:00:00Z').getTime();

const snapshot = (identifier: string, more: Partial<SnapshotDescription> = {}): SnapshotDescription => ({
  identifier,
  arn: `arn:aws:rds:us-east-1:123456789012:snapshot:${identifier}`,
  type: 'manual',
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
});

const automated = (more: Partial<AutomatedBackup> = {}): AutomatedBackup => ({
  resourceId: 'db-PRODUCTION',
  instance: 'zephyr-production-db',
  region: 'us-east-1',
  status: 'active',
  restoreWindow: { earliest: new Date(start - 30 * day), latest: new Date(start) },
  ...more,
});

interface TwoRegions extends FakeSystem {
  readonly system: System;
  readonly west: FakeRds;
}

/** A system with copies in us-west-2. */
function twoRegions(): TwoRegions {
  const fake = fakeSystem();
  const west = fakeRds(fake.clock);
  west.instance = undefined;
  const other: AwsPorts = {
    region: 'us-west-2',
    rds: fake.faults.wrap('west', west),
    objectStore: fake.system.aws.objectStore,
  };
  const system = fake.systemWith({ archive: { bucket: 'zephyr-backups' }, otherRegions: [other] });
  return { ...fake, system, west };
}

async function list(system: System, filter?: BackupFilter): Promise<readonly Backup[]> {
  const found: Backup[] = [];
  for await (const backup of new BackupClient(system).list(filter)) found.push(backup);
  return found;
}

async function keepDump(fake: FakeSystem, instant: Date): Promise<string> {
  const manifest = manifestFor(instant);
  await fake.store.put(manifest.key, 'PGDMP');
  await fake.store.put(manifestKeyOf(manifest.key), serializeManifest(manifest));
  return manifest.key;
}

async function verify(system: System, backup: Backup | undefined, verdict: 'passed' | 'failed' = 'passed') {
  if (backup === undefined) throw new Error('nothing to verify');
  const at = new Date(start);
  const evidence = evidenceKey('drill', at, 'report');
  const mark = verdict === 'passed' ? markVerified : markFailed;
  await mark(system, { ...backup, resourceId: backup.source.resourceId }, { at, how: 'drill', evidence });
}

describe('the restore windows of automated backups', () => {
  it('are listed: of the living, of the deleted, and of what is replicated', async () => {
    const { rds, west, system } = twoRegions();
    const tags = { Environment: 'production' };
    rds.automatedBackups.push(
      automated({ engine: 'postgres', engineVersion: '15.18', encrypted: true, kmsKey: 'k', tags, retentionDays: 30 }),
      automated({ resourceId: 'db-OLD', status: 'retained' }),
      automated({ resourceId: 'db-FRESH', status: 'creating', restoreWindow: undefined }),
      automated({ resourceId: 'db-OTHER', instance: 'other' }),
    );
    west.automatedBackups.push(
      automated({ status: 'replicating' }),
      automated({ status: 'pending', restoreWindow: undefined }),
    );
    const found = await list(system, { kinds: ['continuous-backup'] });
    expect(
      found.map((one) => [one.region, one.id, one.kind === 'continuous-backup' && one.coverage, one.status]),
    ).toEqual([
      ['us-east-1', 'db-PRODUCTION', 'active', 'available'],
      ['us-east-1', 'db-OLD', 'retained', 'available'],
      ['us-east-1', 'db-FRESH', 'active', 'in-progress'],
      ['us-west-2', 'db-PRODUCTION', 'replicated', 'available'],
      ['us-west-2', 'db-PRODUCTION', 'replicated', 'in-progress'],
    ]);
    expect(found[0]).toMatchObject({
      source: { instance: 'zephyr-production-db', resourceId: 'db-PRODUCTION' },
      dataTime: new Date(start),
      restoreWindow: { earliest: new Date(start - 30 * day), latest: new Date(start) },
      encrypted: true,
      kmsKey: 'k',
      tags,
      origin: 'automated',
      retentionDays: 30,
    });
    expect(found[0]?.createdAt).toBeUndefined();
  });

  it('are asked for only where they can fit', async () => {
    const { system, faults, rds } = twoRegions();
    rds.automatedBackups.push(automated());
    expect(await list(system, { origin: 'manual' })).toEqual([]);
    expect(faults.calls).not.toContain('rds.listAutomatedBackups');
    expect(await list(system, { origin: 'automated' })).toHaveLength(1);
  });

  it('are found by the resource id, and are the latest of their kind', async () => {
    const { system, rds, west } = twoRegions();
    rds.automatedBackups.push(automated());
    west.automatedBackups.push(automated({ resourceId: 'db-GONE', status: 'replicating' }));
    const client = new BackupClient(system);
    expect(await client.find('db-PRODUCTION')).toMatchObject({ region: 'us-east-1', coverage: 'active' });
    expect(await client.find('db-GONE')).toMatchObject({ region: 'us-west-2', coverage: 'replicated' });
    expect(await client.find('db-NOBODY')).toBeUndefined();
    expect(await client.latest({ kind: 'continuous-backup' })).toMatchObject({ id: 'db-PRODUCTION' });
  });
});

describe('copies in other regions', () => {
  it('are listed with what they were copied from, the true age and size of their data', async () => {
    const { rds, west, system } = twoRegions();
    rds.snapshots.push(snapshot('nightly'));
    west.snapshots.push(
      snapshot('nightly', {
        copyOf: 'arn:aws:rds:us-east-1:123456789012:snapshot:nightly',
        createdAt: new Date(start),
        originalCreatedAt: new Date(start - day),
        dataTime: new Date(start - day - 60_000),
        sizeBytes: 7_000_000_000,
      }),
      snapshot('of-a-stranger', { instance: 'other', resourceId: 'db-OTHER' }),
    );
    const [own, copy, ...more] = await list(system, { kinds: ['database-snapshot'] });
    expect(more).toEqual([]);
    expect(own).toMatchObject({ region: 'us-east-1', id: 'nightly' });
    expect(own).not.toHaveProperty('copyOf');
    expect(copy).toMatchObject({
      region: 'us-west-2',
      copyOf: { arn: 'arn:aws:rds:us-east-1:123456789012:snapshot:nightly', region: 'us-east-1' },
      createdAt: new Date(start - day),
      dataTime: new Date(start - day - 60_000),
      sizeBytes: 7_000_000_000,
    });
  });

  it('can be asked for alone, without a call to the region that may be down', async () => {
    const { rds, west, system, faults } = twoRegions();
    rds.describeInstance = async () => {
      throw coded('service-unreachable');
    };
    west.snapshots.push(snapshot('copy'));
    const ids = (await list(system, { regions: ['us-west-2'] })).map(({ id }) => id);
    expect(ids).toEqual(['copy']);
    expect(faults.calls.filter((call) => call.startsWith('rds.'))).toEqual([]);
    const client = new BackupClient(system);
    expect(await client.latest({ kind: 'database-snapshot', regions: ['us-west-2'] })).toMatchObject({ id: 'copy' });
    await expect(list(system, { regions: ['eu-west-1'] })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'regions',
    });
  });

  it('are found after those of the system’s own region, and are not the latest unless asked for', async () => {
    const { rds, west, system } = twoRegions();
    rds.snapshots.push(snapshot('both'));
    west.snapshots.push(
      snapshot('both', { createdAt: new Date(start) }),
      snapshot('there-alone', { createdAt: new Date(start) }),
    );
    const client = new BackupClient(system);
    expect(await client.find('both')).toMatchObject({ region: 'us-east-1' });
    expect(await client.find('there-alone')).toMatchObject({ region: 'us-west-2' });
    expect(await client.latest({ kind: 'database-snapshot' })).toMatchObject({ region: 'us-east-1' });
    const regions = ['us-east-1', 'us-west-2'];
    expect(await client.latest({ kind: 'database-snapshot', regions })).toMatchObject({ region: 'us-west-2' });
  });
});

describe('what AWS Backup made', () => {
  it('is listed once, whether RDS shows it unasked or not', async () => {
    const { rds, system } = twoRegions();
    rds.snapshots.push(snapshot('mine'), snapshot('awsbackup:job-1', { type: 'awsbackup' }));
    const ids = async (filter: BackupFilter = {}) => (await list(system, filter)).map(({ id }) => id);
    expect(await ids()).toEqual(['mine', 'awsbackup:job-1']);
    const { listSnapshots } = rds;
    rds.listSnapshots = async function* (filter, call) {
      for await (const each of listSnapshots(filter, call))
        if (filter.type !== undefined || each.type !== 'awsbackup') yield each;
    };
    expect(await ids()).toEqual(['mine', 'awsbackup:job-1']);
    expect(await ids({ origin: 'aws-backup' })).toEqual(['awsbackup:job-1']);
    expect(await ids({ origin: 'manual' })).toEqual(['mine']);
  });
});

describe('what is verified', () => {
  it('is told by list, find and latest', async () => {
    const fake = fakeSystem();
    const { system, rds } = fake;
    rds.snapshots.push(snapshot('proven', { createdAt: new Date(start - 3 * day) }), snapshot('newer'));
    const older = await keepDump(fake, new Date(start - 2 * day));
    const newer = await keepDump(fake, new Date(start - day));
    const client = new BackupClient(system);
    for (const id of ['proven', older]) await verify(system, await client.find(id));
    const verified = (await list(system)).filter((one) => one.verified !== undefined).map(({ id }) => id);
    expect(verified).toEqual(['proven', older]);
    expect((await client.find(older))?.verified).toMatchObject({ how: 'drill', at: new Date(start) });
    expect((await client.find(newer))?.verified).toBeUndefined();
    expect(await client.latest({ kind: 'dump' })).toMatchObject({ id: newer });
    expect(await client.latest({ kind: 'dump', verified: true })).toMatchObject({
      id: older,
      verified: { how: 'drill' },
    });
    expect(await client.latest({ kind: 'database-snapshot', verified: true })).toMatchObject({ id: 'proven' });
    await verify(system, await client.find(older), 'failed');
    expect(await client.latest({ kind: 'dump', verified: true })).toBeUndefined();
    expect(await client.latest({ kind: 'cache-snapshot', verified: true })).toBeUndefined();
  });

  it('is found among dumps without reading those that nobody has proven', async () => {
    const fake = fakeSystem();
    for (let days = 30; days > 0; days -= 1) await keepDump(fake, new Date(start - days * day));
    const proven = await keepDump(fake, new Date(start - 40 * day));
    const client = new BackupClient(fake.system);
    await verify(fake.system, await client.find(proven));
    fake.faults.calls.length = 0;
    expect(await client.latest({ kind: 'dump', verified: true })).toMatchObject({ id: proven });
    expect(fake.faults.calls.filter((call) => call === 'store.get')).toHaveLength(1);
  });

  it('is not a snapshot that got the name of one that was', async () => {
    const { system, rds } = fakeSystem();
    rds.snapshots.push(snapshot('before-release'));
    const client = new BackupClient(system);
    await verify(system, await client.find('before-release'));
    rds.snapshots[0] = snapshot('before-release', { createdAt: new Date(start) });
    expect((await client.find('before-release'))?.verified).toBeUndefined();
  });

  it('is looked for past a dump that cannot be read, which an unproven latest would not be', async () => {
    const fake = fakeSystem();
    const good = await keepDump(fake, new Date(start - day));
    await fake.store.put('manual/2025/11/09/zephyr-backup-20251109-130000.manifest.json', '{ torn');
    const client = new BackupClient(fake.system);
    await verify(fake.system, await client.find(good));
    await expect(client.latest({ kind: 'dump' })).rejects.toMatchObject({ code: 'dump-corrupt' });
    expect(await client.latest({ kind: 'dump', verified: true })).toMatchObject({ id: good });
  });
});

describe('10,000 backups', () => {
  it('stream: none is asked for before it is wanted', async () => {
    const { system, rds } = fakeSystem();
    let given = 0;
    rds.listSnapshots = async function* (filter) {
      if (filter.resourceId === undefined || filter.type !== undefined) return;
      for (let index = 0; index < 10_000; index += 1) {
        given += 1;
        yield snapshot(`s-${index}`);
      }
    };
    let taken = 0;
    let ahead = 0;
    for await (const _ of new BackupClient(system).list({ kinds: ['database-snapshot'] })) {
      taken += 1;
      ahead = Math.max(ahead, given - taken);
    }
    expect([taken, given, ahead]).toEqual([10_000, 10_000, 0]);
  });
});

describe('retention', () => {
  it('expires nothing of the kinds that are not ours to delete, however old', async () => {
    const { rds, west, system } = twoRegions();
    rds.automatedBackups.push(automated(), automated({ resourceId: 'db-OLD', status: 'retained' }));
    west.automatedBackups.push(automated({ status: 'replicating' }));
    const old = new Date(start - 9_000 * day);
    rds.snapshots.push(snapshot('awsbackup:job-1', { type: 'awsbackup', createdAt: old }));
    const backups = await list(system);
    expect(backups).toHaveLength(4);
    const decision = new RetentionPolicy(zephyrRetention).evaluate(backups, { now: new Date(start) });
    expect(decision.expire).toEqual([]);
    expect(decision.keep).toHaveLength(4);
  });
});
