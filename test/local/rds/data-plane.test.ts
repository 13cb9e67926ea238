import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  ModifyDBInstanceCommand,
  RebootDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import {
  createPostgresDataPlane,
  type LocalRegion,
  type PostgresDataPlane,
  startLocalRegion,
} from '@zephyr/backup/local';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientOf, instanceInput, describe as read } from './support/virtual-region.js';

let plane: PostgresDataPlane;
let region: LocalRegion;
let rds: ReturnType<typeof clientOf>;
beforeAll(async () => {
  plane = await createPostgresDataPlane();
  region = await startLocalRegion({ dataPlane: plane, staleReads: { reads: 0 } });
  rds = clientOf(region, 'http');
});
afterAll(async () => {
  rds.destroy();
  await region.close();
  await plane.close();
});

/** Runs one statement on the instance of this name. */
async function query(name: string, sql: string, password = 'correct horse'): Promise<Record<string, unknown>[]> {
  const { Endpoint } = await read(rds, name);
  const client = new pg.Client({
    host: Endpoint?.Address ?? '',
    port: Endpoint?.Port ?? 0,
    user: 'zephyr',
    password,
    database: 'zephyr',
    ssl: { ca: plane.caCertificate },
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const votes = async (name: string, password?: string): Promise<unknown> =>
  (await query(name, 'SELECT count(*)::int AS n FROM votes', password))[0]?.n;

/** Waits for real work, and then reads the status. */
async function settledStatus(name: string): Promise<string | undefined> {
  await region.settled();
  return (await read(rds, name)).DBInstanceStatus;
}

it('makes a real database, restores it from a snapshot and to an instant, renames, reboots and deletes it', async () => {
  await rds.send(new CreateDBInstanceCommand(instanceInput('prod')));
  expect((await read(rds, 'prod')).DBInstanceStatus).toBe('creating');
  expect(await settledStatus('prod')).toBe('available');
  expect(await read(rds, 'prod')).toMatchObject({
    EngineVersion: plane.version,
    LatestRestorableTime: expect.any(Date),
  });
  await query('prod', 'CREATE TABLE votes AS SELECT generate_series(1, 100) AS id');

  await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'hundred' }));
  await region.settled();
  const [instant] = await query('prod', 'INSERT INTO votes VALUES (101) RETURNING clock_timestamp() AS now');
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const restoreTime = new Date(Math.ceil(Number(instant?.now) / 1000) * 1000);
  await query('prod', 'DELETE FROM votes');
  await region.shipLogs();
  expect((await read(rds, 'prod')).LatestRestorableTime?.getTime()).toBeGreaterThan(restoreTime.getTime());

  const fromSnapshot = { DBInstanceIdentifier: 'restored', DBSnapshotIdentifier: 'hundred', BackupRetentionPeriod: 0 };
  await rds.send(new RestoreDBInstanceFromDBSnapshotCommand(fromSnapshot));
  const toInstant = {
    SourceDBInstanceIdentifier: 'prod',
    TargetDBInstanceIdentifier: 'candidate',
    RestoreTime: restoreTime,
  };
  await rds.send(new RestoreDBInstanceToPointInTimeCommand(toInstant));
  expect(await settledStatus('restored')).toBe('available');
  expect(await settledStatus('candidate')).toBe('available');
  expect(await votes('prod')).toBe(0);
  expect(await votes('restored')).toBe(100);
  expect(await votes('candidate')).toBe(101);

  const rename = async (from: string, to: string): Promise<void> => {
    const change = { DBInstanceIdentifier: from, NewDBInstanceIdentifier: to, ApplyImmediately: true };
    await rds.send(new ModifyDBInstanceCommand(change));
    expect(await settledStatus(to)).toBe('available');
  };
  const { Endpoint } = await read(rds, 'prod');
  await rename('prod', 'old');
  await rename('candidate', 'prod');
  expect((await read(rds, 'prod')).Endpoint).toEqual(Endpoint);
  expect(await votes('prod')).toBe(101);
  expect(await votes('old')).toBe(0);

  const [before] = await query('restored', 'SELECT pg_postmaster_start_time() AS started');
  await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'restored' }));
  expect(await settledStatus('restored')).toBe('available');
  const [after] = await query('restored', 'SELECT pg_postmaster_start_time() AS started');
  expect(Number(after?.started)).toBeGreaterThan(Number(before?.started));
  await rds.send(
    new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'restored', MasterUserPassword: 'battery staple' }),
  );
  await region.settled();
  expect(await votes('restored', 'battery staple')).toBe(100);
  await expect(votes('restored')).rejects.toMatchObject({ code: '28P01' });

  const keep = { DBInstanceIdentifier: 'old', SkipFinalSnapshot: true, DeleteAutomatedBackups: false };
  const { DBInstance: deleted } = await rds.send(new DeleteDBInstanceCommand(keep));
  await region.settled();
  await expect(read(rds, 'old')).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
  const fromRetained = {
    SourceDbiResourceId: deleted?.DbiResourceId,
    TargetDBInstanceIdentifier: 'again',
    RestoreTime: restoreTime,
    BackupRetentionPeriod: 0,
  };
  await rds.send(new RestoreDBInstanceToPointInTimeCommand(fromRetained));
  expect(await settledStatus('again')).toBe('available');
  expect(await votes('again')).toBe(101);
});
