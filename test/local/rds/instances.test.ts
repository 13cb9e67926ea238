import {
  CreateDBInstanceCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventsCommand,
  ModifyDBInstanceCommand,
  paginateDescribeDBInstances,
  RebootDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { expect, it } from 'vitest';
import {
  day,
  describe,
  instanceInput,
  makeInstance,
  makeParameterGroup,
  minute,
  statuses,
  virtualRegion,
} from './support/virtual-region.js';

it.each(['http', 'in-process'] as const)(
  'brings a new instance up over %s: creating, backing up, available',
  async (transport) => {
    await using virtual = await virtualRegion({}, transport);
    const { rds } = virtual;
    const { DBInstance: made } = await rds.send(new CreateDBInstanceCommand(instanceInput('Zephyr-Production-DB')));
    expect(made).toMatchObject({ DBInstanceIdentifier: 'zephyr-production-db', DBInstanceStatus: 'creating' });
    expect(made?.DbiResourceId).toMatch(/^db-[A-Z0-9]{26}$/);
    expect(made?.Endpoint).toBeUndefined();
    expect(made?.LatestRestorableTime).toBeUndefined();

    expect(await statuses(virtual, made?.DbiResourceId ?? '', 30_000, 20)).toEqual([
      'creating',
      'backing-up',
      'available',
    ]);
    const shown = await describe(rds, 'ZEPHYR-production-db');
    expect(shown.Endpoint).toMatchObject({
      Address: 'zephyr-production-db.c1a2b3c4d5e6.us-east-1.rds.amazonaws.com',
      Port: 5432,
    });
    expect(shown.InstanceCreateTime).toEqual(new Date('2025-11-09T14:05:00Z'));
    expect(shown.DBInstanceArn).toBe('arn:aws:rds:us-east-1:123456789012:db:zephyr-production-db');
  },
);

it('ships logs every five minutes from the first backup on', async () => {
  await using virtual = await virtualRegion();
  await makeInstance(virtual, 'prod');
  await virtual.clock.sleep(20 * minute);
  const { LatestRestorableTime } = await describe(virtual.rds, 'prod');
  expect(LatestRestorableTime).toEqual(new Date('2025-11-09T14:30:00Z'));
});

it('lists by filters, pages through more than a page, and not in the order of time', async () => {
  await using virtual = await virtualRegion({ durations: { create: '0s', automatedBackup: '0s' } });
  const { rds } = virtual;
  const names = Array.from({ length: 25 }, (_, index) => `db-${String(index).padStart(2, '0')}`);
  for (const name of names) await rds.send(new CreateDBInstanceCommand(instanceInput(name)));
  const listed: string[] = [];
  for await (const page of paginateDescribeDBInstances({ client: rds, pageSize: 20 }, {})) {
    expect(page.DBInstances?.length).toBeLessThanOrEqual(20);
    listed.push(...(page.DBInstances ?? []).map(({ DBInstanceIdentifier }) => DBInstanceIdentifier ?? ''));
  }
  expect(listed).not.toEqual(names);
  expect(listed.toSorted()).toEqual(names);

  const one = await describe(rds, 'db-07');
  const byId = { Filters: [{ Name: 'dbi-resource-id', Values: [one.DbiResourceId ?? ''] }] };
  const { DBInstances: found } = await rds.send(new DescribeDBInstancesCommand(byId));
  expect(found?.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)).toEqual(['db-07']);
  const nobody = { Filters: [{ Name: 'dbi-resource-id', Values: ['db-GONE'] }] };
  expect((await rds.send(new DescribeDBInstancesCommand(nobody))).DBInstances).toEqual([]);
  const unknown = { Filters: [{ Name: 'colour', Values: ['red'] }] };
  await expect(rds.send(new DescribeDBInstancesCommand(unknown))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
  const small = new DescribeDBInstancesCommand({ MaxRecords: 5 });
  await expect(rds.send(small)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

it('refuses a name that is taken, one that cannot be, and more instances than the quota', async () => {
  await using virtual = await virtualRegion({ quotas: { instances: 1 } });
  const { rds } = virtual;
  const create = (name: string) => rds.send(new CreateDBInstanceCommand(instanceInput(name)));
  await create('prod');
  await expect(create('PROD')).rejects.toMatchObject({
    name: 'DBInstanceAlreadyExistsFault',
    Code: 'DBInstanceAlreadyExists',
  });
  for (const bad of ['1prod', 'prod-', 'pro--d', 'prod_1', 'x'.repeat(64)]) {
    await expect(create(bad)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  }
  await expect(create('other')).rejects.toMatchObject({ name: 'InstanceQuotaExceededFault' });
});

it('lets a changed class wait for the maintenance window, shows it as pending, and applies it then', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod', { PreferredMaintenanceWindow: 'mon:05:00-mon:06:00' });
  const change = { DBInstanceIdentifier: 'prod', DBInstanceClass: 'db.r6g.xlarge' };
  const { DBInstance } = await rds.send(new ModifyDBInstanceCommand(change));
  expect(DBInstance).toMatchObject({
    DBInstanceStatus: 'available',
    DBInstanceClass: 'db.r6g.large',
    PendingModifiedValues: { DBInstanceClass: 'db.r6g.xlarge' },
  });
  await clock.sleep(day);
  expect(await describe(rds, 'prod')).toMatchObject({
    DBInstanceClass: 'db.r6g.xlarge',
    DBInstanceStatus: 'available',
  });
  expect((await describe(rds, 'prod')).PendingModifiedValues ?? {}).toEqual({});
});

it('flushes what waits as soon as anything is applied immediately', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'prod', AllocatedStorage: 200 }));
  await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'prod', MultiAZ: true, ApplyImmediately: true }));
  expect((await describe(rds, 'prod')).DBInstanceStatus).toBe('available'); // facts 0.7
  expect((await describe(rds, 'prod')).DBInstanceStatus).toBe('modifying');
  await clock.sleep(5 * minute);
  expect(await describe(rds, 'prod')).toMatchObject({
    AllocatedStorage: 200,
    MultiAZ: true,
    DBInstanceStatus: 'available',
  });
});

