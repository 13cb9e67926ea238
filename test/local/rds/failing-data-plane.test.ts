import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventsCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import { createVirtualClock, type DataPlane, startLocalRegion } from '@zephyr/backup/local';
import { expect, it } from 'vitest';
import { clientOf, describe, instanceInput } from './support/virtual-region.js';

/** A data plane that does nothing, and fails where it is told to. */
function fakePlane(failing: Partial<DataPlane>, trace: string[] = []): DataPlane {
  const does = (name: string) => async (): Promise<void> => {
    trace.push(name);
  };
  return {
    endpointFor: async () => ({ address: '127.0.0.1', port: 5432 }),
    create: does('create'),
    start: does('start'),
    stop: does('stop'),
    setMasterPassword: does('setMasterPassword'),
    takeBackup: async () => ({ databaseTime: new Date(), sizeBytes: 1 }),
    setParameters: does('setParameters'),
    copyBackup: does('copyBackup'),
    deleteBackup: does('deleteBackup'),
    restoreBackup: does('restoreBackup'),
    restoreToTime: does('restoreToTime'),
    shipLogs: async () => new Date(),
    createReplica: does('createReplica'),
    holdReplica: does('holdReplica'),
    promote: does('promote'),
    measure: async () => undefined,
    destroy: does('destroy'),
    deleteLogs: does('deleteLogs'),
    close: does('close'),
    ...failing,
  };
}

it.each([
  ['create', new Error('initdb: cannot'), 'failed'],
  ['create', new Error('write: No space left on device'), 'storage-full'],
  ['start', Object.assign(new Error('full'), { code: 'ENOSPC' }), 'storage-full'],
] as const)(
  'ends a new instance whose %s fails with "%s" as it should, and can still delete it',
  async (name, error, status) => {
    const trace: string[] = [];
    const dataPlane = fakePlane({ [name]: () => Promise.reject(error) }, trace);
    await using region = await startLocalRegion({ dataPlane, staleReads: { reads: 0 } });
    const rds = clientOf(region, 'in-process');
    await rds.send(new CreateDBInstanceCommand(instanceInput('prod')));
    await region.settled();
    expect((await describe(rds, 'prod')).DBInstanceStatus).toBe(status);
    const { Events } = await rds.send(
      new DescribeEventsCommand({ SourceType: 'db-instance', SourceIdentifier: 'prod' }),
    );
    expect(Events?.map(({ Message }) => Message).join()).toContain(error.message);
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'prod', SkipFinalSnapshot: true }));
    await region.settled();
    expect((await rds.send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual([]);
    expect(trace.includes('destroy')).toBe(name === 'start');
  },
);

it('ends a restore that fails in incompatible-restore, and a snapshot that fails in failed', async () => {
  const broken = new Error('backup is damaged');
  let takes = 0;
  const dataPlane = fakePlane({
    restoreBackup: () => Promise.reject(broken),
    takeBackup: async () => {
      takes += 1;
      if (takes === 3) throw broken;
      return { databaseTime: new Date(), sizeBytes: 1 };
    },
  });
  await using region = await startLocalRegion({ dataPlane, staleReads: { reads: 0 } });
  const rds = clientOf(region, 'in-process');
  await rds.send(new CreateDBInstanceCommand(instanceInput('prod')));
  await region.settled();
  for (const name of ['good', 'bad']) {
    await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: name }));
    await region.settled();
  }
  const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ SnapshotType: 'manual' }));
  const shown = Object.fromEntries((DBSnapshots ?? []).map((one) => [one.DBSnapshotIdentifier, one.Status]));
  expect(shown).toEqual({ good: 'available', bad: 'failed' });
  expect((await describe(rds, 'prod')).DBInstanceStatus).toBe('available');
  const restore = { DBInstanceIdentifier: 'candidate', DBSnapshotIdentifier: 'good' };
  await rds.send(new RestoreDBInstanceFromDBSnapshotCommand(restore));
  await region.settled();
  expect((await describe(rds, 'candidate')).DBInstanceStatus).toBe('incompatible-restore');
});

it('keeps an instance whose final snapshot could not be taken', async () => {
  let takes = 0;
  const trace: string[] = [];
  const takeBackup = async () => {
    takes += 1;
    if (takes > 1) throw new Error('cannot read');
    return { databaseTime: new Date(), sizeBytes: 1 };
  };
  await using region = await startLocalRegion({
    dataPlane: fakePlane({ takeBackup }, trace),
    staleReads: { reads: 0 },
  });
  const rds = clientOf(region, 'in-process');
  await rds.send(new CreateDBInstanceCommand(instanceInput('prod')));
  await region.settled();
  await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'prod', FinalDBSnapshotIdentifier: 'last' }));
  await region.settled();
  expect((await describe(rds, 'prod')).DBInstanceStatus).toBe('failed');
  expect(trace).not.toContain('destroy');
});

it('waits for the work under way before it destroys, and closes only a data plane that it made', async () => {
  const trace: string[] = [];
  const slow = async (): Promise<void> => {
    trace.push('create begins');
    await new Promise((resolve) => setTimeout(resolve, 30));
    trace.push('create ends');
  };
  const mine = fakePlane({ create: slow }, trace);
  const region = await startLocalRegion({ dataPlane: mine, staleReads: { reads: 0 } });
  const rds = clientOf(region, 'in-process');
  await rds.send(new CreateDBInstanceCommand(instanceInput('prod')));
  await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'prod', SkipFinalSnapshot: true }));
  await region.settled();
  expect(trace).toEqual(['create begins', 'create ends', 'setParameters', 'start', 'destroy']);
  await region.close();
  expect(trace).not.toContain('close');
  const made = await startLocalRegion({ dataPlane: async () => mine });
  await made.close();
  expect(trace.filter((step) => step === 'close')).toHaveLength(1);
});

it('ships logs by itself, and tells by events and by an old restorable time when that is stuck', async () => {
  let ships = 0;
  let isStuck = false;
  const shipLogs = async (): Promise<Date> => {
    if (isStuck) throw new Error('archive is full');
    ships += 1;
    return new Date(Date.now() + ships * 1_000);
  };
  await using region = await startLocalRegion({ dataPlane: fakePlane({ shipLogs }), logShippingInterval: '100ms' });
  const rds = clientOf(region, 'in-process');
  await rds.send(new CreateDBInstanceCommand(instanceInput('prod')));
  await region.settled();
  const latest = async () => (await describe(rds, 'prod')).LatestRestorableTime?.getTime() ?? 0;
  const first = await latest();
  await expect.poll(latest, { timeout: 10_000 }).toBeGreaterThan(first);
  isStuck = true;
  const events = async () =>
    (await rds.send(new DescribeEventsCommand({}))).Events?.map(({ Message }) => Message) ?? [];
  await expect.poll(events, { timeout: 10_000 }).toContain('Transaction logs could not be shipped. archive is full');
  const stuckAt = await latest();
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(await latest()).toBe(stuckAt);
});

it('keeps virtual time from running ahead of real work', async () => {
  const create = () => new Promise<void>((resolve) => setTimeout(resolve, 50));
  const clock = createVirtualClock();
  await using region = await startLocalRegion({ clock, dataPlane: fakePlane({ create }), staleReads: { reads: 0 } });
  const rds = clientOf(region, 'in-process');
  await rds.send(new CreateDBInstanceCommand(instanceInput('prod')));
  let polls = 0;
  while ((await describe(rds, 'prod')).DBInstanceStatus !== 'available') {
    polls += 1;
    await clock.sleep(5_000);
  }
  expect(polls).toBeLessThanOrEqual(2);
});
