import {
  CreateDBSnapshotCommand,
  DeleteDBSnapshotCommand,
  DescribeAccountAttributesCommand,
  DescribeDBSnapshotsCommand,
  paginateDescribeDBSnapshots,
  type RDSClient,
} from '@aws-sdk/client-rds';
import { expect, it } from 'vitest';
import { describe, makeInstance, minute, virtualRegion } from './support/virtual-region.js';

const snap = async (rds: RDSClient, name: string, more: object = {}) =>
  (await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: name, ...more })))
    .DBSnapshot;
const read = async (rds: RDSClient, input: object) =>
  (await rds.send(new DescribeDBSnapshotsCommand(input))).DBSnapshots ?? [];

it('makes a snapshot: no times and a growing progress while creating, all of them when available', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  const asked = await snap(rds, 'Before-V2', { Tags: [{ Key: 'Reason', Value: 'pre-deployment' }] });
  expect(asked).toMatchObject({ DBSnapshotIdentifier: 'before-v2', Status: 'creating', PercentProgress: 0 });
  expect(asked?.SnapshotCreateTime).toBeUndefined();
  expect(asked?.OriginalSnapshotCreateTime).toBeUndefined();
  await clock.sleep(2 * minute);
  expect(await read(rds, { DBSnapshotIdentifier: 'before-v2' })).toMatchObject([
    { Status: 'creating', PercentProgress: 66 },
  ]);
  expect((await describe(rds, 'prod')).DBInstanceStatus).toBe('backing-up');
  await clock.sleep(2 * minute);
  const time = new Date('2025-11-09T14:10:00Z');
  expect(await read(rds, { DBSnapshotIdentifier: 'before-v2' })).toMatchObject([
    {
      Status: 'available',
      PercentProgress: 100,
      SnapshotType: 'manual',
      SnapshotCreateTime: time,
      OriginalSnapshotCreateTime: time,
      SnapshotDatabaseTime: time,
      TagList: [{ Key: 'Reason', Value: 'pre-deployment' }],
    },
  ]);
  expect((await describe(rds, 'prod')).DBInstanceStatus).toBe('available');
});

it('refuses a second snapshot meanwhile, a name that is taken, a source that is not there', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  await snap(rds, 'one');
  await expect(snap(rds, 'two')).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
  await expect(snap(rds, 'one')).rejects.toMatchObject({
    name: 'DBSnapshotAlreadyExistsFault',
    Code: 'DBSnapshotAlreadyExists',
  });
  await clock.sleep(5 * minute);
  await expect(snap(rds, 'ONE')).rejects.toMatchObject({ name: 'DBSnapshotAlreadyExistsFault' });
  await expect(snap(rds, '1bad')).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: 'Invalid snapshot identifier:  1bad',
  });
  await expect(snap(rds, 'two', { DBInstanceIdentifier: 'gone' })).rejects.toMatchObject({
    name: 'DBInstanceNotFoundFault',
  });
  await expect(snap(rds, 'two', { Tags: [{ Key: 'aws:x', Value: '' }] })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
  await expect(read(rds, { DBSnapshotIdentifier: 'two' })).rejects.toMatchObject({
    name: 'DBSnapshotNotFoundFault',
    $metadata: { httpStatusCode: 404 },
  });
});

it('copies the tags of the instance only where none are given', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod', { CopyTagsToSnapshot: true, Tags: [{ Key: 'Team', Value: 'votes' }] });
  expect((await snap(rds, 'copied'))?.TagList).toEqual([{ Key: 'Team', Value: 'votes' }]);
  await clock.sleep(5 * minute);
  const given = [{ Key: 'Reason', Value: 'test' }];
  expect((await snap(rds, 'given', { Tags: given }))?.TagList).toEqual(given);
});

it('counts manual snapshots, and only those, against the quota', async () => {
  await using virtual = await virtualRegion({ quotas: { manualSnapshots: 2 }, durations: { snapshot: '0s' } });
  const { rds } = virtual;
  await makeInstance(virtual, 'prod');
  await snap(rds, 'one');
  await snap(rds, 'two');
  await expect(snap(rds, 'three')).rejects.toMatchObject({ name: 'SnapshotQuotaExceededFault' });
  const { AccountQuotas } = await rds.send(new DescribeAccountAttributesCommand({}));
  expect(AccountQuotas).toContainEqual({ AccountQuotaName: 'ManualSnapshots', Used: 2, Max: 2 });
});

it('deletes manual snapshots that are available, and no others', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  const remove = (name = '') => rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: name }));
  await snap(rds, 'one');
  await expect(remove('one')).rejects.toMatchObject({ name: 'InvalidDBSnapshotStateFault' });
  await clock.sleep(5 * minute);
  expect((await remove('one')).DBSnapshot).toMatchObject({ DBSnapshotIdentifier: 'one', Status: 'deleted' });
  await expect(remove('one')).rejects.toMatchObject({ name: 'DBSnapshotNotFoundFault' });
  const [automated] = await read(rds, { SnapshotType: 'automated' });
  expect(automated?.DBSnapshotIdentifier).toBe('rds:prod-2025-11-09-14-05');
  await expect(remove(automated?.DBSnapshotIdentifier)).rejects.toMatchObject({ name: 'InvalidDBSnapshotStateFault' });
});

it('pages through many without losing or repeating one, though some come and go meanwhile', async () => {
  await using virtual = await virtualRegion({ durations: { snapshot: '0s' } });
  const { rds } = virtual;
  await makeInstance(virtual, 'prod');
  const names = Array.from({ length: 70 }, (_, index) => `snapshot-${String(index).padStart(2, '0')}`);
  for (const name of names) await snap(rds, name);
  const seen: string[] = [];
  for await (const page of paginateDescribeDBSnapshots({ client: rds, pageSize: 20 }, { SnapshotType: 'manual' })) {
    const [first = ''] = (page.DBSnapshots ?? []).map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier ?? '');
    seen.push(...(page.DBSnapshots ?? []).map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier ?? ''));
    await rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: first }));
  }
  expect(seen).not.toEqual(names);
  expect(seen.toSorted()).toEqual(names);
  const bad = read(rds, { Marker: 'nonsense' });
  await expect(bad).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

it('filters by instance, resource id, type and name', async () => {
  await using virtual = await virtualRegion({ durations: { snapshot: '0s' } });
  const { rds } = virtual;
  const { DbiResourceId = '' } = await makeInstance(virtual, 'prod');
  await makeInstance(virtual, 'other');
  await snap(rds, 'one');
  const names = async (input: object) =>
    (await read(rds, input)).map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier).toSorted();
  expect(await names({})).toHaveLength(3);
  expect(await names({ DBInstanceIdentifier: 'prod', SnapshotType: 'manual' })).toEqual(['one']);
  expect(await names({ DbiResourceId })).toEqual(['one', 'rds:prod-2025-11-09-14-05']);
  const filter = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });
  expect(await names(filter('db-snapshot-id', 'one', 'two'))).toEqual(['one']);
  expect(await names(filter('snapshot-type', 'automated'))).toHaveLength(2);
  expect(await names({ DBInstanceIdentifier: 'nobody' })).toEqual([]);
  expect(await names({ DBSnapshotIdentifier: 'arn:aws:rds:us-east-1:123456789012:snapshot:one' })).toEqual(['one']);
  await expect(names({ SnapshotType: 'pink' })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});
