import {
  CreateDBInstanceCommand,
  RDSClient,
  StartDBInstanceAutomatedBackupsReplicationCommand,
} from '@aws-sdk/client-rds';
import { expect, it } from 'vitest';
import { connectAws } from '../../src/aws/index.js';
import { BackupCatalogue } from '../../src/backup/backup-catalogue.js';
import type { Backup, ContinuousBackup } from '../../src/core/backups.js';
import { createVirtualClock, startLocalRegion } from '../../src/local/index.js';
import { defineSystem } from '../../src/system/define-system.js';

const hour = 3_600_000;

it('an instance’s automated backups are listed with their window, also after it was deleted, and of its successor beside', async () => {
  await using region = await startLocalRegion({ clock: createVirtualClock() });
  const settings = { region: region.region, endpoint: region.endpoint, credentials: region.credentials };
  const client = new RDSClient(settings);
  const create = () =>
    client.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'zephyr-production-db',
        DBInstanceClass: 'db.t3.large',
        Engine: 'postgres',
        MasterUsername: 'a',
        MasterUserPassword: 'only-for-rehearsals',
        AllocatedStorage: 100,
        StorageEncrypted: true,
        BackupRetentionPeriod: 7,
      }),
    );
  const system = defineSystem({
    aws: connectAws(settings),
    database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
    clock: region.clock,
  });
  const catalogue = new BackupCatalogue(system);
  const continuous = async (): Promise<readonly ContinuousBackup[]> => {
    const found: Backup[] = [];
    for await (const backup of catalogue.list({ kinds: ['continuous-backup'] })) found.push(backup);
    return found.filter((backup) => backup.kind === 'continuous-backup');
  };
  await create();
  await region.clock.sleep(2 * hour);
  const [first, ...others] = await continuous();
  expect(others).toEqual([]);
  expect(first).toMatchObject({
    coverage: 'active',
    status: 'available',
    encrypted: true,
    retentionDays: 7,
    engine: 'postgres',
  });
  expect(first?.restoreWindow?.latest.getTime()).toBeGreaterThan(
    first?.restoreWindow?.earliest.getTime() ?? Number.NaN,
  );

  await system.aws.rds.deleteInstance('zephyr-production-db', { deleteAutomatedBackups: false });
  await region.clock.sleep(hour);
  expect(await continuous()).toMatchObject([{ id: first?.id, coverage: 'retained', status: 'available' }]);
  await create();
  await region.clock.sleep(2 * hour);
  const both = await continuous();
  expect(both.map(({ coverage }) => coverage).sort()).toEqual(['active', 'retained']);
  expect(await catalogue.find(first?.id ?? '')).toMatchObject({ coverage: 'retained' });
  expect((await catalogue.latest({ kind: 'continuous-backup' }))?.id).not.toBe(first?.id);
  client.destroy();
});

it('automated backups that are replicated to another region are listed there, and survive what they were replicated from', async () => {
  await using east = await startLocalRegion({ clock: createVirtualClock() });
  await using west = await startLocalRegion({ region: 'us-west-2', peer: east });
  const settingsOf = ({ region, endpoint, credentials }: typeof east) => ({ region, endpoint, credentials });
  const [here, there] = [new RDSClient(settingsOf(east)), new RDSClient(settingsOf(west))];
  const { DBInstance } = await here.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'zephyr-production-db',
      DBInstanceClass: 'db.t3.large',
      Engine: 'postgres',
      MasterUsername: 'a',
      MasterUserPassword: 'only-for-rehearsals',
      AllocatedStorage: 100,
      BackupRetentionPeriod: 7,
    }),
  );
  await east.clock.sleep(2 * hour);
  await there.send(
    new StartDBInstanceAutomatedBackupsReplicationCommand({
      SourceDBInstanceArn: DBInstance?.DBInstanceArn,
      BackupRetentionPeriod: 7,
    }),
  );
  await east.clock.sleep(2 * hour);
  const system = defineSystem({
    aws: connectAws(settingsOf(east)),
    otherRegions: [connectAws(settingsOf(west))],
    database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
    clock: east.clock,
  });
  const seen = async (regions?: readonly string[]): Promise<readonly string[]> => {
    const found: string[] = [];
    const catalogue = new BackupCatalogue(system);
    for await (const backup of catalogue.list({ kinds: ['continuous-backup'], regions }))
      if (backup.kind === 'continuous-backup') found.push(`${backup.region} ${backup.coverage} ${backup.status}`);
    return found;
  };
  expect(await seen()).toEqual(['us-east-1 active available', 'us-west-2 replicated available']);
  await system.aws.rds.deleteInstance('zephyr-production-db', { deleteAutomatedBackups: true });
  await east.clock.sleep(hour);
  expect(await seen(['us-west-2'])).toEqual(['us-west-2 replicated available']);
  here.destroy();
  there.destroy();
});
