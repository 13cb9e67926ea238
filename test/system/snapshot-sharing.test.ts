import { CreateDBSnapshotCommand, ModifyDBSnapshotAttributeCommand } from '@aws-sdk/client-rds';
import { expect, it } from 'vitest';
import { readSnapshotSharing } from '../../src/system/snapshot-sharing.js';
import { fakeSystem } from '../backup/fakes/fake-system.js';
import { virtualZephyr } from '../readiness/zephyr-virtual.js';

it('is found by asking for each manual snapshot of the instance', async () => {
  await using zephyr = await virtualZephyr({}, { StorageEncrypted: false });
  for (const name of ['b', 'a', 'c']) {
    const snapshot = { DBInstanceIdentifier: 'zephyr-production-db', DBSnapshotIdentifier: name };
    await zephyr.rds.send(new CreateDBSnapshotCommand(snapshot));
    await zephyr.clock.sleep(3_600_000);
  }
  expect(await readSnapshotSharing(zephyr.system, undefined)).toEqual({ looked: 3, shared: [] });
  const share = async (name: string, ValuesToAdd: string[]) =>
    zephyr.rds.send(
      new ModifyDBSnapshotAttributeCommand({ DBSnapshotIdentifier: name, AttributeName: 'restore', ValuesToAdd }),
    );
  await share('b', ['all']);
  await share('a', ['210987654321']);
  zephyr.region.calls.clear();
  expect(await readSnapshotSharing(zephyr.system, undefined)).toMatchObject({
    looked: 3,
    shared: [
      { identifier: 'a', sharedWith: ['210987654321'], encrypted: false },
      { identifier: 'b', sharedWith: ['all'] },
    ],
  });
  expect(zephyr.region.calls.list('DescribeDBSnapshotAttributes')).toHaveLength(3);
});

it('counts those of the instance that had the name before, none of others, and not those that have gone', async () => {
  const { system, rds } = fakeSystem();
  await rds.createSnapshot({ snapshot: 'now', instance: 'zephyr-production-db', tags: {} });
  const [now] = rds.snapshots;
  if (now === undefined) throw new Error('no snapshot');
  rds.snapshots.push(
    { ...now, identifier: 'before', resourceId: 'db-BEFORE' },
    { ...now, identifier: 'renamed', instance: 'zephyr-old' },
    { ...now, identifier: 'other', instance: 'other', resourceId: 'db-OTHER' },
  );
  for (const name of ['now', 'renamed', 'other']) rds.sharedWith.set(name, ['1']);
  rds.sharedWith.set('before', undefined);
  expect(await readSnapshotSharing(system, now.resourceId)).toMatchObject({
    looked: 3,
    shared: [{ identifier: 'now' }, { identifier: 'renamed' }],
  });
});
