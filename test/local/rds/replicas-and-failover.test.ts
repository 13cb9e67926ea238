import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  DescribeEventsCommand,
  ModifyDBInstanceCommand,
  PromoteReadReplicaCommand,
  type RDSClient,
  RebootDBInstanceCommand,
} from '@aws-sdk/client-rds';
import {
  createPostgresDataPlane,
  type LocalRegion,
  type PostgresDataPlane,
  startLocalRegion,
} from '@zephyr/backup/local';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { becomes } from '../data-plane/support/region-traces.js';
import { clientOf, instanceInput, describe as read } from './support/virtual-region.js';

let plane: PostgresDataPlane;
let east: LocalRegion;
let west: LocalRegion;
let here: RDSClient;
let there: RDSClient;
beforeAll(async () => {
  plane = await createPostgresDataPlane();
  const staleReads = { reads: 0 };
  east = await startLocalRegion({ dataPlane: plane, staleReads });
  west = await startLocalRegion({ region: 'us-west-2', peer: east, staleReads });
  here = clientOf(east, 'in-process');
  there = clientOf(west, 'in-process');
  await here.send(new CreateDBInstanceCommand({ ...instanceInput('prod'), MultiAZ: true }));
  await east.settled();
});
afterAll(async () => {
  await west.close();
  await east.close();
  await plane.close();
});

/** A session on the instance that has this name. */
async function session(rds: RDSClient, name: string): Promise<pg.Client> {
  const { Endpoint } = await read(rds, name);
  const client = new pg.Client({
    host: Endpoint?.Address ?? '',
    port: Endpoint?.Port ?? 0,
    user: 'zephyr',
    password: 'correct horse',
    database: 'zephyr',
    ssl: { ca: plane.caCertificate },
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function query(rds: RDSClient, name: string, sql: string): Promise<unknown> {
  const client = await session(rds, name);
  try {
    return Object.values((await client.query(sql)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

async function metricsOf(
  region: LocalRegion,
  name: string,
  metrics: readonly string[],
): Promise<(number | undefined)[]> {
  const { endpoint, credentials, requestHandler } = region;
  const client = new CloudWatchClient({ region: region.region, endpoint, credentials, requestHandler });
  const now = Date.now();
  const Dimensions = [{ Name: 'DBInstanceIdentifier', Value: name }];
  const { MetricDataResults } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - 300_000),
      EndTime: new Date(now),
      MetricDataQueries: metrics.map((MetricName, index) => ({
        Id: `m${index}`,
        MetricStat: { Metric: { Namespace: 'AWS/RDS', MetricName, Dimensions }, Period: 60, Stat: 'Maximum' },
      })),
    }),
  );
  return MetricDataResults?.map(({ Values }) => Values?.[0]) ?? [];
}

it('a replica in another region follows, lags when held back, and is promoted when its source is lost', async () => {
  await query(here, 'prod', 'CREATE TABLE votes AS SELECT generate_series(1, 100) AS id');
  const votes = (rds: RDSClient, name: string) => query(rds, name, 'SELECT count(*)::int FROM votes');
  const SourceDBInstanceIdentifier = (await read(here, 'prod')).DBInstanceArn;
  await there.send(new CreateDBInstanceReadReplicaCommand({ DBInstanceIdentifier: 'dr', SourceDBInstanceIdentifier }));
  expect((await read(here, 'prod')).DBInstanceStatus).toBe('modifying');
  await west.settled();
  expect(await read(there, 'dr')).toMatchObject({
    DBInstanceStatus: 'available',
    StatusInfos: [{ Status: 'replicating' }],
  });
  expect(await votes(there, 'dr')).toBe(100);
  await query(here, 'prod', 'INSERT INTO votes VALUES (101)');
  expect(await becomes(async () => (await votes(there, 'dr')) === 101, 60)).toBe(true);
  await expect(query(there, 'dr', 'DELETE FROM votes')).rejects.toMatchObject({ code: '25006' });

  const names = ['FreeStorageSpace', 'TransactionLogsDiskUsage', 'OldestReplicationSlotLag', 'ReplicaLag'];
  const [free = 0, logs = 0, slot, lag] = await metricsOf(east, 'prod', names);
  expect(free).toBeGreaterThan(99 * 1024 ** 3);
  expect(free).toBeLessThan(100 * 1024 ** 3 - logs);
  expect(logs).toBeGreaterThan(0);
  expect(slot).toBeGreaterThanOrEqual(0);
  expect(lag).toBeUndefined();
  const [, , replicaSlot, replicaLag] = await metricsOf(west, 'dr', names);
  expect(replicaSlot).toBeUndefined();
  expect(replicaLag).toBeGreaterThanOrEqual(0);

  // What does not arrive is what a promotion loses.
  await west.replicas.hold('dr');
  await query(here, 'prod', 'INSERT INTO votes VALUES (102)');
  await there.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: 'dr', BackupRetentionPeriod: 30 }));
  await west.settled();
  expect(await read(there, 'dr')).toMatchObject({
    DBInstanceStatus: 'available',
    LatestRestorableTime: expect.any(Date),
  });
  expect(await query(there, 'dr', 'SELECT pg_is_in_recovery()')).toBe(false);
  expect([await votes(there, 'dr'), await votes(here, 'prod')]).toEqual([101, 102]);
  await query(there, 'dr', 'INSERT INTO votes VALUES (1)');
});

