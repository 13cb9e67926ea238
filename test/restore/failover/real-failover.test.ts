import {
  CreateReplicationGroupCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import { CreateDBInstanceCommand, CreateDBInstanceReadReplicaCommand, RDSClient } from '@aws-sdk/client-rds';
import { Redis } from 'ioredis';
import pg from 'pg';
import { expect, it } from 'vitest';
import { connectAws } from '../../../src/aws/index.js';
import { createPostgresDataPlane, createRedisDataPlane, startLocalRegion } from '../../../src/local/index.js';
import { connectRedis } from '../../../src/redis/index.js';
import { createMemoryJournal } from '../../../src/restore/memory-journal.js';
import { RestorePlanner } from '../../../src/restore/restore-planner.js';
import { defineSystem } from '../../../src/system/define-system.js';

const credentials = { user: 'zephyr_admin', password: 'only-for-rehearsals' };

it('loses no acknowledged row of writers that keep writing, on a real server whose change is proven', async () => {
  const plane = await createPostgresDataPlane();
  const durations = { failover: '1s', failoverZones: '1s' } as const;
  await using region = await startLocalRegion({ dataPlane: async () => plane, durations });
  const client = { region: region.region, endpoint: region.endpoint, credentials: region.credentials };
  const rds = new RDSClient(client);
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'zephyr-production-db',
      DBInstanceClass: 'db.t3.large',
      Engine: 'postgres',
      DBName: 'zephyr',
      MasterUsername: credentials.user,
      MasterUserPassword: credentials.password,
      AllocatedStorage: 20,
      BackupRetentionPeriod: 7,
      MultiAZ: true,
    }),
  );
  await region.settled();
  const replica = { DBInstanceIdentifier: 'zephyr-replica', SourceDBInstanceIdentifier: 'zephyr-production-db' };
  await rds.send(new CreateDBInstanceReadReplicaCommand(replica));
  rds.destroy();
  await region.settled();
  const zephyr = defineSystem({
    aws: connectAws(client),
    database: {
      instance: 'zephyr-production-db',
      name: 'zephyr',
      credentials,
      tls: { mode: 'verify-full', ca: plane.caCertificate },
    },
    polling: { shortest: '100ms', longest: '500ms' },
  });
  const before = await zephyr.aws.rds.describeInstance('zephyr-production-db');
  const writer = await keepWriting(before?.endpoint, plane.caCertificate);
  const planner = new RestorePlanner(zephyr);
  const plan = await planner.planFailover({ probeEvery: '100ms' });
  const { status, failover } = await planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
  const { acknowledged, found, breaks } = await writer.stop();
  expect({ status, verdict: failover?.verdict }).toEqual({ status: 'completed', verdict: 'failed-over' });
  expect(failover?.proof).toEqual(['primary-moved', 'server-changed', 'completed-event']);
  expect(failover?.after).toMatchObject({ primary: before?.standbyZone, standby: before?.availabilityZone });
  expect(Date.parse(failover?.after.serverStartedAt ?? '')).toBeGreaterThan(
    Date.parse(failover?.before.serverStartedAt ?? ''),
  );
  expect(failover?.outage).toMatchObject({ interrupted: false, to: expect.any(String) });
  expect(failover?.outage?.milliseconds).toBeGreaterThan(0);
  expect(breaks).toBeGreaterThan(0);
  expect(acknowledged.length).toBeGreaterThan(0);
  expect(found).toEqual(expect.arrayContaining([...acknowledged]));
  expect(failover?.replicas).toEqual([{ identifier: 'zephyr-replica', replication: 'replicating' }]);
  // What was written after the failover reaches the replica, too.
  const follower = await zephyr.aws.rds.describeInstance('zephyr-replica');
  await expect
    .poll(() => rowsAt(follower?.endpoint, plane.caCertificate), { timeout: 60_000 })
    .toEqual(expect.arrayContaining([...acknowledged]));
});

type Endpoint = { readonly address: string; readonly port: number } | undefined;

