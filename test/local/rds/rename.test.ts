import { DescribeDBInstancesCommand, ModifyDBInstanceCommand, type RDSClient } from '@aws-sdk/client-rds';
import { expect, it } from 'vitest';
import { describe, makeInstance, minute, virtualRegion } from './support/virtual-region.js';

const rename = (rds: RDSClient, from: string, to: string, more: object = { ApplyImmediately: true }) =>
  rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: from, NewDBInstanceIdentifier: to, ...more }));

const found = async (rds: RDSClient, name: string): Promise<string> =>
  describe(rds, name).then(
    ({ DBInstanceStatus }) => DBInstanceStatus ?? '',
    ({ name }: Error) => name,
  );

it('shows the races of a rename: still the old name, available; then neither name; then the new one', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  const before = await makeInstance(virtual, 'prod');
  const { DBInstance: answer } = await rename(rds, 'prod', 'old');
  expect(answer).toMatchObject({
    DBInstanceIdentifier: 'prod',
    DBInstanceStatus: 'available',
    PendingModifiedValues: { DBInstanceIdentifier: 'old' },
  });
  const trail: string[] = [];
  for (let index = 0; index < 40; index += 1) {
    const seen = `${await found(rds, 'prod')} / ${await found(rds, 'old')}`;
    if (trail.at(-1) !== seen) trail.push(seen);
    await clock.sleep(10_000);
  }
  expect(trail).toEqual([
    'available / DBInstanceNotFoundFault',
    'renaming / DBInstanceNotFoundFault',
    'DBInstanceNotFoundFault / DBInstanceNotFoundFault',
    'DBInstanceNotFoundFault / rebooting',
    'DBInstanceNotFoundFault / available',
  ]);
  const after = await describe(rds, 'old');
  expect(after.DbiResourceId).toBe(before.DbiResourceId);
  expect(after.DBInstanceArn).toBe('arn:aws:rds:us-east-1:123456789012:db:old');
  expect(after.Endpoint?.Address).toMatch(/^old\./);
});

it('can be followed by its resource id all the way', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  const { DbiResourceId = '' } = await makeInstance(virtual, 'prod');
  await rename(rds, 'prod', 'old');
  const names = new Set<string | undefined>();
  for (let index = 0; index < 40; index += 1) {
    const filter = { Name: 'dbi-resource-id', Values: [DbiResourceId] };
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ Filters: [filter] }));
    expect(DBInstances).toHaveLength(1);
    names.add(DBInstances?.[0]?.DBInstanceIdentifier);
    await clock.sleep(10_000);
  }
  expect([...names]).toEqual(['prod', 'old']);
});

it('gives the name away only once it is free, and not while the other is busy', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  await makeInstance(virtual, 'candidate');
  await rename(rds, 'prod', 'old');
  await expect(rename(rds, 'candidate', 'prod')).rejects.toMatchObject({ name: 'DBInstanceAlreadyExistsFault' });
  await expect(rename(rds, 'candidate', 'old')).rejects.toMatchObject({ name: 'DBInstanceAlreadyExistsFault' });
  await expect(rename(rds, 'prod', 'older')).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
  await clock.sleep(6 * minute);
  await rename(rds, 'candidate', 'prod');
  await clock.sleep(6 * minute);
  const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({}));
  expect(DBInstances?.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier).toSorted()).toEqual(['old', 'prod']);
});

it('waits for the maintenance window unless applied immediately: the call succeeds and nothing happens', async () => {
  await using virtual = await virtualRegion();
  const { rds, clock } = virtual;
  await makeInstance(virtual, 'prod');
  await rename(rds, 'prod', 'old', {});
  await clock.sleep(30 * minute);
  expect(await describe(rds, 'prod')).toMatchObject({
    DBInstanceStatus: 'available',
    PendingModifiedValues: { DBInstanceIdentifier: 'old' },
  });
});
