import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateReplicationGroupCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { connectAws } from '@zephyr/backup/aws';
import {
  createPostgresDataPlane,
  createRedisDataPlane,
  createVirtualClock,
  type LocalRegion,
  startLocalRegion,
} from '@zephyr/backup/local';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { keepCacheSnapshots } from '../../examples/cache-snapshot.js';
import { checkRestoredCache, observeProduction } from '../../examples/check-cache.js';
import { checkZephyr } from '../../examples/check-database.js';
import { compareWithProduction } from '../../examples/compare-with-production.js';
import { copyNewestSnapshot } from '../../examples/copy-to-another-region.js';
import { zephyrSchema } from '../../examples/demo/zephyr-schema.js';
import { expireBackups } from '../../examples/expire-backups.js';
import { rehearseCacheFailover, rehearseFailover, whatIsGoingOn } from '../../examples/fail-over.js';
import { freeStorageOfAFullDisk } from '../../examples/full-disk.js';
import { givenZephyr } from '../../examples/given-zephyr.js';
import { serveReadiness } from '../../examples/health-endpoint.js';
import { loseARegion } from '../../examples/lose-a-region.js';
import { makeReplica } from '../../examples/make-replica.js';
import { drillMonthly } from '../../examples/monthly-drill.js';
import { backUpBeforeDeployment } from '../../examples/pre-deployment.js';
import { previewRetention } from '../../examples/preview-retention.js';
import { moveToReplica, takeOver } from '../../examples/promote-replica.js';
import { proveLatestDump } from '../../examples/prove-latest-dump.js';
import { purgeAuditLogs } from '../../examples/purge-audit-logs.js';
import { reportReadiness, reportWholeReadiness } from '../../examples/readiness.js';
import { recoverFromSnapshot } from '../../examples/recover-from-snapshot.js';
import { recoverLostVotes } from '../../examples/recover-lost-votes.js';
import { restoreLatestDump } from '../../examples/restore-latest-dump.js';
import { bringVotesBack, restoreVotesBeside } from '../../examples/restore-table.js';
import { testDeployScript } from '../../examples/test-a-deploy-script.js';
import { copyToAnotherRegion } from '../../examples/two-regions.js';
import { undoPromotion } from '../../examples/undo-promotion.js';
import { reportUsage } from '../../examples/usage-report.js';
import { watchFailover } from '../../examples/watch-failover.js';
import { dumpToS3 } from '../../examples/weekly-dump.js';
import { listWhatThereIs } from '../../examples/what-there-is.js';
import { defineZephyr } from '../../examples/zephyr.js';
import { defineSystem, type System } from '../../src/index.js';

describe('examples without a data plane', () => {
  it('defines the system as the docs do', () => {
    expect(defineZephyr(async () => 'secret').database.instance).toBe('zephyr-production-db');
  });

  it('tests a deploy script whose answer gets lost', async () => {
    vi.spyOn(console, 'log').mockReturnValue(undefined);
    const { snapshot, calls } = await testDeployScript();
    expect(snapshot).toMatch(/^zephyr-production-db-manual-\d{8}-\d{6}$/);
    expect(calls).toBeGreaterThanOrEqual(1);
  });

  it('promotes the replica of a region that is lost', async () => {
    expect(await loseARegion()).toEqual(['available', 'modifying', 'rebooting', 'backing-up', 'available']);
  });

  it('watches a failover', async () => {
    expect(await watchFailover()).toEqual([
      'Multi-AZ instance failover started.',
      'Multi-AZ instance failover completed',
    ]);
  });

  it('shows an alarm a disk that fills up', async () => {
    expect(await freeStorageOfAFullDisk()).toEqual([1e9, 20e9]);
  });
});

describe('two regions', () => {
  it('keep a copy of a snapshot in the second', async () => {
    vi.spyOn(console, 'log').mockReturnValue(undefined);
    expect(await copyToAnotherRegion()).toBe('available');
  });
});

