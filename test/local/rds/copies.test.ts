import {
  DeleteDBSnapshotCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventsCommand,
  ModifyDBSnapshotCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import { startLocalRegion } from '@zephyr/backup/local';
import { expect, it } from 'vitest';
import { copySnapshot, findSnapshot, neighbourOf, takeSnapshot, twoRegions } from './support/regions.js';
import { day, describe, makeInstance, minute, virtualRegion } from './support/virtual-region.js';

const tags = [{ Key: 'Team', Value: 'votes' }];
const westKey = 'arn:aws:kms:us-west-2:123456789012:key/west';

it('copies a snapshot from another region: manual, with its own time beside that of its data', async () => {
  await using regions = await twoRegions();
  const { east, west } = regions;
  await makeInstance(east, 'prod');
  const source = await takeSnapshot(east, 'prod', 'before-v2');
  const asked = await copySnapshot(west.rds, source.DBSnapshotArn, 'From-East', { Tags: tags });
  expect(asked).toMatchObject({
    DBSnapshotIdentifier: 'from-east',
    DBSnapshotArn: 'arn:aws:rds:us-west-2:123456789012:snapshot:from-east',
    SourceRegion: 'us-east-1',
    SourceDBSnapshotIdentifier: source.DBSnapshotArn,
    SnapshotType: 'manual',
    Status: 'creating',
    PercentProgress: 0,
    DbiResourceId: source.DbiResourceId,
    TagList: tags,
  });
  expect(asked.SnapshotCreateTime).toBeUndefined();
  await east.clock.sleep(5 * minute);
  expect((await findSnapshot(west.rds, 'from-east')).PercentProgress).toBe(50);
  await east.clock.sleep(10 * minute);
  const copy = await findSnapshot(west.rds, 'from-east');
  expect(copy).toMatchObject({
    Status: 'available',
    PercentProgress: 100,
    OriginalSnapshotCreateTime: source.OriginalSnapshotCreateTime,
    SnapshotDatabaseTime: source.SnapshotDatabaseTime,
    FullSnapshotSizeInBytes: source.FullSnapshotSizeInBytes,
  });
  expect(copy.SnapshotCreateTime?.getTime()).toBeGreaterThan(source.SnapshotCreateTime?.getTime() ?? 0);
  const { Events } = await west.rds.send(new DescribeEventsCommand({ SourceType: 'db-snapshot' }));
  expect(Events?.map(({ Message }) => Message)).toEqual([
    'Started the copy of snapshot before-v2 from region us-east-1.',
    'Finished the copy of snapshot before-v2 from region us-east-1 in 10 minutes.',
  ]);
  // What is in one region is not in the other.
  await expect(findSnapshot(east.rds, 'from-east')).rejects.toMatchObject({ name: 'DBSnapshotNotFoundFault' });
  const elsewhere = new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: source.DBSnapshotArn });
  await expect(west.rds.send(elsewhere)).rejects.toMatchObject({ name: 'DBSnapshotNotFoundFault' });
});

it('restores a copy though its region, its source and its instance are gone', async () => {
  await using regions = await twoRegions();
  const { east, west } = regions;
  await makeInstance(east, 'prod', { Tags: tags });
  const { DBSnapshotArn } = await takeSnapshot(east, 'prod', 'last');
  await copySnapshot(west.rds, DBSnapshotArn, 'last');
  await east.clock.sleep(day);
  await east.region.close();
  const restore = { DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'last' };
  await west.rds.send(new RestoreDBInstanceFromDBSnapshotCommand(restore));
  await west.clock.sleep(day);
  expect(await describe(west.rds, 'prod')).toMatchObject({
    DBInstanceStatus: 'available',
    DBInstanceArn: 'arn:aws:rds:us-west-2:123456789012:db:prod',
    AvailabilityZone: expect.stringMatching(/^us-west-2/),
    TagList: [],
  });
  const again = copySnapshot(west.rds, DBSnapshotArn, 'again');
  await expect(again).rejects.toMatchObject({ name: 'DBSnapshotNotFoundFault' });
});

