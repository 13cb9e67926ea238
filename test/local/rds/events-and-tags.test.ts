import {
  AddTagsToResourceCommand,
  CreateDBSnapshotCommand,
  DescribeEventsCommand,
  ListTagsForResourceCommand,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-rds';
import { expect, it } from 'vitest';
import { day, makeInstance, minute, virtualRegion } from './support/virtual-region.js';

it('tells what happened in the last hour, by source, category and period', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'one' }));
  await clock.sleep(5 * minute);
  const events = async (input: object) => (await rds.send(new DescribeEventsCommand(input))).Events ?? [];
  expect((await events({})).map(({ Message }) => Message)).toContain('DB instance created');
  expect(await events({ SourceType: 'db-snapshot', SourceIdentifier: 'one' })).toMatchObject([
    { Message: 'Creating manual snapshot', EventCategories: ['creation'], Date: new Date('2025-11-09T14:10:00Z') },
    { Message: 'Manual snapshot created', SourceArn: 'arn:aws:rds:us-east-1:123456789012:snapshot:one' },
  ]);
  expect(await events({ EventCategories: ['failover'] })).toEqual([]);
  const period = { StartTime: new Date('2025-11-09T14:12:00Z'), EndTime: new Date('2025-11-09T14:14:00Z') };
  expect((await events({ ...period, SourceType: 'db-snapshot' })).map(({ Message }) => Message)).toEqual([
    'Manual snapshot created',
  ]);
  await expect(events({ SourceIdentifier: 'prod' })).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  await clock.sleep(2 * 60 * minute);
  expect(await events({})).toEqual([]);
  expect(await events({ Duration: 240 })).not.toEqual([]);
  await clock.sleep(15 * day);
  const since = await events({ StartTime: new Date('2025-11-09T00:00:00Z') });
  expect(since.filter(({ Message }) => Message === 'DB instance created')).toEqual([]); // fourteen days, no more
});

it('tags instances and snapshots by their ARN', async () => {
  await using virtual = await virtualRegion({ durations: { snapshot: '0s' } });
  const { rds } = virtual;
  const { DBInstanceArn } = await makeInstance(virtual, 'prod', { Tags: [{ Key: 'a', Value: '1' }] });
  await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'one' }));
  const snapshotArn = 'arn:aws:rds:us-east-1:123456789012:snapshot:one';
  const tags = async (ResourceName: string | undefined) =>
    (await rds.send(new ListTagsForResourceCommand({ ResourceName }))).TagList;
  const add = (ResourceName: string | undefined, Key: string, Value: string) =>
    rds.send(new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key, Value }] }));
  await add(DBInstanceArn, 'a', '2');
  await add(DBInstanceArn, 'b', '<&>'.replace(/[<&>]/g, '+'));
  await add(snapshotArn, 'zephyr:hold', 'legal');
  expect(await tags(DBInstanceArn)).toEqual([
    { Key: 'a', Value: '2' },
    { Key: 'b', Value: '+++' },
  ]);
  expect(await tags(snapshotArn)).toEqual([{ Key: 'zephyr:hold', Value: 'legal' }]);
  await rds.send(new RemoveTagsFromResourceCommand({ ResourceName: DBInstanceArn, TagKeys: ['a', 'absent'] }));
  expect(await tags(DBInstanceArn)).toEqual([{ Key: 'b', Value: '+++' }]);
  await expect(tags('arn:aws:rds:us-east-1:123456789012:snapshot:gone')).rejects.toMatchObject({
    name: 'DBSnapshotNotFoundFault',
  });
  await expect(tags('arn:aws:rds:us-east-1:123456789012:db:gone')).rejects.toMatchObject({
    name: 'DBInstanceNotFoundFault',
  });
  await expect(tags('prod')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  await expect(add(DBInstanceArn, 'x'.repeat(129), '')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});
