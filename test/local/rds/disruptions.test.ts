import { once } from 'node:events';
import { connect } from 'node:net';
import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DescribeAccountAttributesCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventsCommand,
  ModifyDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import { createPostgresDataPlane, startLocalRegion } from '@zephyr/backup/local';
import { expect, it } from 'vitest';
import {
  clientOf,
  day,
  describe,
  instanceInput,
  makeInstance,
  minute,
  virtualRegion,
} from './support/virtual-region.js';

/** Whether something listens there. */
async function accepts(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

it('leaves an instance whose storage is full without backups and logs, until it gets more', async () => {
  await using virtual = await virtualRegion({ staleReads: { reads: 0 } });
  const { region, rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  await clock.sleep(minute);
  const before = await describe(rds, 'prod');
  await region.instances.disrupt('prod', 'storage-full');
  expect(await describe(rds, 'prod')).toMatchObject({ DBInstanceStatus: 'storage-full' });
  await clock.sleep(3 * day);
  const full = await describe(rds, 'prod');
  expect(full.LatestRestorableTime).toEqual(before.LatestRestorableTime);
  const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ SnapshotType: 'automated' }));
  expect(DBSnapshots).toHaveLength(1);
  const snapshot = { DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'one' };
  const refused = rds.send(new CreateDBSnapshotCommand(snapshot));
  await expect(refused).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
  const { Events } = await rds.send(
    new DescribeEventsCommand({ SourceType: 'db-instance', SourceIdentifier: 'prod', Duration: 20_160 }),
  );
  expect(Events?.slice(-2).map((event) => [event.EventCategories?.[0], event.Message])).toEqual([
    ['low storage', 'Allocated storage has been exhausted. Allocate additional storage to resolve.'],
    ['availability', expect.stringMatching(/^DB instance has reached the storage-full threshold/)],
  ]);
  const modify = (more: object) =>
    rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'prod', ApplyImmediately: true, ...more }));
  await expect(modify({ MultiAZ: true })).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
  await modify({ AllocatedStorage: 200 });
  await clock.sleep(10 * minute);
  expect(await describe(rds, 'prod')).toMatchObject({ DBInstanceStatus: 'available', AllocatedStorage: 200 });
  await clock.sleep(day);
  const healed = await describe(rds, 'prod');
  expect(clock.now().getTime() - (healed.LatestRestorableTime?.getTime() ?? 0)).toBeLessThan(6 * minute);
  const again = await rds.send(new DescribeDBSnapshotsCommand({ SnapshotType: 'automated' }));
  expect(again.DBSnapshots).toHaveLength(2);
});

it('puts an instance into a bad status and out of it, and refuses what is not there or busy', async () => {
  await using virtual = await virtualRegion({ staleReads: { reads: 0 } });
  const { region, rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  await expect(region.instances.disrupt('nobody', 'failed')).rejects.toMatchObject({ code: 'invalid-input' });
  await expect(region.instances.repair('prod')).rejects.toMatchObject({ code: 'invalid-input' });
  await region.instances.disrupt('prod', 'incompatible-network', 'no addresses are left');
  await expect(region.instances.disrupt('prod', 'failed')).rejects.toMatchObject({ code: 'invalid-input' });
  const { Events } = await rds.send(
    new DescribeEventsCommand({ SourceType: 'db-instance', EventCategories: ['failure'] }),
  );
  expect(Events?.map(({ Message }) => Message)).toEqual([
    'Database instance in incompatible-network. no addresses are left',
  ]);
  await region.instances.repair('prod');
  expect((await describe(rds, 'prod')).DBInstanceStatus).toBe('rebooting');
  await clock.sleep(5 * minute);
  expect((await describe(rds, 'prod')).DBInstanceStatus).toBe('available');
});

it('stops the real server of an instance whose storage is full, and starts it with more', {
  timeout: 120_000,
}, async () => {
  const dataPlane = () => createPostgresDataPlane();
  await using region = await startLocalRegion({ dataPlane, staleReads: { reads: 0 }, automatedBackups: false });
  const rds = clientOf(region, 'in-process');
  await rds.send(new CreateDBInstanceCommand(instanceInput('prod')));
  await region.settled();
  const { Endpoint } = await describe(rds, 'prod');
  const isUp = (): Promise<boolean> => accepts(Endpoint?.Address ?? '', Endpoint?.Port ?? 0);
  expect(await isUp()).toBe(true);
  await region.instances.disrupt('prod', 'storage-full');
  expect(await isUp()).toBe(false);
  await rds.send(
    new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'prod', AllocatedStorage: 200, ApplyImmediately: true }),
  );
  await region.settled();
  expect((await describe(rds, 'prod')).DBInstanceStatus).toBe('available');
  expect(await isUp()).toBe(true);
});

it('gives one call a duration of its own', async () => {
  await using virtual = await virtualRegion({ durations: { restore: '40m' }, staleReads: { reads: 0 } });
  const { region, rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'one' }));
  await clock.sleep(5 * minute);
  const operation = 'RestoreDBInstanceFromDBSnapshot';
  region.faults.inject({
    operation,
    input: { DBInstanceIdentifier: 'slow*' },
    fault: { kind: 'takes', duration: '3h' },
  });
  for (const name of ['slow-one', 'other']) {
    const restore = { DBInstanceIdentifier: name, DBSnapshotIdentifier: 'one', BackupRetentionPeriod: 0 };
    await rds.send(new RestoreDBInstanceFromDBSnapshotCommand(restore));
  }
  const shown = async () =>
    Promise.all(['slow-one', 'other'].map(async (name) => (await describe(rds, name)).DBInstanceStatus));
  await clock.sleep(39 * minute);
  expect(await shown()).toEqual(['creating', 'creating']);
  await clock.sleep(2 * minute);
  expect(await shown()).toEqual(['creating', 'available']);
  await clock.sleep(3 * 60 * minute);
  expect(await shown()).toEqual(['available', 'available']);
});

it('counts storage, instances and groups against their quotas', async () => {
  await using virtual = await virtualRegion({ quotas: { allocatedStorage: 250 } });
  const { rds } = virtual;
  await makeInstance(virtual, 'one');
  await makeInstance(virtual, 'two');
  await expect(makeInstance(virtual, 'three')).rejects.toMatchObject({ name: 'StorageQuotaExceededFault' });
  const { AccountQuotas } = await rds.send(new DescribeAccountAttributesCommand({}));
  expect(AccountQuotas).toContainEqual({ AccountQuotaName: 'AllocatedStorage', Used: 200, Max: 250 });
  expect(AccountQuotas).toContainEqual({ AccountQuotaName: 'DBParameterGroups', Used: 0, Max: 50 });
});