it('lets copies of one instance wait for each other, without a progress, and others go at once', async () => {
  await using regions = await twoRegions();
  const { east, west } = regions;
  await makeInstance(east, 'prod');
  await makeInstance(east, 'other');
  for (const name of ['one', 'two', 'three']) {
    await takeSnapshot(east, 'prod', name);
    await copySnapshot(west.rds, `arn:aws:rds:us-east-1:123456789012:snapshot:${name}`, name);
  }
  const { DBSnapshotArn } = await takeSnapshot(east, 'other', 'other');
  expect((await copySnapshot(west.rds, DBSnapshotArn, 'other')).PercentProgress).toBe(0);
  const progress = async (): Promise<Record<string, number | undefined>> => {
    const { DBSnapshots } = await west.rds.send(new DescribeDBSnapshotsCommand({}));
    return Object.fromEntries((DBSnapshots ?? []).map((one) => [one.DBSnapshotIdentifier, one.PercentProgress]));
  };
  expect(await progress()).toEqual({ one: 100, two: 50, three: undefined, other: 0 });
  await east.clock.sleep(6 * minute);
  expect(await progress()).toEqual({ one: 100, two: 100, three: 10, other: 60 });
});

it('fails a copy whose source goes away meanwhile, and goes on with the next', async () => {
  await using regions = await twoRegions();
  const { east, west } = regions;
  await makeInstance(east, 'prod');
  const [one, two] = [await takeSnapshot(east, 'prod', 'one'), await takeSnapshot(east, 'prod', 'two')];
  await copySnapshot(west.rds, one.DBSnapshotArn, 'one');
  await copySnapshot(west.rds, two.DBSnapshotArn, 'two');
  await east.rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: 'one' }));
  expect(await findSnapshot(west.rds, 'one')).toMatchObject({ Status: 'failed' });
  expect(await findSnapshot(west.rds, 'two')).toMatchObject({ Status: 'creating', PercentProgress: 0 });
  await east.clock.sleep(day);
  // Nobody has looked at the west since: what was done before the source went is done.
  await east.rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: 'two' }));
  expect(await findSnapshot(west.rds, 'two')).toMatchObject({ Status: 'available' });
  await west.rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: 'one' }));
  const { Events } = await west.rds.send(new DescribeEventsCommand({ SourceType: 'db-snapshot', Duration: 2880 }));
  expect(Events?.map(({ Message }) => Message)).toEqual([
    'Started the copy of snapshot one from region us-east-1.',
    'Canceled snapshot copy request of one from region us-east-1.',
    'Started the copy of snapshot two from region us-east-1.',
    'Finished the copy of snapshot two from region us-east-1 in 10 minutes.',
    'Deleted user snapshot',
  ]);
});

it('fails the copies that are under way from a region that is lost, and keeps those that are there', async () => {
  await using regions = await twoRegions();
  const { east, west } = regions;
  await makeInstance(east, 'prod');
  const { DBSnapshotArn } = await takeSnapshot(east, 'prod', 'one');
  for (const name of ['first', 'second', 'third']) await copySnapshot(west.rds, DBSnapshotArn, name);
  await east.clock.sleep(15 * minute);
  await east.region.close();
  const statuses = await Promise.all(
    ['first', 'second', 'third'].map(async (name) => (await findSnapshot(west.rds, name)).Status),
  );
  expect(statuses).toEqual(['available', 'failed', 'failed']);
});

