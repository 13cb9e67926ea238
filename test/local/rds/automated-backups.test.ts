import {
  CreateDBSnapshotCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventsCommand,
  RebootDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { expect, it } from 'vitest';
import { day, makeInstance, minute, type VirtualRegion, virtualRegion } from './support/virtual-region.js';

const automated = async ({ rds }: VirtualRegion) => {
  const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ SnapshotType: 'automated' }));
  return (DBSnapshots ?? []).map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier ?? '').toSorted();
};

it('backs up every night in the window, under the real names, and keeps as many days as asked', async () => {
  await using virtual = await virtualRegion();
  await makeInstance(virtual, 'prod', { BackupRetentionPeriod: 30 });
  await virtual.clock.sleep(365 * day);
  const names = await automated(virtual);
  // The one of thirty days ago is still there if it was taken later in its window than today's.
  expect([30, 31]).toContain(names.length);
  for (const name of names) expect(name).toMatch(/^rds:prod-2026-(10|11)-\d\d-03-[0-5]\d$/);
  const { DBInstanceAutomatedBackups } = await virtual.rds.send(new DescribeDBInstanceAutomatedBackupsCommand({}));
  const window = DBInstanceAutomatedBackups?.[0]?.RestoreWindow;
  const days = ((window?.LatestTime?.getTime() ?? 0) - (window?.EarliestTime?.getTime() ?? 0)) / day;
  expect(days).toBeGreaterThan(29);
  expect(days).toBeLessThan(31);
  expect(virtual.clock.now().getTime() - (window?.LatestTime?.getTime() ?? 0)).toBeLessThan(5 * minute);
});

it('does not expire manual snapshots', async () => {
  await using virtual = await virtualRegion();
  await makeInstance(virtual, 'prod');
  await virtual.rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'kept' }));
  await virtual.clock.sleep(100 * day);
  const { DBSnapshots } = await virtual.rds.send(new DescribeDBSnapshotsCommand({ SnapshotType: 'manual' }));
  expect(DBSnapshots).toMatchObject([{ DBSnapshotIdentifier: 'kept' }]);
});

it('skips the night in which the instance is busy for the whole window', async () => {
  await using virtual = await virtualRegion({ durations: { reboot: '3h' } });
  await makeInstance(virtual, 'prod');
  await virtual.clock.sleep(12 * 60 * minute + 30 * minute); // 02:40
  await virtual.rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'prod' }));
  await virtual.clock.sleep(2 * day);
  const nights = (await automated(virtual)).map((name) => name.slice('rds:prod-'.length, -'-03-00'.length));
  expect(nights).toEqual(['2025-11-09', '2025-11-11']);
});

it('leaves the events of a night, on the instance and on the snapshot', async () => {
  await using virtual = await virtualRegion();
  await makeInstance(virtual, 'prod');
  await virtual.clock.sleep(day);
  const events = async (input: object) =>
    (await virtual.rds.send(new DescribeEventsCommand({ Duration: 720, ...input }))).Events?.map(
      ({ Message }) => Message,
    );
  expect(await events({ SourceType: 'db-instance', SourceIdentifier: 'prod', EventCategories: ['backup'] })).toEqual([
    'Backing up DB instance',
    'Finished DB Instance backup',
  ]);
  expect(await events({ SourceType: 'db-snapshot' })).toEqual([
    'Creating automated snapshot',
    'Automated snapshot created',
  ]);
});

it('takes none when switched off', async () => {
  await using virtual = await virtualRegion({ automatedBackups: false });
  await makeInstance(virtual, 'prod');
  await virtual.clock.sleep(10 * day);
  expect(await automated(virtual)).toEqual([]);
});