it('changes at once what never waits, and refuses a change of nothing', async () => {
  await using virtual = await virtualRegion({ staleReads: { reads: 0 } });
  const { rds } = virtual;
  await makeInstance(virtual, 'prod');
  const settings = { DeletionProtection: true, BackupRetentionPeriod: 30, CopyTagsToSnapshot: true };
  await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'prod', ...settings }));
  expect(await describe(rds, 'prod')).toMatchObject({ ...settings, DBInstanceStatus: 'available' });
  const nothing = new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'prod', ApplyImmediately: true });
  await expect(rds.send(nothing)).rejects.toMatchObject({
    name: 'InvalidParameterCombination',
    message: 'No modifications were requested',
  });
  const absent = new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'absent', MultiAZ: true });
  await expect(rds.send(absent)).rejects.toMatchObject({
    name: 'DBInstanceNotFoundFault',
    $metadata: { httpStatusCode: 404 },
  });
});

it('leaves a new parameter group pending until the reboot', async () => {
  await using virtual = await virtualRegion({ staleReads: { reads: 0 } });
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  const groups = async () =>
    (await describe(rds, 'prod')).DBParameterGroups?.map((group) => Object.values(group).join(' '));
  await makeParameterGroup(virtual, 'zephyr-pg15');
  await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'prod', DBParameterGroupName: 'zephyr-pg15' }));
  expect(await groups()).toEqual(['zephyr-pg15 applying']);
  await clock.sleep(5 * minute);
  expect(await groups()).toEqual(['zephyr-pg15 pending-reboot']);
  await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'prod' }));
  expect((await describe(rds, 'prod')).DBInstanceStatus).toBe('rebooting');
  await expect(rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'prod' }))).rejects.toMatchObject({
    name: 'InvalidDBInstanceStateFault',
  });
  await clock.sleep(2 * minute);
  expect(await groups()).toEqual(['zephyr-pg15 in-sync']);
});

