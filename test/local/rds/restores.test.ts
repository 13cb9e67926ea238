import {
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  ModifyDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
  type RestoreDBInstanceToPointInTimeMessage,
} from '@aws-sdk/client-rds';
import { expect, it } from 'vitest';
import {
  day,
  describe,
  makeInstance,
  makeParameterGroup,
  makeSubnetGroup,
  minute,
  type VirtualRegion,
  virtualRegion,
} from './support/virtual-region.js';

const special = {
  VpcSecurityGroupIds: ['sg-zephyr'],
  DBSubnetGroupName: 'zephyr',
  DBParameterGroupName: 'zephyr-pg15',
  MultiAZ: true,
  DeletionProtection: true,
  EnableIAMDatabaseAuthentication: true,
  MonitoringInterval: 60,
  MonitoringRoleArn: 'arn:aws:iam::123456789012:role/monitoring',
  Tags: [{ Key: 'Team', Value: 'votes' }],
};

/** The groups that `special` names. */
const makeGroups = async (virtual: VirtualRegion): Promise<void> => {
  await makeParameterGroup(virtual, special.DBParameterGroupName);
  await makeSubnetGroup(virtual, special.DBSubnetGroupName);
};

const pitr = (virtual: VirtualRegion, input: Partial<RestoreDBInstanceToPointInTimeMessage>) =>
  virtual.rds.send(new RestoreDBInstanceToPointInTimeCommand({ TargetDBInstanceIdentifier: 'candidate', ...input }));

it('restores a snapshot with the defaults of the service, not with the settings of the source', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  await makeGroups(virtual);
  const source = await makeInstance(virtual, 'prod', special);
  expect(source).toMatchObject({ MultiAZ: true, DeletionProtection: true, MonitoringInterval: 60 });
  await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'one' }));
  const restore = (name: string, more: object = {}) =>
    rds.send(
      new RestoreDBInstanceFromDBSnapshotCommand({ DBInstanceIdentifier: name, DBSnapshotIdentifier: 'one', ...more }),
    );
  await expect(restore('early')).rejects.toMatchObject({ name: 'InvalidDBSnapshotStateFault' });
  await clock.sleep(5 * minute);
  await expect(restore('prod')).rejects.toMatchObject({ name: 'DBInstanceAlreadyExistsFault' });
  const missing = restore('candidate', { DBSnapshotIdentifier: 'gone' });
  await expect(missing).rejects.toMatchObject({ name: 'DBSnapshotNotFoundFault' });
  expect((await restore('candidate')).DBInstance?.DBInstanceStatus).toBe('creating');
  await clock.sleep(20 * minute);
  const restored = await describe(rds, 'candidate');
  expect(restored).toMatchObject({
    DBInstanceStatus: 'available',
    VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-default' }],
    DBSubnetGroup: { DBSubnetGroupName: 'default' },
    DBParameterGroups: [{ DBParameterGroupName: 'default.postgres15', ParameterApplyStatus: 'in-sync' }],
    MultiAZ: false,
    DeletionProtection: false,
    IAMDatabaseAuthenticationEnabled: false,
    MonitoringInterval: 0,
    DBInstanceClass: source.DBInstanceClass,
    AllocatedStorage: source.AllocatedStorage,
    BackupRetentionPeriod: 7,
    Endpoint: { Port: 5432 },
    TagList: special.Tags,
  });
  expect(restored.DbiResourceId).not.toBe(source.DbiResourceId);
});

it('restores with what the request sets', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  await clock.sleep(minute);
  await makeGroups(virtual);
  const { Tags, MonitoringInterval, MonitoringRoleArn, ...placement } = special;
  const { DBInstance } = await pitr(virtual, {
    SourceDBInstanceIdentifier: 'prod',
    UseLatestRestorableTime: true,
    ...placement,
    DBInstanceClass: 'db.t3.medium',
    BackupRetentionPeriod: 0,
    Port: 5433,
    Tags: [{ Key: 'zephyr:purpose', Value: 'drill' }],
  });
  expect(DBInstance).toMatchObject({
    DBInstanceClass: 'db.t3.medium',
    MultiAZ: true,
    BackupRetentionPeriod: 0,
    TagList: [{ Key: 'zephyr:purpose', Value: 'drill' }],
  });
  await clock.sleep(30 * minute);
  const shown = await describe(rds, 'candidate');
  expect(shown).toMatchObject({ DBInstanceStatus: 'available', Endpoint: { Port: 5433 } });
  expect(shown.LatestRestorableTime).toBeUndefined();
});

it('restores for ever where the script says so', async () => {
  await using virtual = await virtualRegion({ durations: { snapshot: '0s', restore: 'never' } });
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'one' }));
  const restore = { DBInstanceIdentifier: 'candidate', DBSnapshotIdentifier: 'one' };
  await rds.send(new RestoreDBInstanceFromDBSnapshotCommand(restore));
  await clock.sleep(365 * day);
  expect((await describe(rds, 'candidate')).DBInstanceStatus).toBe('creating');
});

