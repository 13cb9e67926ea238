import {
  DeleteDBInstanceAutomatedBackupCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  ModifyDBInstanceCommand,
  type RDSClient,
  RestoreDBInstanceToPointInTimeCommand,
  StartDBInstanceAutomatedBackupsReplicationCommand,
  StopDBInstanceAutomatedBackupsReplicationCommand,
} from '@aws-sdk/client-rds';
import { expect, it } from 'vitest';
import { twoRegions } from './support/regions.js';
import { day, describe, makeInstance, minute, type VirtualRegion } from './support/virtual-region.js';

const prod = 'arn:aws:rds:us-east-1:123456789012:db:prod';

const start = async (rds: RDSClient, more: object = {}) => {
  const input = { SourceDBInstanceArn: prod, BackupRetentionPeriod: 14, ...more };
  return (await rds.send(new StartDBInstanceAutomatedBackupsReplicationCommand(input))).DBInstanceAutomatedBackup;
};
const stop = (rds: RDSClient, SourceDBInstanceArn = prod) =>
  rds.send(new StopDBInstanceAutomatedBackupsReplicationCommand({ SourceDBInstanceArn }));
const backups = async (rds: RDSClient, input: object = {}) =>
  (await rds.send(new DescribeDBInstanceAutomatedBackupsCommand(input))).DBInstanceAutomatedBackups ?? [];
const restore = async ({ rds, clock }: VirtualRegion, arn: string | undefined, more: object = {}) => {
  const input = {
    SourceDBInstanceAutomatedBackupsArn: arn,
    TargetDBInstanceIdentifier: 'rescued',
    ...(Object.keys(more).length > 0 ? more : { UseLatestRestorableTime: true }),
  };
  await rds.send(new RestoreDBInstanceToPointInTimeCommand(input));
  await clock.sleep(day / 4);
  return describe(rds, 'rescued');
};

it('replicates automated backups: pending without a window, then replicating, and for as many days as asked', async () => {
  await using regions = await twoRegions();
  const { east, west } = regions;
  const { DbiResourceId } = await makeInstance(east, 'prod');
  const begun = await start(west.rds);
  expect(begun).toMatchObject({
    DBInstanceArn: prod,
    DbiResourceId,
    Region: 'us-east-1',
    Status: 'pending',
    RestoreWindow: {},
    BackupRetentionPeriod: 14,
    DBInstanceAutomatedBackupsArn: expect.stringMatching(/^arn:aws:rds:us-west-2:123456789012:auto-backup:ab-/),
  });
  const replications = [{ DBInstanceAutomatedBackupsArn: begun?.DBInstanceAutomatedBackupsArn }];
  expect(await describe(east.rds, 'prod')).toMatchObject({ DBInstanceAutomatedBackupsReplications: replications });
  expect(await backups(east.rds)).toMatchObject([{ DBInstanceAutomatedBackupsReplications: replications }]);
  await east.clock.sleep(15 * minute);
  const [first] = await backups(west.rds, { DBInstanceIdentifier: 'prod' });
  expect(first).toMatchObject({ Status: 'replicating', DBInstanceIdentifier: 'prod' });
  // Nobody looks at either region for a year.
  await east.clock.sleep(365 * day);
  const [late] = await backups(west.rds, { DbiResourceId });
  const { EarliestTime, LatestTime } = late?.RestoreWindow ?? {};
  const days = ((LatestTime?.getTime() ?? 0) - (EarliestTime?.getTime() ?? 0)) / day;
  expect(days).toBeGreaterThan(13);
  expect(days).toBeLessThan(15.1);
  expect(east.clock.now().getTime() - (LatestTime?.getTime() ?? 0)).toBeLessThan(6 * minute);
  await expect(backups(west.rds, { DBInstanceIdentifier: 'nobody' })).rejects.toMatchObject({
    name: 'DBInstanceNotFoundFault',
  });
});

