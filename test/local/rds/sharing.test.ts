import {
  DescribeDBSnapshotAttributesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBSnapshotAttributeCommand,
  type RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import { expect, it } from 'vitest';
import { copySnapshot, findSnapshot, takeSnapshot, twoRegions } from './support/regions.js';
import { day, describe, makeInstance, virtualRegion } from './support/virtual-region.js';

const ours = '123456789012';
const theirs = '999999999999';
const arn = (name: string) => `arn:aws:rds:us-east-1:${ours}:snapshot:${name}`;

const share = async (rds: RDSClient, name: string, add: string[], remove: string[] = [], attribute = 'restore') => {
  const input = { DBSnapshotIdentifier: name, AttributeName: attribute, ValuesToAdd: add, ValuesToRemove: remove };
  const { DBSnapshotAttributesResult: result } = await rds.send(new ModifyDBSnapshotAttributeCommand(input));
  return result?.DBSnapshotAttributes;
};
const names = async (rds: RDSClient, input: object) =>
  ((await rds.send(new DescribeDBSnapshotsCommand(input))).DBSnapshots ?? [])
    .map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier)
    .toSorted();

it('shows another account what is shared with it, by ARN, and what is public', async () => {
  await using accounts = await twoRegions({ accountId: theirs });
  const { east: us, west: them } = accounts;
  await makeInstance(us, 'prod');
  for (const name of ['private', 'shared', 'public']) await takeSnapshot(us, 'prod', name);
  expect(await share(us.rds, 'shared', [theirs])).toEqual([{ AttributeName: 'restore', AttributeValues: [theirs] }]);
  await share(us.rds, 'public', ['all']);
  expect(await names(them.rds, {})).toEqual([]);
  expect(await names(them.rds, { IncludeShared: true })).toEqual([arn('shared')]);
  expect(await names(them.rds, { IncludeShared: true, IncludePublic: true })).toEqual([arn('public'), arn('shared')]);
  expect(await names(them.rds, { SnapshotType: 'shared' })).toEqual([arn('shared')]);
  expect(await names(them.rds, { SnapshotType: 'public' })).toEqual([arn('public')]);
  expect(await names(them.rds, { SnapshotType: 'manual', IncludeShared: true })).toEqual([]);
  expect(await findSnapshot(them.rds, arn('shared'))).toMatchObject({ SnapshotType: 'shared', Status: 'available' });
  await expect(findSnapshot(them.rds, arn('private'))).rejects.toMatchObject({ name: 'DBSnapshotNotFoundFault' });
  await expect(copySnapshot(them.rds, arn('private'), 'x')).rejects.toMatchObject({ name: 'DBSnapshotNotFoundFault' });
  // It is theirs to read, and not to give away.
  await expect(share(them.rds, arn('shared'), ['all'])).rejects.toMatchObject({ name: 'DBSnapshotNotFoundFault' });
  await copySnapshot(them.rds, arn('shared'), 'mine');
  await us.clock.sleep(day);
  await share(us.rds, 'shared', [], [theirs]);
  expect(await names(them.rds, { IncludeShared: true })).toEqual(['mine']);
  const restore = { DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: arn('public') };
  await them.rds.send(new RestoreDBInstanceFromDBSnapshotCommand(restore));
  await us.clock.sleep(day);
  expect(await describe(them.rds, 'prod')).toMatchObject({
    DBInstanceStatus: 'available',
    DBInstanceArn: `arn:aws:rds:us-east-1:${theirs}:db:prod`,
  });
});

it('lets an encrypted snapshot be shared under a key that can be, to be copied and not restored', async () => {
  await using accounts = await twoRegions({ accountId: theirs });
  const { east: us, west: them } = accounts;
  const key = `arn:aws:kms:us-east-1:${ours}:key/ours`;
  await makeInstance(us, 'prod', { StorageEncrypted: true, KmsKeyId: key });
  await makeInstance(us, 'default', { StorageEncrypted: true });
  await takeSnapshot(us, 'prod', 'secret');
  await takeSnapshot(us, 'default', 'unshareable');
  await expect(share(us.rds, 'secret', ['all'])).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  await expect(share(us.rds, 'unshareable', [theirs])).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  await share(us.rds, 'secret', [theirs]);
  const restore = { DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: arn('secret') };
  const restored = them.rds.send(new RestoreDBInstanceFromDBSnapshotCommand(restore));
  await expect(restored).rejects.toMatchObject({ name: 'InvalidRestoreFault' });
  const keyless = copySnapshot(them.rds, arn('secret'), 'mine');
  await expect(keyless).rejects.toMatchObject({ name: 'KMSKeyNotAccessibleFault' });
  const own = `arn:aws:kms:us-east-1:${theirs}:key/theirs`;
  expect((await copySnapshot(them.rds, arn('secret'), 'mine', { KmsKeyId: own })).KmsKeyId).toBe(own);
});

it('refuses what cannot be shared', async () => {
  await using virtual = await virtualRegion();
  const { rds } = virtual;
  await makeInstance(virtual, 'prod');
  await takeSnapshot(virtual, 'prod', 'one');
  const [automated = ''] = await names(rds, { SnapshotType: 'automated' });
  await expect(share(rds, automated, [theirs])).rejects.toMatchObject({ name: 'InvalidDBSnapshotStateFault' });
  await expect(share(rds, 'one', ['someone'])).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  await expect(share(rds, 'one', [theirs], [], 'delete')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  const many = Array.from({ length: 20 }, (_, index) => String(100_000_000_000 + index));
  await share(rds, 'one', many);
  await expect(share(rds, 'one', [theirs])).rejects.toMatchObject({ name: 'SharedSnapshotQuotaExceededFault' });
  await share(rds, 'one', [theirs, 'all'], many.slice(0, 1));
  const { DBSnapshotAttributesResult: result } = await rds.send(
    new DescribeDBSnapshotAttributesCommand({ DBSnapshotIdentifier: 'one' }),
  );
  expect(result?.DBSnapshotAttributes?.[0]?.AttributeValues).toEqual([...many.slice(1), theirs, 'all']);
});
