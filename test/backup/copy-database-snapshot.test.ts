import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { afterEach, describe, expect, it } from 'vitest';
import { connectAws } from '../../src/aws/index.js';
import { BackupClient } from '../../src/backup/backup-client.js';
import { copyDatabaseSnapshot } from '../../src/backup/copy-database-snapshot.js';
import type { CopySnapshotRequest } from '../../src/backup/copy-request.js';
import type { ProgressEvent } from '../../src/core/progress.js';
import { createVirtualClock, type LocalRegion, startLocalRegion } from '../../src/local/index.js';
import type { SnapshotDescription } from '../../src/ports/database-backups.js';
import { defineSystem, type System } from '../../src/system/define-system.js';
import { coded, type FakeRds, fakeRds } from './fakes/fake-rds.js';
import { type FakeSystem, fakeSystem } from './fakes/fake-system.js';
import { abortReason, everyFault } from './fakes/faulty.js';

const nightly = 'rds:zephyr-production-db-2025-11-09-03-05';
const key = 'arn:aws:kms:us-west-2:123456789012:key/k';
const source: SnapshotDescription = {
  identifier: nightly,
  arn: `arn:aws:rds:us-east-1:123456789012:snapshot:${nightly}`,
  type: 'automated',
  status: 'available',
  instance: 'zephyr-production-db',
  resourceId: 'db-PRODUCTION',
  createdAt: new Date('2025-11-09T03:05:00Z'),
  engine: 'postgres',
  engineVersion: '15.18',
  allocatedStorageGiB: 100,
  encrypted: true,
  kmsKey: 'arn:aws:kms:us-east-1:123456789012:key/e',
  tags: { Team: 'zephyr', 'aws:rds:x': 'y' },
};

interface World extends FakeSystem {
  readonly west: FakeRds;
  readonly copy: (more?: Partial<CopySnapshotRequest>) => ReturnType<typeof copyDatabaseSnapshot>;
}

function world(): World {
  const fake = fakeSystem();
  const west = fakeRds(fake.clock, 'us-west-2');
  west.copyable = () => fake.rds.snapshots;
  fake.rds.snapshots.push(source);
  const other = { region: 'us-west-2', rds: fake.faults.wrap('west', west), objectStore: fake.system.aws.objectStore };
  const system = fake.systemWith({ otherRegions: [other] });
  const request = { snapshot: nightly, to: 'us-west-2', kmsKey: key };
  return { ...fake, system, west, copy: (more) => copyDatabaseSnapshot(system, { ...request, ...more }) };
}