it('fails over only what is Multi-AZ, and swaps the zones', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  const before = await makeInstance(virtual, 'prod', { MultiAZ: true });
  await makeInstance(virtual, 'single');
  await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'prod', ForceFailover: true }));
  await clock.sleep(2 * minute);
  await describe(rds, 'prod');
  // The zones are shown as before for some minutes more (facts D7).
  const { AvailabilityZone, SecondaryAvailabilityZone } = before;
  const now = await describe(rds, 'prod');
  expect(now).toMatchObject({ DBInstanceStatus: 'available', AvailabilityZone, SecondaryAvailabilityZone });
  await clock.sleep(2 * minute);
  expect(await describe(rds, 'prod')).toMatchObject({
    AvailabilityZone: SecondaryAvailabilityZone,
    SecondaryAvailabilityZone: AvailabilityZone,
  });
  await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'prod', ForceFailover: true }));
  await clock.sleep(5 * minute);
  const source = { SourceType: 'db-instance', SourceIdentifier: 'prod' } as const;
  const { Events } = await rds.send(new DescribeEventsCommand({ ...source, EventCategories: ['failover'] }));
  expect(Events?.map(({ Message }) => Message)).toEqual([
    'Multi-AZ instance failover started.',
    'Multi-AZ instance failover completed',
    'Abandoning user requested failover since a failover recently occurred on the database instance.',
  ]);
  expect((await describe(rds, 'prod')).AvailabilityZone).toBe(SecondaryAvailabilityZone);
  const force = new RebootDBInstanceCommand({ DBInstanceIdentifier: 'single', ForceFailover: true });
  await expect(rds.send(force)).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
});

it('drops all automated backups when retention is set to none, and starts anew when it is set again', async () => {
  await using virtual = await virtualRegion({ staleReads: { reads: 0 } });
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  const automated = async () =>
    (await rds.send(new DescribeDBSnapshotsCommand({ SnapshotType: 'automated' }))).DBSnapshots?.length;
  const retain = async (days: number) => {
    const change = { DBInstanceIdentifier: 'prod', BackupRetentionPeriod: days, ApplyImmediately: true };
    await rds.send(new ModifyDBInstanceCommand(change));
    await clock.sleep(10 * minute);
  };
  expect(await automated()).toBe(1);
  await retain(0);
  expect(await automated()).toBe(0);
  expect((await describe(rds, 'prod')).LatestRestorableTime).toBeUndefined();
  await retain(3);
  expect(await automated()).toBe(1);
  expect((await describe(rds, 'prod')).LatestRestorableTime).toBeInstanceOf(Date);
});

it('deletes by the rules', async () => {
  await using virtual = await virtualRegion({ staleReads: { reads: 0 } });
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod', { DeletionProtection: true });
  const remove = (more: object) => rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'prod', ...more }));
  await expect(remove({ SkipFinalSnapshot: true })).rejects.toMatchObject({
    name: 'InvalidParameterCombination',
    message: expect.stringContaining('disable deletion pro'),
  });
  await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'prod', DeletionProtection: false }));
  await expect(remove({})).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  const both = { SkipFinalSnapshot: true, FinalDBSnapshotIdentifier: 'last' };
  await expect(remove(both)).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  const { DBInstance } = await remove({ FinalDBSnapshotIdentifier: 'last' });
  expect(DBInstance?.DBInstanceStatus).toBe('deleting');
  await expect(remove({ SkipFinalSnapshot: true })).rejects.toMatchObject({
    name: 'InvalidDBInstanceStateFault',
    message: expect.stringContaining('is already being deleted'),
  });
  await clock.sleep(10 * minute);
  await expect(describe(rds, 'prod')).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
  const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({}));
  expect(DBSnapshots).toMatchObject([{ DBSnapshotIdentifier: 'last', Status: 'available', SnapshotType: 'manual' }]);
});

it('deletes an instance that is still being made, but takes no final snapshot of it', async () => {
  await using virtual = await virtualRegion({ staleReads: { reads: 0 } });
  const { rds, clock } = virtual;
  await rds.send(new CreateDBInstanceCommand(instanceInput('prod')));
  const remove = (more: object) => rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'prod', ...more }));
  await expect(remove({ FinalDBSnapshotIdentifier: 'last' })).rejects.toMatchObject({
    name: 'InvalidDBInstanceStateFault',
  });
  await remove({ SkipFinalSnapshot: true });
  await clock.sleep(10 * minute);
  await expect(describe(rds, 'prod')).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
});