it('recovers to an instant within the window only', async () => {
  await using virtual = await virtualRegion();
  const { clock } = virtual;
  await makeInstance(virtual, 'prod');
  await clock.sleep(20 * minute);
  const source = { SourceDBInstanceIdentifier: 'prod' };
  for (const time of ['2025-11-09T14:04:59Z', '2025-11-09T14:30:01Z', '2025-11-09T15:00:00Z']) {
    await expect(pitr(virtual, { ...source, RestoreTime: new Date(time) })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('2025-11-09T14:30:00Z or earlier than 2025-11-09T14:05:00Z'),
    });
  }
  const { DBInstance } = await pitr(virtual, { ...source, RestoreTime: new Date('2025-11-09T14:25:00Z') });
  expect(DBInstance).toMatchObject({ DBInstanceIdentifier: 'candidate', DBInstanceStatus: 'creating' });
});

it('wants exactly one source and one instant', async () => {
  await using virtual = await virtualRegion();
  const { DbiResourceId = '' } = await makeInstance(virtual, 'prod');
  const source = { SourceDBInstanceIdentifier: 'prod' };
  const wrong = [
    source,
    { UseLatestRestorableTime: true },
    { ...source, UseLatestRestorableTime: true, RestoreTime: new Date('2025-11-09T14:06:00Z') },
    { ...source, SourceDbiResourceId: DbiResourceId, UseLatestRestorableTime: true },
  ];
  for (const input of wrong) {
    await expect(pitr(virtual, input)).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  }
  await expect(
    pitr(virtual, { SourceDBInstanceIdentifier: 'gone', UseLatestRestorableTime: true }),
  ).rejects.toMatchObject({
    name: 'DBInstanceNotFoundFault',
  });
  await expect(pitr(virtual, { SourceDbiResourceId: 'db-GONE', UseLatestRestorableTime: true })).rejects.toMatchObject({
    name: 'DBInstanceAutomatedBackupNotFoundFault',
  });
});

it('cannot recover an instance that keeps no backups, or whose first is not finished', async () => {
  await using virtual = await virtualRegion();
  await makeInstance(virtual, 'prod', { BackupRetentionPeriod: 0 });
  const latest = { SourceDBInstanceIdentifier: 'prod', UseLatestRestorableTime: true };
  await expect(pitr(virtual, latest)).rejects.toMatchObject({
    name: 'PointInTimeRestoreNotEnabledFault',
    Code: 'PointInTimeRestoreNotEnabled',
  });
});

it('recovers a deleted instance from the backups that were retained, until they expire', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  const { DbiResourceId = '' } = await makeInstance(virtual, 'prod');
  const remove = { DBInstanceIdentifier: 'prod', SkipFinalSnapshot: true, DeleteAutomatedBackups: false };
  await rds.send(new DeleteDBInstanceCommand(remove));
  await clock.sleep(10 * minute);
  const backups = async () =>
    (await rds.send(new DescribeDBInstanceAutomatedBackupsCommand({}))).DBInstanceAutomatedBackups ?? [];
  expect(await backups()).toMatchObject([
    {
      DbiResourceId,
      Status: 'retained',
      DBInstanceIdentifier: 'prod',
      RestoreWindow: { EarliestTime: new Date('2025-11-09T14:05:00Z') },
    },
  ]);
  await expect(
    rds.send(new DescribeDBInstanceAutomatedBackupsCommand({ DBInstanceIdentifier: 'prod' })),
  ).rejects.toMatchObject({
    name: 'DBInstanceNotFoundFault',
  });
  const { DBInstance } = await pitr(virtual, { SourceDbiResourceId: DbiResourceId, UseLatestRestorableTime: true });
  expect(DBInstance).toMatchObject({ DBInstanceIdentifier: 'candidate', DBInstanceClass: 'db.r6g.large' });
  await clock.sleep(8 * day);
  expect((await backups()).map(({ Status }) => Status)).toEqual(['active']);
});

it('forgets the backups of an instance that is deleted by default', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  const { DbiResourceId = '' } = await makeInstance(virtual, 'prod');
  await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'prod', SkipFinalSnapshot: true }));
  await clock.sleep(10 * minute);
  await expect(
    pitr(virtual, { SourceDbiResourceId: DbiResourceId, UseLatestRestorableTime: true }),
  ).rejects.toMatchObject({
    name: 'DBInstanceAutomatedBackupNotFoundFault',
  });
});

it('keeps the history of an instance with the instance when it is renamed', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  const rename = { DBInstanceIdentifier: 'prod', NewDBInstanceIdentifier: 'old', ApplyImmediately: true };
  await rds.send(new ModifyDBInstanceCommand(rename));
  await clock.sleep(10 * minute);
  await makeInstance(virtual, 'prod');
  const time = { RestoreTime: new Date('2025-11-09T14:08:00Z') };
  await expect(pitr(virtual, { SourceDBInstanceIdentifier: 'prod', ...time })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
  expect((await pitr(virtual, { SourceDBInstanceIdentifier: 'old', ...time })).DBInstance).toBeDefined();
});