it('restores there what the lost region had', async () => {
  await using regions = await twoRegions();
  const { east, west } = regions;
  await makeInstance(east, 'prod');
  const arn = (await start(west.rds))?.DBInstanceAutomatedBackupsArn;
  await expect(restore(west, arn)).rejects.toMatchObject({ name: 'PointInTimeRestoreNotEnabledFault' });
  await east.clock.sleep(day);
  const lost = east.clock.now();
  await east.region.close();
  await west.clock.sleep(day);
  const [kept] = await backups(west.rds);
  expect(kept).toMatchObject({ Status: 'retained', Region: 'us-east-1' });
  const latest = kept?.RestoreWindow?.LatestTime ?? new Date(0);
  expect(lost.getTime() - latest.getTime()).toBeLessThan(6 * minute);
  const after = new Date(latest.getTime() + minute);
  await expect(restore(west, arn, { RestoreTime: after })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  expect(await restore(west, arn, { RestoreTime: latest })).toMatchObject({
    DBInstanceStatus: 'available',
    DBInstanceArn: 'arn:aws:rds:us-west-2:123456789012:db:rescued',
  });
  await west.clock.sleep(14 * day);
  expect((await backups(west.rds)).map(({ Status }) => Status)).toEqual(['active']);
});

it('keeps what has come when the source is deleted, though its own backups go, and when it is stopped', async () => {
  await using regions = await twoRegions();
  const { east, west } = regions;
  for (const name of ['prod', 'other']) await makeInstance(east, name);
  const other = { SourceDBInstanceArn: prod.replace('prod', 'other') };
  const started = await start(west.rds);
  await start(west.rds, other);
  await east.clock.sleep(day);
  await east.rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'prod', SkipFinalSnapshot: true }));
  const stopped = (await stop(west.rds, other.SourceDBInstanceArn)).DBInstanceAutomatedBackup;
  expect(stopped?.Status).toBe('replicating');
  await expect(stop(west.rds, other.SourceDBInstanceArn)).rejects.toMatchObject({
    name: 'InvalidDBInstanceStateFault',
  });
  await east.clock.sleep(day / 2);
  expect((await describe(east.rds, 'other')).DBInstanceAutomatedBackupsReplications).toEqual([]);
  expect((await backups(west.rds)).map(({ Status }) => Status)).toEqual(['retained', 'retained']);
  expect((await backups(east.rds)).map(({ Status }) => Status)).toEqual(['active']);
  const restored = await restore(west, started?.DBInstanceAutomatedBackupsArn);
  expect(restored.DBInstanceStatus).toBe('available');
  // It can begin anew; what was kept is replaced.
  expect(await start(west.rds, other)).toMatchObject({ Status: 'pending' });
});

it('deletes what is retained, and not what still comes', async () => {
  await using regions = await twoRegions();
  const { east, west } = regions;
  await makeInstance(east, 'prod');
  const arn = (await start(west.rds))?.DBInstanceAutomatedBackupsArn;
  const remove = () =>
    west.rds.send(new DeleteDBInstanceAutomatedBackupCommand({ DBInstanceAutomatedBackupsArn: arn }));
  await expect(remove()).rejects.toMatchObject({ name: 'InvalidDBInstanceAutomatedBackupStateFault' });
  await stop(west.rds);
  expect((await remove()).DBInstanceAutomatedBackup).toMatchObject({ Status: 'deleting' });
  expect(await backups(west.rds)).toEqual([]);
  await expect(remove()).rejects.toMatchObject({ name: 'DBInstanceAutomatedBackupNotFoundFault' });
});

it('follows an instance through a rename', async () => {
  await using regions = await twoRegions();
  const { east, west } = regions;
  await makeInstance(east, 'prod');
  await start(west.rds);
  const rename = { DBInstanceIdentifier: 'prod', NewDBInstanceIdentifier: 'renamed', ApplyImmediately: true };
  await east.rds.send(new ModifyDBInstanceCommand(rename));
  await east.clock.sleep(day);
  expect(await backups(west.rds)).toMatchObject([{ DBInstanceIdentifier: 'renamed', Status: 'replicating' }]);
  await expect(stop(west.rds)).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
  await stop(west.rds, prod.replace('prod', 'renamed'));
});

it('refuses what cannot be replicated', async () => {
  await using regions = await twoRegions({ region: 'us-west-2', quotas: { replicatedBackups: 1 } });
  const { east, west } = regions;
  const key = 'arn:aws:kms:us-west-2:123456789012:key/west';
  await makeInstance(east, 'prod', { StorageEncrypted: true });
  await makeInstance(east, 'none', { BackupRetentionPeriod: 0 });
  await makeInstance(east, 'other');
  const from = (name: string) => ({ SourceDBInstanceArn: prod.replace('prod', name) });
  const refused: readonly (readonly [object, string])[] = [
    [{}, 'InvalidParameterValue'],
    [{ KmsKeyId: key.replace('west-2', 'east-1') }, 'KMSKeyNotAccessibleFault'],
    [{ KmsKeyId: key, BackupRetentionPeriod: 36 }, 'InvalidParameterValue'],
    [from('none'), 'InvalidDBInstanceStateFault'],
    [from('nobody'), 'DBInstanceNotFoundFault'],
    [{ SourceDBInstanceArn: 'prod' }, 'InvalidParameterValue'],
    [{ SourceDBInstanceArn: prod.replace('us-east-1', 'eu-west-1') }, 'DBInstanceNotFoundFault'],
  ];
  for (const [input, name] of refused) await expect(start(west.rds, input)).rejects.toMatchObject({ name });
  await expect(start(east.rds)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  expect(await start(west.rds, { KmsKeyId: key })).toMatchObject({ KmsKeyId: key, Encrypted: true });
  await expect(start(west.rds, { KmsKeyId: key })).rejects.toMatchObject({
    name: 'InvalidDBInstanceAutomatedBackupStateFault',
  });
  await expect(start(west.rds, from('other'))).rejects.toMatchObject({
    name: 'DBInstanceAutomatedBackupQuotaExceededFault',
  });
});
