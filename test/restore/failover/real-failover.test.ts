import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateReplicationGroupCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import { CreateDBInstanceCommand, CreateDBInstanceReadReplicaCommand, RDSClient } from '@aws-sdk/client-rds';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectAws } from '../../../src/aws/index.js';
import { systemClock } from '../../../src/core/clock.js';
import {
  createPostgresDataPlane,
  createRedisDataPlane,
  type LocalRegion,
  type PostgresDataPlane,
  startLocalRegion,
} from '../../../src/local/index.js';
import { connectRedis } from '../../../src/redis/index.js';
import { createFileJournal } from '../../../src/restore/execution/file-journal.js';
import { createMemoryJournal } from '../../../src/restore/execution/memory-journal.js';
import { RestorePlanner } from '../../../src/restore/restore-planner.js';
import { defineSystem, type System } from '../../../src/system/define-system.js';

const credentials = { user: 'zephyr_admin', password: 'only-for-rehearsals' };

describe('a failover of a real server', () => {
  let plane: PostgresDataPlane;
  let region: LocalRegion;
  let zephyr: System;
  let directory: string;
  beforeAll(async () => {
    plane = await createPostgresDataPlane();
    const durations = { failover: '1s', failoverZones: '1s' } as const;
    region = await startLocalRegion({ dataPlane: async () => plane, durations });
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
    zephyr = defineSystem({
      aws: connectAws(client),
      database: {
        instance: 'zephyr-production-db',
        name: 'zephyr',
        credentials,
        tls: { mode: 'verify-full', ca: plane.caCertificate },
      },
      polling: { shortest: '100ms', longest: '500ms' },
    });
    directory = await mkdtemp(join(tmpdir(), 'zephyr-failover-'));
  });
  afterAll(async () => {
    await region?.close();
    if (directory !== undefined) await rm(directory, { recursive: true });
  });

  it('loses no acknowledged row of writers that keep writing, and is proven by the change of the server', async () => {
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

  it('whose process is killed is not asked for a second time', async () => {
    const before = await zephyr.aws.rds.describeInstance('zephyr-production-db');
    const plan = await new RestorePlanner(zephyr).planFailover({ probeEvery: '100ms' });
    await writeFile(join(directory, 'plan.json'), JSON.stringify(plan));
    region.calls.clear();
    const { endpoint, credentials: keys } = region;
    const ca = Buffer.from(plane.caCertificate).toString('base64');
    const script = new URL('killed-failover.ts', import.meta.url).pathname;
    const given = [endpoint, keys.accessKeyId, keys.secretAccessKey, ca, directory];
    const child = spawn(process.execPath, ['--import', 'tsx', script, ...given], { stdio: 'inherit' });
    const exit = once(child, 'exit');
    const asked = () => region.calls.list('RebootDBInstance').map(({ outcome }) => outcome.kind);
    await expect.poll(asked, { timeout: 60_000, interval: 20 }).toEqual(['answered']);
    child.kill('SIGKILL');
    await exit;
    expect(child.signalCode).toBe('SIGKILL');
    // When the lease of the dead one is over, whoever takes it up has nothing but the journal, the server and its zone.
    const clock = { ...systemClock, now: () => new Date(Date.now() + 20 * 60_000) };
    const outcome = await new RestorePlanner({ ...zephyr, clock }).execute(plan, {
      approve: plan.hash,
      journal: createFileJournal(join(directory, 'failover.journal')),
    });
    expect(outcome).toMatchObject({
      status: 'completed',
      failover: { verdict: 'failed-over', after: { primary: before?.standbyZone } },
    });
    expect(asked()).toEqual(['answered']);
  });
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