describe('another region', () => {
  it('gets a copy of the newest snapshot', async () => {
    await using region = await startLocalRegion({ clock: createVirtualClock() });
    await using west = await startLocalRegion({ region: 'us-west-2', peer: region });
    const clientOf = ({ region: name, endpoint, credentials }: LocalRegion) => ({
      region: name,
      endpoint,
      credentials,
    });
    const rds = new RDSClient(clientOf(region));
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'zephyr-production-db',
        DBInstanceClass: 'db.t3.large',
        Engine: 'postgres',
        MasterUsername: 'zephyr_admin',
        MasterUserPassword: 'only-for-rehearsals',
        AllocatedStorage: 20,
        BackupRetentionPeriod: 7,
      }),
    );
    rds.destroy();
    const system = defineSystem({
      aws: connectAws(clientOf(region)),
      otherRegions: [connectAws(clientOf(west))],
      database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
      clock: region.clock,
    });
    expect(await copyNewestSnapshot(system, 'us-west-2', 'alias/zephyr-backups')).toBeUndefined();
    await region.clock.sleep(86_400_000);
    const copy = await copyNewestSnapshot(system, 'us-west-2', 'alias/zephyr-backups');
    expect(copy).toMatch(/^zephyr-production-db-\d{4}-/);
  });
});

describe('the cache', () => {
  it('has one snapshot in every six hours, however often it is asked for', async () => {
    await using region = await startLocalRegion({ clock: createVirtualClock() });
    const client = { region: region.region, endpoint: region.endpoint, credentials: region.credentials };
    const elasticache = new ElastiCacheClient(client);
    await elasticache.send(
      new CreateReplicationGroupCommand({
        ReplicationGroupId: 'zephyr-production-redis',
        ReplicationGroupDescription: 'sessions',
        NumCacheClusters: 2,
        CacheNodeType: 'cache.t3.medium',
        Engine: 'redis',
      }),
    );
    elasticache.destroy();
    const system = defineSystem({
      aws: connectAws(client),
      database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
      cache: { replicationGroup: 'zephyr-production-redis' },
      clock: region.clock,
    });

    const first = await keepCacheSnapshots(system);
    expect(first.created).toBe(true);
    expect(await keepCacheSnapshots(system)).toEqual({ id: first.id, created: false });
    await region.clock.sleep(6 * 3_600_000);
    const next = await keepCacheSnapshots(system);
    expect(next.created).toBe(true);
    expect(next.id).not.toBe(first.id);
  });

  it('fails over to its replica', async () => {
    await using region = await startLocalRegion({ clock: createVirtualClock() });
    const client = { region: region.region, endpoint: region.endpoint, credentials: region.credentials };
    const elasticache = new ElastiCacheClient(client);
    await elasticache.send(
      new CreateReplicationGroupCommand({
        ReplicationGroupId: 'zephyr-production-redis',
        ReplicationGroupDescription: 'sessions',
        NumCacheClusters: 2,
        AutomaticFailoverEnabled: true,
        CacheNodeType: 'cache.t3.medium',
        Engine: 'redis',
      }),
    );
    elasticache.destroy();
    await region.clock.sleep(3_600_000);
    const system = defineSystem({
      aws: connectAws(client),
      database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
      cache: { replicationGroup: 'zephyr-production-redis' },
      clock: region.clock,
    });
    expect(await rehearseCacheFailover(system)).toMatchObject({
      verdict: 'failed-over',
      after: { primary: 'zephyr-production-redis-002' },
    });
  });
});