describe('copyDatabaseSnapshot', () => {
  it('copies to another region under its key, with the tags, and tells the progress', async () => {
    const { system, west } = world();
    const seen: ProgressEvent[] = [];
    const request = { snapshot: nightly, to: 'us-west-2', kmsKey: key, tags: { Copy: 'nightly' } };
    const copy = await copyDatabaseSnapshot(system, request, { onProgress: (event) => seen.push(event) });
    expect(copy).toMatchObject({
      id: 'zephyr-production-db-2025-11-09-03-05',
      region: 'us-west-2',
      status: 'available',
      origin: 'manual',
      createdAt: source.createdAt,
      copyOf: { arn: source.arn, region: 'us-east-1' },
      kmsKey: key,
      tags: {
        Team: 'zephyr',
        Copy: 'nightly',
        'zephyr:managed-by': 'zephyr-backup',
        'zephyr:purpose': 'copy',
        'zephyr:operation-id': expect.stringMatching(/^copy-/),
      },
    });
    expect(Object.keys(copy.tags)).not.toContain('aws:rds:x');
    expect(new Set(seen.map(({ phase }) => phase))).toEqual(new Set(['requested', 'copying']));
    expect(seen.some(({ percent = 0 }) => percent > 0 && percent < 100)).toBe(true);
    expect(west.snapshots).toHaveLength(1);
  });

  it('copies a snapshot once, however often and from wherever it is asked for, and once more under another key', async () => {
    const { copy, west } = world();
    const [first, second] = await Promise.all([copy(), copy()]);
    expect((await copy()).id).toBe(first?.id);
    expect(second?.id).toBe(first?.id);
    expect(west.snapshots).toHaveLength(1);
    const other = await copy({ kmsKey: 'alias/other' });
    expect(other.id).toMatch(/^zephyr-production-db-2025-11-09-03-05-[a-z0-9]{4}$/);
    expect((await copy({ name: 'Again', operationId: 'again' })).id).toBe('again');
  });

  it('makes another attempt where the last copy failed', async () => {
    const { copy, west } = world();
    west.snapshotEndsAs = 'failed';
    await expect(copy()).rejects.toMatchObject({ code: 'resource-failed' });
    west.snapshotEndsAs = 'available';
    west.snapshots.forEach((each, index) => {
      west.snapshots[index] = { ...each, status: 'failed' };
    });
    expect(await copy()).toMatchObject({ status: 'available' });
    expect(west.snapshots).toHaveLength(2);
  });

  it('waits for a source that is still being made', async () => {
    const { system, rds, west } = world();
    rds.snapshots.push({
      ...source,
      identifier: 'fresh',
      arn: 'arn:aws:rds:us-east-1:1:snapshot:fresh',
      status: 'creating',
      createdAt: system.clock.now(),
    });
    const phases: string[] = [];
    const request = { snapshot: 'fresh', to: 'us-west-2', kmsKey: key };
    await copyDatabaseSnapshot(system, request, { onProgress: ({ phase }) => phases.push(phase) });
    expect(phases[0]).toBe('waiting-for-source');
    expect(west.snapshots).toHaveLength(1);
  });

  it('copies within a region, under another name, what RDS would expire', async () => {
    const { copy, rds } = world();
    expect(await copy({ to: 'us-east-1', kmsKey: undefined })).toMatchObject({
      id: 'zephyr-production-db-2025-11-09-03-05-copy',
      region: 'us-east-1',
      origin: 'manual',
    });
    expect(rds.snapshots).toHaveLength(2);
  });

  it.each([
    [{ snapshot: 'not--valid' }, 'snapshot'],
    [{ to: 'eu-west-1' }, 'to'],
    [{ from: 'eu-west-1' }, 'from'],
    [{ kmsKey: '' }, 'kmsKey'],
    [{ kmsKey: 'arn:aws:kms:us-east-1:123456789012:key/k' }, 'kmsKey'],
    [{ kmsKey: undefined }, 'kmsKey'],
    [{ name: 'rds:mine' }, 'name'],
    [{ tags: { 'aws:x': '' } }, 'tags'],
    [{ operationId: '' }, 'operationId'],
  ])('refuses %j before anything is changed', async (more, field) => {
    const { copy, west } = world();
    await expect(copy(more)).rejects.toMatchObject({ code: 'invalid-input', field });
    expect(west.snapshots).toEqual([]);
  });

  it('says which snapshot is not there', async () => {
    const { copy } = world();
    const details = { region: 'us-east-1', snapshot: 'lost' };
    await expect(copy({ snapshot: 'lost' })).rejects.toMatchObject({ code: 'snapshot-not-found', details });
  });

  it('looks at the quota of the destination first, and tells a queue that is full from a quota that is used up', async () => {
    const { copy, west, faults } = world();
    west.quota = { used: 100, max: 100 };
    await expect(copy()).rejects.toMatchObject({
      code: 'quota-exceeded',
      retryable: false,
      details: { region: 'us-west-2' },
    });
    expect(faults.calls).not.toContain('west.copySnapshot');
    west.quota = { used: 40, max: 100 };
    west.copySnapshot = async () => {
      throw coded('quota-exceeded');
    };
    await expect(copy()).rejects.toMatchObject({
      code: 'quota-exceeded',
      retryable: true,
      message: expect.stringContaining('40 of 100'),
    });
  });

  it('does not take the name of another’s snapshot', async () => {
    const { copy, west } = world();
    west.snapshots.push({ ...source, identifier: 'taken', type: 'manual', tags: {} });
    await expect(copy({ name: 'taken' })).rejects.toMatchObject({ code: 'identifier-taken' });
  });

  it('comes to one copy whatever goes wrong at whichever call, once it is asked for again', async () => {
    const calls = await (async () => {
      const clean = world();
      await clean.copy();
      return clean.faults.calls.length;
    })();
    for (let at = 1; at <= calls; at += 1) {
      for (const fault of everyFault) {
        const { system, west, faults } = world();
        const abort = new AbortController();
        faults.arm(at, fault, abort);
        const request = { snapshot: nightly, to: 'us-west-2', kmsKey: key };
        const first = await copyDatabaseSnapshot(system, request, { signal: abort.signal }).catch(
          (error: unknown) => error,
        );
        if (abort.signal.aborted && first instanceof Error) expect(first).toBe(abortReason);
        expect(await copyDatabaseSnapshot(system, request)).toMatchObject({ status: 'available' });
        expect(west.snapshots, `${fault} at ${at}`).toHaveLength(1);
      }
    }
  });
});