it('demands a key of the destination for an encrypted snapshot, and encrypts what was not', async () => {
  await using regions = await twoRegions();
  const { east, west } = regions;
  await makeInstance(east, 'prod', { StorageEncrypted: true });
  await makeInstance(east, 'plain');
  const { DBSnapshotArn } = await takeSnapshot(east, 'prod', 'secret');
  await expect(copySnapshot(west.rds, DBSnapshotArn, 'copy')).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: 'Must specify new KMS key for cross region encrypted snapshot copy.',
  });
  const KmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/east';
  const wrong = copySnapshot(west.rds, DBSnapshotArn, 'copy', { KmsKeyId });
  await expect(wrong).rejects.toMatchObject({ name: 'KMSKeyNotAccessibleFault' });
  const copy = await copySnapshot(west.rds, DBSnapshotArn, 'copy', { KmsKeyId: westKey });
  expect(copy).toMatchObject({ Encrypted: true, KmsKeyId: westKey });
  const here = await copySnapshot(east.rds, 'secret', 'here');
  expect(here).toMatchObject({ Encrypted: true, KmsKeyId: 'alias/aws/rds', SourceRegion: 'us-east-1' });
  const plain = await takeSnapshot(east, 'plain', 'plain');
  expect(await copySnapshot(west.rds, plain.DBSnapshotArn, 'now-secret', { KmsKeyId: westKey })).toMatchObject({
    Encrypted: true,
    KmsKeyId: westKey,
  });
  await east.clock.sleep(day);
  const restore = { DBInstanceIdentifier: 'now-secret', DBSnapshotIdentifier: 'now-secret' };
  const { DBInstance } = await west.rds.send(new RestoreDBInstanceFromDBSnapshotCommand(restore));
  expect(DBInstance).toMatchObject({ StorageEncrypted: true, KmsKeyId: westKey });
});

it('copies tags only when asked, and not beside tags that are given', async () => {
  await using virtual = await virtualRegion({ durations: { snapshot: '0s', snapshotCopy: '0s' } });
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod', { Tags: tags, CopyTagsToSnapshot: true });
  await takeSnapshot(virtual, 'prod', 'one');
  expect((await copySnapshot(rds, 'one', 'plain')).TagList).toEqual([]);
  await clock.sleep(minute);
  expect((await copySnapshot(rds, 'one', 'tagged', { CopyTags: true })).TagList).toEqual(tags);
  const given = [{ Key: 'Reason', Value: 'archive' }];
  expect((await copySnapshot(rds, 'one', 'given', { CopyTags: true, Tags: given })).TagList).toEqual(given);
});

it('copies automated snapshots, and refuses what cannot be', async () => {
  await using regions = await twoRegions({ region: 'us-west-2', quotas: { snapshotCopies: 2, manualSnapshots: 4 } });
  const { east, west } = regions;
  await makeInstance(east, 'prod');
  const { DBSnapshots } = await east.rds.send(new DescribeDBSnapshotsCommand({ SnapshotType: 'automated' }));
  const arn = DBSnapshots?.[0]?.DBSnapshotArn;
  expect((await copySnapshot(west.rds, arn, 'nightly')).SnapshotType).toBe('manual');
  await expect(copySnapshot(west.rds, arn, 'nightly')).rejects.toMatchObject({ name: 'DBSnapshotAlreadyExistsFault' });
  await expect(copySnapshot(west.rds, arn, 'rds:x')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  await expect(copySnapshot(west.rds, 'nothing', 'x')).rejects.toMatchObject({ name: 'DBSnapshotNotFoundFault' });
  await expect(copySnapshot(west.rds, 'arn:aws:s3:::x', 'x')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  const unready = copySnapshot(west.rds, 'nightly', 'x');
  await expect(unready).rejects.toMatchObject({ name: 'InvalidDBSnapshotStateFault' });
  const early = west.rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: 'nightly' }));
  await expect(early).rejects.toMatchObject({ name: 'InvalidDBSnapshotStateFault' });
  await copySnapshot(west.rds, arn, 'second');
  // Two on their way are as many as may be; once they are there, the quota of manual snapshots counts them.
  await expect(copySnapshot(west.rds, arn, 'third')).rejects.toMatchObject({ name: 'SnapshotQuotaExceededFault' });
  await east.clock.sleep(day);
  await copySnapshot(west.rds, arn, 'third');
  await east.clock.sleep(day);
  await copySnapshot(west.rds, 'third', 'fourth');
  await expect(copySnapshot(west.rds, 'third', 'x')).rejects.toMatchObject({ name: 'SnapshotQuotaExceededFault' });
});

