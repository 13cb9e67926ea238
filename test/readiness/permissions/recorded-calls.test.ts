import { CreateReplicationGroupCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { RDSClient } from '@aws-sdk/client-rds';
import { CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectAws } from '../../../src/aws/index.js';
import { auditSharing } from '../../../src/backup/audit-sharing.js';
import { copyDatabaseSnapshot } from '../../../src/backup/copy-database-snapshot.js';
import { createDatabaseSnapshot } from '../../../src/backup/create-database-snapshot.js';
import { createDump } from '../../../src/backup/create-dump.js';
import { ensureCacheSnapshot } from '../../../src/backup/ensure-cache-snapshot.js';
import { exportCacheSnapshot } from '../../../src/backup/export-cache-snapshot.js';
import { listBackups } from '../../../src/backup/list-backups.js';
import { readRestoreWindow } from '../../../src/backup/restore-window.js';
import { sweepUnfinishedDumps } from '../../../src/backup/sweep-unfinished-dumps.js';
import { operationMetadata } from '../../../src/backup/upload-archive.js';
import { BackupError } from '../../../src/core/errors.js';
import { dumpKeys } from '../../../src/core/names.js';
import { writeEvidence } from '../../../src/evidence/write-evidence.js';
import { carryOutRetention } from '../../../src/expiry/carry-out-retention.js';
import { decideRetention } from '../../../src/expiry/decide-retention.js';
import { IntegrityChecker } from '../../../src/integrity/integrity-checker.js';
import { type LocalRegion, type RecordedCall, startLocalRegion } from '../../../src/local/index.js';
import { carryOutPurge } from '../../../src/purge/carry-out-purge.js';
import { decidePurge } from '../../../src/purge/decide-purge.js';
import { assessReadiness } from '../../../src/readiness/assess-readiness.js';
import { diagnose } from '../../../src/readiness/diagnosis/diagnose.js';
import type { PermissionFeature } from '../../../src/readiness/permissions/permission-features.js';
import type { PermissionPlace } from '../../../src/readiness/permissions/permission-place.js';
import { requiredPermissions } from '../../../src/readiness/permissions/required-permissions.js';
import { assessUsage } from '../../../src/readiness/usage/assess-usage.js';
import { createArchiveJournal } from '../../../src/restore/execution/archive-journal.js';
import { createMemoryJournal } from '../../../src/restore/execution/memory-journal.js';
import { RestorePlanner } from '../../../src/restore/restore-planner.js';
import { defineSystem } from '../../../src/system/define-system.js';
import { startZephyr, type ZephyrRegion } from '../../backup/zephyr-region.js';
import { givenBackups, keepTwo } from '../../expiry/given-backups.js';
import { givenCache } from '../../restore/cache-system.js';
import { makeCacheSnapshot } from '../../sweeps/cache-production.js';
import { givenProduction } from '../../sweeps/production.js';
import { virtualZephyr } from '../zephyr-virtual.js';
import { compare } from './needs.js';

const place: PermissionPlace = {
  region: 'us-east-1',
  accountId: '123456789012',
  instance: 'zephyr-production-db',
  candidates: 'zephyr-pitr*',
  bucket: 'zephyr-backups',
  prefix: 'zephyr',
};
const cacheName = 'zephyr-production-redis';
const ours = { 'zephyr:managed-by': 'zephyr-backup' };

/** Where a server cannot be asked for its lag, CloudWatch is. */
async function readAMetric(region: LocalRegion): Promise<void> {
  const metric = {
    namespace: 'AWS/RDS',
    metric: 'ReplicaLag',
    dimensions: {},
    statistic: 'Average',
    periodSeconds: 60,
  } as const;
  const { endpoint, credentials } = region;
  const { metrics } = connectAws({ region: region.region, endpoint, credentials });
  await metrics?.read([metric], { since: new Date(0), until: new Date(60_000) });
}

/** Nothing missing, nothing unused. */
function expectExactly(
  features: readonly PermissionFeature[],
  calls: readonly RecordedCall[],
  where: PermissionPlace = place,
): void {
  expect(calls.length).toBeGreaterThan(0);
  expect(compare(Object.values(requiredPermissions(features, where)), calls, ours)).toEqual({
    missing: [],
    unused: [],
  });
}

describe('without servers: the permissions are those of the calls made', () => {
  it('of readiness and of a diagnosis', async () => {
    await using zephyr = await virtualZephyr();
    const system = zephyr.systemWith({ archive: { bucket: 'zephyr-backups', prefix: 'zephyr' } });
    await system.aws
      .objectStore({ bucket: 'zephyr-backups', prefix: 'zephyr' })
      .put(dumpKeys('zephyr', zephyr.clock.now()).manifest, '{}');
    await createDatabaseSnapshot(zephyr.system, { reason: 'pre-deployment' });
    const drill = { kind: 'drill', at: zephyr.clock.now(), subject: 's', verdict: 'passed', body: {} } as const;
    await writeEvidence(system, drill);
    zephyr.region.calls.clear();
    await assessReadiness(system);
    expectExactly(['assess-readiness'], zephyr.region.calls.list());
    zephyr.region.calls.clear();
    await diagnose(system, { symptom: 'backup-missing' });
    expectExactly(['diagnose'], zephyr.region.calls.list());
    zephyr.region.calls.clear();
    for await (const backup of listBackups(system)) expect(backup.id).toBeDefined();
    await readRestoreWindow(system);
    expectExactly(['list-backups'], zephyr.region.calls.list());
  });

  it('of usage and of an audit of sharing', async () => {
    await using zephyr = await virtualZephyr();
    const system = zephyr.systemWith({ archive: { bucket: 'zephyr-backups', prefix: 'zephyr' } });
    await createDatabaseSnapshot(zephyr.system, { reason: 'pre-deployment' });
    zephyr.region.calls.clear();
    await assessUsage(system);
    expectExactly(['assess-usage'], zephyr.region.calls.list());
    zephyr.region.calls.clear();
    await auditSharing(system);
    expectExactly(['audit-sharing'], zephyr.region.calls.list());
  });

  it.each([
    ['a group', { replicationGroup: cacheName }],
    ['a node of one', { cluster: `${cacheName}-001` }],
  ])('of a cache that is %s', async (_, cache) => {
    await using zephyr = await virtualZephyr();
    const { region } = zephyr;
    const client = new ElastiCacheClient({
      region: region.region,
      endpoint: region.endpoint,
      credentials: region.credentials,
    });
    await client.send(
      new CreateReplicationGroupCommand({
        ReplicationGroupId: cacheName,
        ReplicationGroupDescription: 'sessions',
        NumCacheClusters: 2,
        CacheNodeType: 'cache.t3.medium',
        Engine: 'redis',
      }),
    );
    client.destroy();
    await zephyr.clock.sleep(3_600_000);
    const system = zephyr.systemWith({ cache });
    const { bucket: __, prefix: ___, ...where } = { ...place, cache };
    region.calls.clear();
    region.faults.inject({ operation: 'CreateSnapshot', call: 1, fault: { kind: 'drop-response' } });
    await ensureCacheSnapshot(system, { every: '6h' });
    await ensureCacheSnapshot(system, { every: '6h' });
    expectExactly(['create-cache-snapshot'], region.calls.list(), where);
    region.calls.clear();
    await createDatabaseSnapshot(system, { reason: 'pre-deployment' });
    region.calls.clear();
    await assessReadiness(system);
    expectExactly(['assess-readiness'], region.calls.list(), where);
    region.calls.clear();
    await assessUsage(system);
    expectExactly(['assess-usage'], region.calls.list(), where);
    region.calls.clear();
    for await (const backup of listBackups(system)) expect(backup.id).toBeDefined();
    expectExactly(['list-backups'], region.calls.list(), where);
  });

  it('of a cache snapshot that is exported, and of one that is restored', async () => {
    await using home = await givenCache({ AuthToken: undefined, TransitEncryptionEnabled: false });
    home.region.s3.createBucket('zephyr-exports');
    const where = { ...place, cacheCandidates: 'zephyr-redis-recovery*', exportBucket: 'zephyr-exports' };
    const { region, credentials, requestHandler } = home.region;
    const settings = { region, credentials, requestHandler };
    const rds = new RDSClient(settings);
    const s3 = new S3Client({ ...settings, forcePathStyle: true });
    const system = { ...home.system, aws: connectAws({ region, rds, s3, elasticache: home.client }) };
    home.region.calls.clear();
    await exportCacheSnapshot(system, { snapshot: 'before', bucket: 'zephyr-exports' });
    expectExactly(['export-cache-snapshot'], home.region.calls.list(), where);

    home.region.calls.clear();
    const planner = new RestorePlanner(home.system);
    const restore = async (target: string) => {
      const plan = await planner.planCacheRestore({ snapshot: 'before', target });
      return planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
    };
    const fault = { kind: 'ends-in', status: 'create-failed' } as const;
    home.region.faults.inject({ operation: 'CreateReplicationGroup', call: 1, fault });
    await expect(restore('zephyr-redis-recovery-1')).rejects.toMatchObject({ code: 'resource-failed' });
    await restore('zephyr-redis-recovery-2');
    expectExactly(['restore-cache'], home.region.calls.list(), where);
  });

  it('of a failover of the database, and of the cache named as a group or as a node of it', async () => {
    await using home = await givenProduction({ polling: { shortest: '30s', longest: '1m' } });
    await makeCacheSnapshot(home, { NumCacheClusters: 2, AutomaticFailoverEnabled: true });
    const { prefix: _, ...where } = place;
    const planner = new RestorePlanner(home.systemWith({ cache: cacheName }));
    home.region.calls.clear();
    const database = await planner.planFailover({ probeEvery: '20s' });
    await planner.execute(database, { approve: database.hash, journal: createMemoryJournal() });
    expectExactly(['fail-over'], home.region.calls.list(), where);

    home.region.calls.clear();
    const cache = await planner.planCacheFailover();
    await planner.execute(cache, { approve: cache.hash, journal: createMemoryJournal() });
    expectExactly(['fail-over-cache'], home.region.calls.list(), { ...where, cache: { replicationGroup: cacheName } });

    home.clock.advance(3_600_000);
    home.region.calls.clear();
    const node = { ...home.system, cache: { cluster: `${cacheName}-001` } };
    const again = await new RestorePlanner(node).planCacheFailover();
    await new RestorePlanner(node).execute(again, { approve: again.hash, journal: createMemoryJournal() });
    expectExactly(['fail-over-cache'], home.region.calls.list(), { ...where, cache: node.cache });
  });

  it('of drills of a cache, one that cannot be looked into and one that fails', async () => {
    await using home = await givenCache({ AuthToken: undefined, TransitEncryptionEnabled: false });
    home.region.s3.createBucket('zephyr-backups');
    const { region, credentials, requestHandler } = home.region;
    const settings = { region, credentials, requestHandler };
    const rds = new RDSClient(settings);
    const s3 = new S3Client({ ...settings, forcePathStyle: true });
    const system = defineSystem({
      aws: connectAws({ region, rds, s3, elasticache: home.client }),
      database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
      cache: { replicationGroup: cacheName },
      archive: { bucket: 'zephyr-backups' },
      clock: home.clock,
    });
    const refuse = async () => {
      throw new BackupError({ code: 'cache-unreachable', message: 'no way in', hint: 'None.' });
    };
    const connectCache = async () => ({ cache: { connect: refuse }, close: async () => undefined });
    const drill = () =>
      new IntegrityChecker(system).drill({
        source: { kind: 'cache-snapshot', snapshot: 'latest' },
        quarantine: { securityGroups: ['sg-drill'] },
        connectCache,
      });
    home.region.calls.clear();
    expect((await drill()).teardown.outcome).toBe('removed');
    const fault = { kind: 'ends-in', status: 'create-failed' } as const;
    home.region.faults.inject({ operation: 'CreateReplicationGroup', call: 1, fault });
    expect((await drill()).verdict).toBe('failed');
    const { prefix: _, ...where } = { ...place, cacheCandidates: 'zephyr-drill-*' };
    expectExactly(['drill-cache'], home.region.calls.list(), { ...where, cache: { replicationGroup: cacheName } });
  });

  it('of a copy to another region', async () => {
    await using zephyr = await virtualZephyr({}, { StorageEncrypted: false });
    await using west = await startLocalRegion({ region: 'us-west-2', peer: zephyr.region });
    const { region, endpoint, credentials } = west;
    const system = zephyr.systemWith({ otherRegions: [connectAws({ region, endpoint, credentials })] });
    const { id } = await createDatabaseSnapshot(zephyr.system, { reason: 'pre-deployment' });
    zephyr.region.calls.clear();
    await copyDatabaseSnapshot(system, { snapshot: id, to: 'us-west-2' });
    const calls = [...zephyr.region.calls.list(), ...west.calls.list()];
    expectExactly(['copy-snapshot'], calls, { ...place, copyRegions: ['us-west-2'] });
  });

  it('of drills of a snapshot and of an instant, with their journals and evidence', async () => {
    await using home = await givenProduction({ polling: { shortest: '30s', longest: '1m' } });
    const checker = new IntegrityChecker(home.system);
    const expectation = { fingerprint: await checker.fingerprint() };
    const quarantine = { vpcSecurityGroups: ['sg-drill'] } as const;
    home.region.calls.clear();
    const drills = [
      { source: 'latest-automated-snapshot' },
      { source: { kind: 'point-in-time', time: 'latest' } },
    ] as const;
    const fault = { kind: 'ends-in', status: 'incompatible-network' } as const;
    home.region.faults.inject({ operation: 'RestoreDBInstanceFromDBSnapshot', call: 1, fault });
    const failed = await checker.drill({ source: 'latest-automated-snapshot', quarantine, expectation });
    expect(failed.verdict).toBe('failed');
    for (const drill of drills) {
      expect((await checker.drill({ ...drill, quarantine, expectation })).verdict).toBe('passed');
    }
    // Steps that these drills have no need of: settings that a restore does not carry, and a reboot for parameters.
    const monitoring = { intervalSeconds: 60, roleArn: 'arn:aws:iam::123456789012:role/monitoring' };
    await home.aws.rds.modifyInstance('zephyr-drill-x', { monitoring }).catch(() => undefined);
    await home.aws.rds.rebootInstance('zephyr-drill-x').catch(() => undefined);
    const { prefix: _, ...where } = { ...place, candidates: 'zephyr-drill-*' };
    expectExactly(['drill'], home.region.calls.list(), {
      ...where,
      monitoringRole: 'arn:aws:iam::123456789012:role/monitoring',
    });
  });

  it('of a snapshot, and of one that fails', async () => {
    await using zephyr = await virtualZephyr();
    zephyr.region.calls.clear();
    await createDatabaseSnapshot(zephyr.system, { reason: 'pre-deployment' });
    zephyr.region.faults.inject({ operation: 'CreateDBSnapshot', fault: { kind: 'ends-in', status: 'failed' } });
    await expect(createDatabaseSnapshot(zephyr.system, { reason: 'pre-deployment' })).rejects.toMatchObject({
      code: 'resource-failed',
    });
    expectExactly(['create-snapshot'], zephyr.region.calls.list());
  });

  it('of a snapshot that is restored, and of a restore that fails', async () => {
    await using zephyr = await virtualZephyr();
    const { region } = zephyr;
    const system = zephyr.systemWith({ archive: { bucket: 'zephyr-backups', prefix: 'zephyr' } });
    const planner = new RestorePlanner(system);
    const execute = async (target: string) => {
      const plan = await planner.planSnapshotRestore({ snapshot: 'latest-automated', target });
      return planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
    };
    region.calls.clear();
    const fault = { kind: 'ends-in', status: 'incompatible-network' } as const;
    region.faults.inject({ operation: 'RestoreDBInstanceFromDBSnapshot', call: 1, fault });
    await expect(execute('zephyr-pitr-failed')).rejects.toMatchObject({ code: 'resource-failed' });
    // Without a database behind it, it is restored and configured, and then found not to answer.
    await expect(execute('zephyr-pitr')).rejects.toBeDefined();
    await system.aws.rds.modifyInstance('zephyr-pitr', { deletionProtection: false });
    await system.aws.rds.rebootInstance('zephyr-pitr').catch(() => undefined);
    expectExactly(['restore-snapshot'], region.calls.list(), {
      ...place,
      monitoringRole: 'arn:aws:iam::123456789012:role/monitoring',
    });
  });

  it('of making a read replica, also one that fails', async () => {
    await using production = await givenProduction();
    const { region, system } = production;
    const planner = new RestorePlanner(system);
    const create = async (target: string) => {
      const plan = await planner.planReplica({ target });
      return planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
    };
    region.calls.clear();
    const fault = { kind: 'ends-in', status: 'incompatible-network' } as const;
    region.faults.inject({ operation: 'CreateDBInstanceReadReplica', call: 1, fault });
    await expect(create('zephyr-reports-failed')).rejects.toMatchObject({ code: 'resource-failed' });
    expect((await create('zephyr-reports')).status).toBe('completed');
    // A parameter group of one's own takes effect with a reboot, which this one needs no more.
    await system.aws.rds.rebootInstance('zephyr-reports').catch(() => undefined);
    await system.aws.rds
      .modifyInstance('zephyr-reports', { parameterGroup: 'p', optionGroup: 'o' })
      .catch(() => undefined);
    await readAMetric(region);
    expectExactly(['create-replica'], region.calls.list(), {
      ...place,
      replicas: 'zephyr-reports*',
      monitoringRole: 'arn:aws:iam::123456789012:role/monitoring',
    });
  });

  it('of promoting a read replica', async () => {
    await using production = await givenProduction();
    const { region, system } = production;
    const planner = new RestorePlanner(system);
    const making = await planner.planReplica({ target: 'zephyr-next' });
    await planner.execute(making, { approve: making.hash, journal: createMemoryJournal() });
    region.calls.clear();
    const plan = await planner.planReplicaPromotion({ replica: 'zephyr-next', mode: 'planned', expectation: {} });
    const nothing = async () => undefined;
    const writers = { stop: nothing, resume: nothing };
    const options = { approve: plan.hash, journal: createMemoryJournal(), writers, switchEndpoint: nothing };
    expect((await planner.execute(plan, options)).status).toBe('completed');
    // What this one has no need of: a lag that its server does not tell, events of a failure, protection, a first snapshot.
    const { rds } = system.aws;
    await readAMetric(region);
    for await (const _ of rds.listEvents({ sourceType: 'db-instance', source: 'zephyr-next', since: new Date(0) }));
    await rds.modifyInstance('zephyr-production-db', { deletionProtection: true });
    await rds.modifyInstance('zephyr-next', { multiAz: true });
    await rds.describeSnapshot('zephyr-next-manual-x');
    const first = { snapshot: 'zephyr-next-manual-x', instance: 'zephyr-next', tags: ours };
    await rds.createSnapshot(first).catch(() => undefined);
    expectExactly(['promote-replica'], region.calls.list(), { ...place, replicas: 'zephyr-next*' });
  });

  it('of carrying out retention', async () => {
    await using production = await givenProduction();
    const { system } = await givenBackups(production, 3);
    const journal = createArchiveJournal(system);
    const now = production.clock.now();
    const run = { planHash: 'plan', holder: 'me', now, until: new Date(now.getTime() + 900_000) };
    await journal.acquireLease(run);
    await journal.append({ at: now.toISOString(), planHash: 'plan', runId: 'me', kind: 'run-begun' });
    production.region.calls.clear();
    const outcome = await carryOutRetention(system, await decideRetention(system, keepTwo));
    expect(outcome.expired).toHaveLength(3);
    expectExactly(['expire-snapshots', 'expire-cache-snapshots', 'expire-dumps'], production.region.calls.list(), {
      ...place,
      prefix: undefined,
      cache: { replicationGroup: cacheName },
    });
  });

  it('of deleting a candidate', async () => {
    await using zephyr = await virtualZephyr();
    const { rds } = zephyr.system.aws;
    zephyr.region.calls.clear();
    await rds.describeInstance('zephyr-pitr');
    await expect(rds.deleteInstance('zephyr-pitr', { deleteAutomatedBackups: true })).rejects.toMatchObject({
      code: 'instance-not-found',
    });
    expectExactly(['delete-candidates'], zephyr.region.calls.list());
  });
});

describe('with PostgreSQL: the permissions are those of the calls made', () => {
  let zephyr: ZephyrRegion;
  beforeAll(async () => {
    zephyr = await startZephyr(130_000);
  }, 120_000);
  afterAll(async () => {
    await zephyr?.close();
  });

  it('of a dump, of one whose answers are lost, and of one that fails', async () => {
    const { region, system } = zephyr;
    const whole = { reason: 'rehearsal', compression: 'none' } as const;
    const refused = { kind: 'error', code: 'AccessDenied', status: 403 } as const;
    const lost = { kind: 'drop-response' } as const;
    region.calls.clear();
    await createDump(system, whole);
    region.faults.inject({ operation: 'CompleteMultipartUpload', call: 1, fault: lost });
    await createDump(system, whole);
    region.faults.clear();
    region.faults.inject({ operation: 'CreateMultipartUpload', call: 1, fault: lost });
    region.faults.inject({ operation: 'UploadPart', fault: refused });
    await expect(createDump(system, whole)).rejects.toMatchObject({ code: 'access-denied' });
    region.faults.clear();
    region.faults.inject({ operation: 'PutObject', fault: refused });
    await expect(createDump(system, whole)).rejects.toMatchObject({ code: 'access-denied' });
    region.faults.clear();
    expectExactly(['create-dump', 'discard-failed-dump'], region.calls.list());
  });

  it('of sweeping up what killed dumps have left', async () => {
    const { region, system } = zephyr;
    const store = system.aws.objectStore({ bucket: 'zephyr-backups', prefix: 'zephyr' });
    const { dump } = dumpKeys('zephyr', new Date('2025-01-01T00:00:00Z'));
    await store.put(dump, 'PGDMP', { metadata: { [operationMetadata]: 'killed' } });
    const client = new S3Client({ ...region, forcePathStyle: true });
    await client.send(new CreateMultipartUploadCommand({ Bucket: 'zephyr-backups', Key: `zephyr/${dump}` }));
    client.destroy();
    await system.clock.sleep(20);
    region.calls.clear();
    expect(await sweepUnfinishedDumps(system, { olderThan: '1ms' })).toEqual({
      abortedUploads: [dump],
      deletedArchives: [dump],
    });
    expectExactly(['sweep-dumps'], region.calls.list());
  });

  it('of a dump that is proven, and leaves evidence', async () => {
    zephyr.region.calls.clear();
    await new IntegrityChecker(zephyr.system).checkDump({
      dump: 'latest',
      level: 3,
      scratch: { database: 'dump_check' },
    });
    expectExactly(['check-dump'], zephyr.region.calls.list());
  });

  it('of a dump that is restored with a journal in the archive', async () => {
    const planner = new RestorePlanner(zephyr.system);
    zephyr.region.calls.clear();
    const plan = await planner.planDumpRestore({ dump: 'latest', into: { database: 'journalled' } });
    await planner.execute(plan, { approve: plan.hash, journal: createArchiveJournal(zephyr.system) });
    expectExactly(['restore-dump', 'keep-journal'], zephyr.region.calls.list());
  });

  it('of a dump that is restored', async () => {
    const planner = new RestorePlanner(zephyr.system);
    zephyr.region.calls.clear();
    const plan = await planner.planDumpRestore({ dump: 'latest', into: { database: 'proof' } });
    await planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
    expectExactly(['restore-dump'], zephyr.region.calls.list());
  });

  it('of a recovery to a point in time that fails, and of one that is promoted and undone', async () => {
    const { region, system } = zephyr;
    await region.shipLogs();
    const planner = new RestorePlanner(system);
    const writers = { stop: async () => undefined, resume: async () => undefined };
    const execute = async (target: string) => {
      const plan = await planner.planPointInTime({ restoreTime: 'latest', target, promote: 'rename' });
      return planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal(), writers });
    };
    region.calls.clear();
    const fault = { kind: 'ends-in', status: 'incompatible-network' } as const;
    region.faults.inject({ operation: 'RestoreDBInstanceToPointInTime', call: 1, fault });
    await expect(execute('zephyr-pitr-failed')).rejects.toMatchObject({ code: 'resource-failed' });
    const { previous } = await execute('zephyr-pitr');
    const undo = await planner.planRollback({ to: previous?.identifier ?? '', acknowledgeLostWrites: true });
    await planner.execute(undo, { approve: undo.hash, journal: createMemoryJournal(), writers });
    // Steps that this recovery has no need of: a reboot for its parameters, a first snapshot of the new primary.
    const { rds } = system.aws;
    const tags = { 'zephyr:managed-by': 'zephyr-backup' };
    await rds.rebootInstance('zephyr-pitr-failed').catch(() => undefined);
    await rds.describeSnapshot('zephyr-production-db-manual-x');
    await rds.createSnapshot({ snapshot: 'zephyr-production-db-manual-x', instance: 'zephyr-production-db', tags });
    expectExactly(['restore-point-in-time', 'promote-by-rename'], region.calls.list());
  });

  it('of purging rows that a dump holds', async () => {
    const { region, system } = zephyr;
    // Of a part of the database: from here on it is the newest dump.
    const { id } = await createDump(system, { tables: ['public.votes'] });
    const purge = { table: 'public.votes', column: 'created_at', olderThan: '90d', archivedBy: id } as const;
    region.calls.clear();
    await carryOutPurge(system, await decidePurge(system, purge));
    expectExactly(['purge-rows'], region.calls.list());
  });
});