/** How a query under way ends. */
interface Ending {
  readonly notices: readonly (string | undefined)[];
  readonly error: string;
}

/** Has a query under way and then does `work`; tells how the query ended. */
async function endingWhile(work: () => Promise<unknown>): Promise<Ending> {
  const client = await session(here, 'prod');
  const notices: (string | undefined)[] = [];
  client.on('notice', ({ code }) => notices.push(code));
  const ended = client.query('SELECT pg_sleep(600)').then(
    () => 'answered',
    (error: Error & { code?: string }) => error.code ?? error.message,
  );
  await work();
  const error = await ended;
  await client.end().catch(() => {});
  return { notices, error };
}

const reboot = (ForceFailover: boolean) =>
  here.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'prod', ForceFailover }));

it('a failover ends every session and refuses connections for a while; what was committed is there', async () => {
  const before = await read(here, 'prod');
  await query(here, 'prod', 'CREATE TABLE ballots AS SELECT 1 AS id');
  const refused: string[] = [];
  const ending = await endingWhile(async () => {
    await reboot(true);
    while ((await read(here, 'prod')).DBInstanceStatus === 'rebooting') {
      await query(here, 'prod', 'SELECT 1').catch(({ code }) => refused.push(String(code)));
    }
  });
  // Abruptly: a last word at most, and no answer (facts D7).
  expect(['Connection terminated unexpectedly', 'ECONNRESET']).toContain(ending.error);
  // The reset may come before the word was read.
  expect(['', '57P01']).toContain(ending.notices.join());
  expect(refused).toContain('ECONNREFUSED');
  const after = await read(here, 'prod');
  expect(after.Endpoint).toEqual(before.Endpoint);
  expect([after.AvailabilityZone, after.SecondaryAvailabilityZone]).toEqual([
    before.SecondaryAvailabilityZone,
    before.AvailabilityZone,
  ]);
  expect(await query(here, 'prod', 'SELECT count(*)::int FROM ballots')).toBe(1);
  const source = { SourceType: 'db-instance', SourceIdentifier: 'prod', EventCategories: ['failover'] } as const;
  const { Events } = await here.send(new DescribeEventsCommand({ ...source, EventCategories: ['failover'] }));
  expect(Events?.map(({ Message }) => Message)).toEqual([
    'Multi-AZ instance failover started.',
    'Multi-AZ instance failover completed',
  ]);
});

it('a reboot in order tells every session why it ends', async () => {
  const ending = await endingWhile(async () => {
    await reboot(false);
    await east.settled();
  });
  expect(ending).toEqual({ notices: [], error: '57P01' });
});

it('a name that is given up is refused where it was, and found where it is taken over', async () => {
  const { Endpoint } = await read(here, 'prod');
  await here.send(
    new ModifyDBInstanceCommand({
      DBInstanceIdentifier: 'prod',
      NewDBInstanceIdentifier: 'old',
      ApplyImmediately: true,
    }),
  );
  await east.settled();
  const late = new pg.Client({ host: Endpoint?.Address ?? '', port: Endpoint?.Port ?? 0, user: 'zephyr' });
  await expect(late.connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(await query(here, 'old', 'SELECT count(*)::int FROM ballots')).toBe(1);
});