async function connectTo(endpoint: Endpoint, ca: string): Promise<pg.Client> {
  const { address: host = '', port = 0 } = endpoint ?? {};
  const client = new pg.Client({ ...credentials, host, port, database: 'zephyr', ssl: { ca, host } });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function rowsAt(endpoint: Endpoint, ca: string): Promise<readonly number[]> {
  const client = await connectTo(endpoint, ca);
  try {
    const { rows } = await client.query<{ id: number }>('SELECT id FROM votes');
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}

/** An application that writes one row after the other, connects anew when it breaks, and remembers what it was told is there. */
async function keepWriting(
  endpoint: Endpoint,
  ca: string,
): Promise<{
  stop(): Promise<{
    readonly acknowledged: readonly number[];
    readonly found: readonly number[];
    readonly breaks: number;
  }>;
}> {
  const connect = (): Promise<pg.Client> => connectTo(endpoint, ca);
  let client: pg.Client | undefined = await connect();
  await client.query('CREATE TABLE votes (id int PRIMARY KEY)');
  const acknowledged: number[] = [];
  let [breaks, next, going] = [0, 0, true];
  const written = (async (): Promise<void> => {
    while (going) {
      next += 1;
      try {
        client ??= await connect();
        await client.query('INSERT INTO votes VALUES ($1)', [next]);
        acknowledged.push(next);
      } catch {
        breaks += 1;
        await client?.end().catch(() => {});
        client = undefined;
      }
    }
  })();
  return {
    stop: async () => {
      going = false;
      await written;
      await client?.end();
      const found = await rowsAt(endpoint, ca);
      return { acknowledged, found, breaks };
    },
  };
}

it('measures a failover of a real Redis behind an endpoint that stays', async () => {
  const plane = await createRedisDataPlane();
  await using region = await startLocalRegion({ cachePlane: async () => plane });
  const client = { region: region.region, endpoint: region.endpoint, credentials: region.credentials };
  const elasticache = new ElastiCacheClient(client);
  await elasticache.send(
    new CreateReplicationGroupCommand({
      ReplicationGroupId: 'zephyr-production-redis',
      ReplicationGroupDescription: 'sessions',
      NumCacheClusters: 2,
      AutomaticFailoverEnabled: true,
      CacheNodeType: 'cache.t3.small',
      Engine: 'redis',
    }),
  );
  await region.settled();
  const { ReplicationGroups } = await elasticache.send(new DescribeReplicationGroupsCommand({}));
  elasticache.destroy();
  const zephyr = defineSystem({
    aws: connectAws(client),
    database: { instance: 'zephyr-production-db', name: 'zephyr', credentials },
    cache: { replicationGroup: 'zephyr-production-redis' },
    polling: { shortest: '100ms', longest: '500ms' },
  });
  const planner = new RestorePlanner(zephyr);
  const plan = await planner.planCacheFailover({ probeEvery: '100ms' });
  expect(plan.facts).toMatchObject({ primary: 'zephyr-production-redis-001', nodeGroup: '0001' });
  const { status, failover } = await planner.execute(plan, {
    approve: plan.hash,
    journal: createMemoryJournal(),
    connectCache: async ({ address: host, port }) => {
      const own = new Redis({ host, port, maxRetriesPerRequest: 0, retryStrategy: () => 100 });
      own.on('error', () => {});
      return { cache: connectRedis(own), close: async () => own.disconnect() };
    },
  });
  expect({ status, failover }).toMatchObject({
    status: 'completed',
    failover: {
      verdict: 'failed-over',
      proof: ['primary-moved', 'server-changed', 'completed-event'],
      after: { primary: 'zephyr-production-redis-002', standby: 'zephyr-production-redis-001' },
      outage: { to: expect.any(String) },
    },
  });
  const { ReplicationGroups: after } = await new ElastiCacheClient(client).send(
    new DescribeReplicationGroupsCommand({}),
  );
  expect(after?.[0]?.NodeGroups?.[0]?.PrimaryEndpoint).toEqual(
    ReplicationGroups?.[0]?.NodeGroups?.[0]?.PrimaryEndpoint,
  );
});