it('ends a copy, or keeps it from ending, where a fault says so, and the next one behind it', async () => {
  await using regions = await twoRegions();
  const { east, west } = regions;
  await makeInstance(east, 'prod');
  const { DBSnapshotArn } = await takeSnapshot(east, 'prod', 'one');
  west.region.faults.inject({ operation: 'CopyDBSnapshot', call: 2, fault: { kind: 'stuck' } });
  west.region.faults.inject({ operation: 'CopyDBSnapshot', call: 1, fault: { kind: 'ends-in', status: 'failed' } });
  for (const name of ['first', 'stuck', 'behind']) await copySnapshot(west.rds, DBSnapshotArn, name);
  await east.clock.sleep(10 * day);
  const statuses = await Promise.all(
    ['first', 'stuck', 'behind'].map(async (name) => (await findSnapshot(west.rds, name)).Status),
  );
  expect(statuses).toEqual(['failed', 'creating', 'creating']);
});

it('brings a manual snapshot to a newer version, and never back', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod', { EngineVersion: '14.7' });
  await takeSnapshot(virtual, 'prod', 'old');
  const modify = (input: object) =>
    rds.send(new ModifyDBSnapshotCommand({ DBSnapshotIdentifier: 'old', ...input })).then((out) => out.DBSnapshot);
  await expect(modify({})).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  await expect(modify({ EngineVersion: '14.2' })).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  expect(await modify({ OptionGroupName: 'mine' })).toMatchObject({ OptionGroupName: 'mine', Status: 'available' });
  expect(await modify({ EngineVersion: '14.18' })).toMatchObject({ Status: 'upgrading', EngineVersion: '14.7' });
  await expect(modify({ EngineVersion: '15.2' })).rejects.toMatchObject({ name: 'InvalidDBSnapshotStateFault' });
  await clock.sleep(5 * minute);
  expect(await findSnapshot(rds, 'old')).toMatchObject({ Status: 'available', EngineVersion: '14.18' });
  const restore = { DBInstanceIdentifier: 'new', DBSnapshotIdentifier: 'old' };
  const { DBInstance } = await rds.send(new RestoreDBInstanceFromDBSnapshotCommand(restore));
  expect(DBInstance?.EngineVersion).toBe('14.18');
});

it('refuses a peer that is closed, a second region of one name, and a clock or data plane of its own', async () => {
  await using regions = await twoRegions();
  const { east, west } = regions;
  const peer = east.region;
  await expect(startLocalRegion({ peer })).rejects.toMatchObject({ code: 'invalid-input', field: 'region' });
  const clock = { ...east.clock };
  await expect(startLocalRegion({ peer, clock, region: 'eu-west-1' })).rejects.toMatchObject({ field: 'clock' });
  const dataPlane = () => Promise.reject(new Error('not to be made'));
  await expect(startLocalRegion({ peer, dataPlane, region: 'eu-west-1' })).rejects.toMatchObject({
    field: 'dataPlane',
  });
  // Whoever knows one knows all.
  await using third = await neighbourOf(west, { region: 'eu-west-1' });
  await makeInstance(third, 'prod');
  const { DBSnapshotArn } = await takeSnapshot(third, 'prod', 'one');
  expect((await copySnapshot(east.rds, DBSnapshotArn, 'one')).SourceRegion).toBe('eu-west-1');
  await using alone = await virtualRegion();
  await alone.region.close();
  await expect(startLocalRegion({ peer: alone.region })).rejects.toMatchObject({ field: 'peer' });
});
