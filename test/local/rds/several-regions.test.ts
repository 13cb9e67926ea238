import { existsSync } from 'node:fs';
import {
  CopyDBSnapshotCommand,
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceAutomatedBackupCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  type RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
  StartDBInstanceAutomatedBackupsReplicationCommand,
} from '@aws-sdk/client-rds';
import { createPostgresDataPlane, type PostgresDataPlane, startLocalRegion } from '@zephyr/backup/local';
import { expect, it } from 'vitest';
import { queryEndpoint } from './support/query-instance.js';
import { findSnapshot } from './support/regions.js';
import { clientOf, describe, instanceInput } from './support/virtual-region.js';

const endpointOf = async (rds: RDSClient, name: string) => (await describe(rds, name)).Endpoint;

it('restores a real copy in another region after the first is lost, and leaves nothing when the last closes', async () => {
  let plane: PostgresDataPlane | undefined;
  const dataPlane = async (): Promise<PostgresDataPlane> => {
    plane = await createPostgresDataPlane();
    return plane;
  };
  const staleReads = { reads: 0 };
  await using east = await startLocalRegion({ dataPlane, staleReads });
  await using west = await startLocalRegion({ region: 'us-west-2', peer: east, staleReads });
  const [here, there] = [clientOf(east, 'in-process'), clientOf(west, 'in-process')];
  await here.send(new CreateDBInstanceCommand({ ...instanceInput('prod'), BackupRetentionPeriod: 0 }));
  await east.settled();
  const lost = await endpointOf(here, 'prod');
  await queryEndpoint(lost, 'CREATE TABLE votes AS SELECT generate_series(1, 100) AS id');
  for (const name of ['hundred', 'short-lived']) {
    await here.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: name }));
    await east.settled();
    const SourceDBSnapshotIdentifier = `arn:aws:rds:us-east-1:123456789012:snapshot:${name}`;
    await there.send(new CopyDBSnapshotCommand({ SourceDBSnapshotIdentifier, TargetDBSnapshotIdentifier: name }));
  }
  // The second copy waits for the first, and its source goes: whether it was done by then or not, nothing breaks.
  await here.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: 'short-lived' }));
  await west.settled();
  expect(['failed', 'available']).toContain((await findSnapshot(there, 'short-lived')).Status);
  await there.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: 'short-lived' }));
  expect(await findSnapshot(there, 'hundred')).toMatchObject({
    Status: 'available',
    FullSnapshotSizeInBytes: (await findSnapshot(here, 'hundred')).FullSnapshotSizeInBytes,
  });

  await east.close();
  await expect(queryEndpoint(lost, 'SELECT 1 AS value')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const restore = { DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'hundred', BackupRetentionPeriod: 0 };
  await there.send(new RestoreDBInstanceFromDBSnapshotCommand(restore));
  await west.settled();
  const found = await endpointOf(there, 'prod');
  // One name, two regions, two servers.
  expect(found).not.toEqual(lost);
  expect(await queryEndpoint(found, 'SELECT count(*)::int AS value FROM votes')).toBe(100);
  const directory = plane?.directory ?? '';
  expect(existsSync(directory)).toBe(true);
  await west.close();
  expect(existsSync(directory)).toBe(false);
});

it('restores replicated backups to an instant after the source and its own backups are gone', async () => {
  const staleReads = { reads: 0 };
  await using east = await startLocalRegion({ dataPlane: () => createPostgresDataPlane(), staleReads });
  await using west = await startLocalRegion({ region: 'us-west-2', peer: east, staleReads });
  const [here, there] = [clientOf(east, 'in-process'), clientOf(west, 'in-process')];
  await here.send(new CreateDBInstanceCommand(instanceInput('prod')));
  await east.settled();
  const SourceDBInstanceArn = 'arn:aws:rds:us-east-1:123456789012:db:prod';
  const replicate = { SourceDBInstanceArn, BackupRetentionPeriod: 7 };
  const { DBInstanceAutomatedBackup: backups } = await there.send(
    new StartDBInstanceAutomatedBackupsReplicationCommand(replicate),
  );
  await west.settled();
  await queryEndpoint(await endpointOf(here, 'prod'), 'CREATE TABLE votes AS SELECT generate_series(1, 100) AS id');
  await here.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'prod', SkipFinalSnapshot: true }));
  await east.settled();
  const restore = {
    SourceDBInstanceAutomatedBackupsArn: backups?.DBInstanceAutomatedBackupsArn,
    TargetDBInstanceIdentifier: 'rescued',
    UseLatestRestorableTime: true,
    BackupRetentionPeriod: 0,
  };
  await there.send(new RestoreDBInstanceToPointInTimeCommand(restore));
  await west.settled();
  expect(await queryEndpoint(await endpointOf(there, 'rescued'), 'SELECT count(*)::int AS value FROM votes')).toBe(100);
  const { DBInstanceAutomatedBackupsArn } = backups ?? {};
  await there.send(new DeleteDBInstanceAutomatedBackupCommand({ DBInstanceAutomatedBackupsArn }));
  await west.settled();
});