describe('between two local regions, over the wire', () => {
  const open: LocalRegion[] = [];
  afterEach(async () => {
    for (const region of open.splice(0).reverse()) await region.close();
  });

  async function givenTwoRegions(): Promise<{ readonly system: System; readonly west: LocalRegion }> {
    const east = await startLocalRegion({ clock: createVirtualClock() });
    open.push(east);
    const west = await startLocalRegion({ region: 'us-west-2', peer: east });
    open.push(west);
    const clientOf = ({ region, endpoint, credentials }: LocalRegion) => ({ region, endpoint, credentials });
    const rds = new RDSClient(clientOf(east));
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'zephyr-production-db',
        DBInstanceClass: 'db.t3.large',
        Engine: 'postgres',
        MasterUsername: 'a',
        MasterUserPassword: 'only-for-rehearsals',
        AllocatedStorage: 100,
        StorageEncrypted: true,
        KmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/e',
        BackupRetentionPeriod: 7,
      }),
    );
    rds.destroy();
    const system = defineSystem({
      aws: connectAws(clientOf(east)),
      otherRegions: [connectAws(clientOf(west))],
      database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
      clock: east.clock,
    });
    await east.clock.sleep(7_200_000);
    return { system, west };
  }

  it('a copy is made, listed, shared with nobody, and its source’s signed URL is told to nobody', async () => {
    const { system, west } = await givenTwoRegions();
    const client = new BackupClient(system);
    const taken = await client.createDatabaseSnapshot({ reason: 'pre-deployment', purpose: 'pre-deployment' });
    const events: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent): void => void events.push(event);
    const request = { snapshot: taken.id, to: 'us-west-2', kmsKey: key };
    west.faults.inject({ operation: 'CopyDBSnapshot', call: 1, fault: { kind: 'drop-response' } });
    const copy = await client.copyDatabaseSnapshot(request, { onProgress });
    expect(copy).toMatchObject({
      region: 'us-west-2',
      copyOf: { arn: taken.arn, region: 'us-east-1' },
      createdAt: taken.createdAt,
      kmsKey: key,
      tags: { 'zephyr:purpose': 'pre-deployment', Reason: 'pre-deployment' },
    });
    const listed: string[] = [];
    for await (const { id, region, kind } of client.list({ origin: 'manual' })) listed.push(`${region} ${kind} ${id}`);
    expect(listed).toEqual([`us-east-1 database-snapshot ${taken.id}`, `us-west-2 database-snapshot ${copy.id}`]);
    expect(await client.auditSharing()).toEqual({ grade: 'ok', shared: [], checked: 2 });
    west.faults.inject({ operation: 'CopyDBSnapshot', fault: { kind: 'error', code: 'AccessDenied', status: 403 } });
    const refused = await client
      .copyDatabaseSnapshot({ ...request, name: 'more', operationId: 'more' })
      .catch((error) => error);
    expect(refused).toMatchObject({ code: 'access-denied' });
    const told = JSON.stringify([refused, refused.cause, events]) + String(refused.cause?.stack);
    expect(told).not.toMatch(/PreSignedUrl|X-Amz-/i);
  });
});