describe('a restored cache', () => {
  it('holds what was in it, and is found open where nobody gave it a password', async () => {
    vi.spyOn(console, 'log').mockReturnValue(undefined);
    await using region = await startLocalRegion({ clock: createVirtualClock() });
    const system = defineSystem({
      aws: connectAws({ region: region.region, endpoint: region.endpoint, credentials: region.credentials }),
      database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
    });
    const plane = await createRedisDataPlane();
    const clients: Redis[] = [];
    const start = async (nodeId: string, snapshotId?: string): Promise<Redis> => {
      const endpoint = await plane.endpointFor(nodeId);
      await plane.create({ nodeId, encrypted: false, snapshotId }, endpoint);
      const client = new Redis({ host: endpoint.address, port: endpoint.port });
      clients.push(client);
      return client;
    };
    try {
      const production = await start('production');
      for (let index = 0; index < 100; index += 1) await production.set(`session:${index}`, 'user', 'EX', 86_400);
      const before = await observeProduction(system, production);
      await plane.takeSnapshot('production', 'daily');
      const report = await checkRestoredCache(system, await start('restored', 'daily'), before);
      expect(report.checks.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual([
        'cache-keys passed',
        'cache-prefix passed',
        'cache-prefix passed',
        'cache-evictions passed',
        'cache-tls failed',
        'cache-auth failed',
      ]);
    } finally {
      for (const client of clients) client.disconnect();
      await plane.close();
    }
  });
});

describe('examples on real PostgreSQL', () => {
  let region: LocalRegion;
  let zephyr: System;
  let directory: string;
  let ca: string;
  const previousDirectory = process.cwd();

  const query = (text: string): Promise<pg.QueryResult> => withClient('zephyr', (client) => client.query(text));
  const withClient = async <T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const endpoint = (await zephyr.aws.rds.describeInstance('zephyr-production-db'))?.endpoint;
    const { user, password } = await zephyr.database.credentials();
    const client = new pg.Client({
      host: endpoint?.address ?? '',
      port: endpoint?.port ?? 0,
      database,
      user,
      password,
      ssl: { ca, host: endpoint?.address ?? '' },
    });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  const countVotes = async (): Promise<number> => Number((await query('SELECT count(*) FROM votes')).rows[0]?.count);

  beforeAll(async () => {
    vi.spyOn(console, 'log').mockReturnValue(undefined);
    const plane = await createPostgresDataPlane();
    ca = plane.caCertificate;
    region = await startLocalRegion({ dataPlane: async () => plane, logShippingInterval: '500ms' });
    ({ zephyr } = await givenZephyr(region, ca));
    await query(zephyrSchema);
    await query(`
      INSERT INTO polls (room_code, question, options) SELECT 'R' || i, 'q', '[]' FROM generate_series(1, 10) AS i;
      INSERT INTO participants (nickname) SELECT 'n' || i FROM generate_series(1, 100) AS i;
      INSERT INTO audit_logs (actor, action) VALUES ('deploy', 'seed');
      INSERT INTO votes (poll_id, participant_id, choice) SELECT i % 10 + 1, i, i % 3 FROM generate_series(1, 100) AS i`);
    directory = await mkdtemp(join(tmpdir(), 'zephyr-examples-'));
    process.chdir(directory);
  });
  afterAll(async () => {
    process.chdir(previousDirectory);
    await region?.close();
    if (directory !== undefined) await rm(directory, { recursive: true });
  });

  it('takes a snapshot before a deployment', async () => {
    const id = await backUpBeforeDeployment(zephyr, 'v2.0.0');
    expect(await zephyr.aws.rds.describeSnapshot(id)).toMatchObject({
      status: 'available',
      tags: { DeploymentVersion: 'v2.0.0', Reason: 'pre-deployment' },
    });
  });

  it('dumps to S3 and restores the latest dump equal to its source', async () => {
    expect(await dumpToS3(zephyr)).toMatch(/^manual\/\d{4}\/\d\d\/\d\d\/zephyr-backup-\d{8}-\d{6}\.dump$/);
    expect(await restoreLatestDump(zephyr, 'zephyr_copy')).toBe('passed');
  });

  it('brings lost votes back out of one table of the latest dump', async () => {
    const before = await countVotes();
    await query('DELETE FROM votes WHERE poll_id = 2');
    expect(await countVotes()).toBeLessThan(before);
    await restoreVotesBeside(zephyr, 'zephyr_votes');
    const brought = await withClient('zephyr', (production) =>
      withClient('zephyr_votes', (beside) => bringVotesBack(beside, production)),
    );
    expect(brought).toBe(10);
    expect(await countVotes()).toBe(before);
    expect(
      (await query('SELECT nextval(pg_get_serial_sequence($$votes$$, $$id$$)) > max(id) AS free FROM votes')).rows,
    ).toEqual([{ free: true }]);
  });

  it('proves the latest dump up to its restored rows', async () => {
    expect(await proveLatestDump(zephyr)).toBe(4);
  });

  it('lists what there is, the proven dump among it', async () => {
    expect(await listWhatThereIs(zephyr)).toEqual([expect.stringMatching(/^manual\/.*\.dump$/)]);
  });

  it('drills the newest snapshot that nobody has proven, and leaves nothing of it', async () => {
    const before = process.listenerCount('SIGTERM');
    const report = await drillMonthly(zephyr, '2025-11');
    expect(report.reasons).toEqual([]);
    expect(report).toMatchObject({ verdict: 'passed', teardown: { outcome: 'removed' } });
    expect(await drillMonthly(zephyr, '2025-11')).toEqual(report);
    expect(await zephyr.aws.rds.describeInstance(report.target.identifier)).toBeUndefined();
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });

  it('reports readiness: a database without Multi-AZ and encryption does not pass as ready', async () => {
    expect(await reportReadiness(zephyr)).toBeGreaterThan(0);
    expect(await reportWholeReadiness(zephyr)).toContain('automated backups are not copied to us-west-2');
  });

  it('serves readiness to a load balancer', async () => {
    const server = serveReadiness(zephyr).listen(0, '127.0.0.1');
    try {
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const answer = await fetch(`http://127.0.0.1:${port}/ready`);
      const { grade } = (await answer.json()) as { grade: string };
      expect(answer.status).toBe(grade === 'critical' ? 503 : 200);
      expect((await fetch(`http://127.0.0.1:${port}/other`)).status).toBe(404);
    } finally {
      server.close();
    }
  });

  it('reports what backups take up and cost', async () => {
    expect(await reportUsage(zephyr)).toBeGreaterThanOrEqual(0);
  });

  it('checks the database', async () => {
    expect(await checkZephyr(zephyr, 'zephyr-production-db', zephyr.clock.now())).toBe('passed');
  });

  it('compares a candidate with production', async () => {
    // Production itself would prove nothing: it is compared with what follows it.
    const target = 'zephyr-candidate';
    await makeReplica(zephyr, { target, region: region.region, configuration: {} }, async () => true);
    const report = await compareWithProduction(zephyr, target, zephyr.clock.now().toISOString());
    expect(report.checks.map(({ check, verdict }) => [check, verdict])).toEqual([['same-as', 'passed']]);
    await zephyr.aws.rds.deleteInstance(target, { deleteAutomatedBackups: true });
    const gone = async () => expect(await zephyr.aws.rds.describeInstance(target)).toBeUndefined();
    await vi.waitFor(gone, 30_000);
  }, 120_000);

  it('fails over while it is written to, and tells what is going on', async () => {
    expect(await whatIsGoingOn(zephyr)).toMatchObject({ verdict: 'none-seen' });
    await zephyr.aws.rds.modifyInstance('zephyr-production-db', { multiAz: true });
    await region.settled();
    // RDS shows changes late.
    while ((await zephyr.aws.rds.describeInstance('zephyr-production-db'))?.standbyZone === undefined);
    expect(await rehearseFailover(zephyr, async () => false)).toBeUndefined();
    const outcome = await rehearseFailover(zephyr, async (plan) => plan.includes('fail over'));
    expect(outcome?.failover?.verdict).toBe('failed-over');
    expect(await whatIsGoingOn(zephyr)).toMatchObject({ verdict: 'failed-over' });
  });

  it('previews retention', async () => {
    expect(await previewRetention(zephyr, zephyr.clock.now())).toContain('zephyr-production-db-manual-');
  });

  it('expires what the policy lets go, which is nothing yet', async () => {
    const log = vi.spyOn(console, 'log').mockReturnValue(undefined);
    expect(await expireBackups(zephyr, new AbortController().signal)).toBe(true);
    expect(log.mock.lastCall?.[0]).toContain('completed, 0 deleted');
  });

  it('purges the audit log, once a dump holds what goes', async () => {
    await query(
      "INSERT INTO audit_logs (actor, action, created_at) VALUES ('deploy', 'long ago', now() - interval '91 days')",
    );
    expect(await purgeAuditLogs(zephyr, new AbortController().signal)).toBe(1);
    expect((await query("SELECT action FROM audit_logs WHERE action = 'long ago'")).rows).toEqual([]);
  });

  it('does nothing when the plan is not approved', async () => {
    await region.shipLogs();
    const lastGood =
      (await zephyr.aws.rds.describeInstance('zephyr-production-db'))?.latestRestorableTime ?? new Date(0);
    const idle = { scaleToZero: async () => undefined, scaleUp: async () => undefined };
    expect(await recoverLostVotes(zephyr, lastGood, idle, async () => false)).toBeUndefined();
    expect(await zephyr.aws.rds.describeInstance('zephyr-production-pitr')).toBeUndefined();
  });

  it('recovers lost votes', async () => {
    await zephyr.clock.sleep(1_100);
    const lastGood = new Date(Math.floor(zephyr.clock.now().getTime() / 1_000) * 1_000);
    await query('DELETE FROM votes WHERE poll_id > 3');
    expect(await countVotes()).toBeLessThan(100);
    await region.shipLogs();

    const seen: string[] = [];
    const application = {
      scaleToZero: async () => void seen.push('stopped'),
      scaleUp: async () => void seen.push('started'),
    };
    const outcome = await recoverLostVotes(zephyr, lastGood, application, async (plan) => plan.includes('rename'));

    expect(outcome).toMatchObject({ status: 'completed', checks: { verdict: 'passed' } });
    expect(await countVotes()).toBe(100);
    expect(seen).toEqual(['stopped', 'started']);
  });

  it('recovers from the newest snapshot, loses what came after it, and undoes that', async () => {
    const idle = { scaleToZero: async () => undefined, scaleUp: async () => undefined };
    const votes = await countVotes();
    const outcome = await recoverFromSnapshot(zephyr, idle, async (plan) => plan.includes('from the snapshot rds:'));
    expect(outcome).toMatchObject({ status: 'completed', checks: { verdict: 'passed' }, drift: [] });
    if (outcome === undefined) throw new Error('it was approved');
    const production = await zephyr.aws.rds.describeInstance('zephyr-production-db');
    expect(await undoPromotion(zephyr, outcome, idle, async () => false)).toBeUndefined();
    const undone = await undoPromotion(zephyr, outcome, idle, async (plan) => plan.includes('later-writes-are-lost'));
    expect(undone).toMatchObject({
      status: 'completed',
      checks: { verdict: 'passed' },
      candidate: { identifier: 'zephyr-production-db', resourceId: outcome.previous?.resourceId },
      previous: { resourceId: production?.resourceId },
    });
    expect(await countVotes()).toBe(votes);
  });

  it('makes replicas in another region, moves to one, and lets the other take over when the region is lost', async () => {
    await using west = await startLocalRegion({ region: 'us-west-2', peer: region });
    const { endpoint, credentials } = west;
    const { user, password } = await zephyr.database.credentials();
    const regions = defineSystem({
      ...zephyr,
      database: { ...zephyr.database, credentials: { user, password } },
      otherRegions: [connectAws({ region: west.region, endpoint, credentials })],
      polling: { shortest: '100ms', longest: '500ms' },
      postgres: undefined,
    });
    const configuration = { vpcSecurityGroups: ['sg-0123456789abcdef0'], subnetGroup: 'default' };
    for (const target of ['zephyr-dr', 'zephyr-dr-2']) {
      expect(
        await makeReplica(regions, { target, region: west.region, configuration }, async () => true),
      ).toMatchObject({
        status: 'completed',
        candidate: { identifier: target },
        drift: [],
      });
    }
    const seen: string[] = [];
    const application = {
      scaleToZero: async () => void seen.push('stopped'),
      scaleUp: async () => void seen.push('started'),
      pointAt: async ({ identifier }: { readonly identifier: string }) => void seen.push(identifier),
    };
    const moved = { name: 'zephyr-dr', region: west.region };
    expect(await moveToReplica(regions, moved, application, async () => false)).toBeUndefined();
    const moving = await moveToReplica(regions, moved, application, async (plan) =>
      plan.includes('promotion-is-final'),
    );
    expect(moving).toMatchObject({ status: 'completed', recoveryPointMilliseconds: 0, drift: [] });

    await region.close();
    const lost = { lostAt: zephyr.clock.now(), application };
    const other = { name: 'zephyr-dr-2', region: west.region };
    expect(await takeOver(regions, other, lost, async () => false)).toBeUndefined();
    const taken = await takeOver(regions, other, lost, async (plan) => plan.includes('split-brain'));
    expect(taken).toMatchObject({ status: 'completed', candidate: { identifier: 'zephyr-dr-2' } });
    expect(seen).toEqual(['stopped', 'zephyr-dr', 'started', 'stopped', 'zephyr-dr-2', 'started']);
  }, 240_000);
});
