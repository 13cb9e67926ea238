import { CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabaseSnapshot } from '../../../src/backup/create-database-snapshot.js';
import { createDump } from '../../../src/backup/create-dump.js';
import { listBackups } from '../../../src/backup/list-backups.js';
import { readRestoreWindow } from '../../../src/backup/restore-window.js';
import { sweepUnfinishedDumps } from '../../../src/backup/sweep-unfinished-dumps.js';
import { operationMetadata } from '../../../src/backup/upload-archive.js';
import { dumpKeys } from '../../../src/core/names.js';
import { writeEvidence } from '../../../src/evidence/write-evidence.js';
import type { RecordedCall } from '../../../src/local/index.js';
import { assessReadiness } from '../../../src/readiness/assess-readiness.js';
import { diagnose } from '../../../src/readiness/diagnosis/diagnose.js';
import type { PermissionFeature } from '../../../src/readiness/permissions/permission-features.js';
import type { PermissionPlace } from '../../../src/readiness/permissions/permission-place.js';
import { requiredPermissions } from '../../../src/readiness/permissions/required-permissions.js';
import { createMemoryJournal } from '../../../src/restore/memory-journal.js';
import { RestorePlanner } from '../../../src/restore/restore-planner.js';
import { startZephyr, type ZephyrRegion } from '../../backup/zephyr-region.js';
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
const ours = { 'zephyr:managed-by': 'zephyr-backup' };

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
    const { region, system } = zephyr;
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

  it('of expiring snapshots and dumps, and of deleting a candidate', async () => {
    await using zephyr = await virtualZephyr();
    const { rds } = zephyr.system.aws;
    const store = zephyr.system.aws.objectStore({ bucket: 'zephyr-backups', prefix: 'zephyr' });
    const { id } = await createDatabaseSnapshot(zephyr.system, { reason: 'old' });
    const { dump } = dumpKeys('zephyr', zephyr.clock.now());
    await store.put(dump, 'PGDMP');
    zephyr.region.calls.clear();
    await rds.describeInstance('zephyr-production-db');
    await rds.describeSnapshot(id);
    await rds.deleteSnapshot(id);
    expectExactly(['expire-snapshots'], zephyr.region.calls.list());
    zephyr.region.calls.clear();
    for await (const { key } of store.list({ prefix: 'manual/' })) {
      await store.head(key);
      await store.delete({ key });
    }
    expectExactly(['expire-dumps'], zephyr.region.calls.list());
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
    const whole = { reason: 'rehearsal', compression: 0 } as const;
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

  it('of a dump that is restored', async () => {
    const planner = new RestorePlanner(zephyr.system);
    zephyr.region.calls.clear();
    const plan = await planner.planDumpRestore({ dump: 'latest', into: { database: 'proof' } });
    await planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
    expectExactly(['restore-dump'], zephyr.region.calls.list());
  });

  it('of a recovery to a point in time that fails, and of one that is promoted', async () => {
    const { region, system } = zephyr;
    await region.shipLogs();
    const planner = new RestorePlanner(system);
    const execute = async (target: string) => {
      const plan = await planner.planPointInTime({ restoreTime: 'latest', target, promote: 'rename' });
      const writers = { stop: async () => undefined, resume: async () => undefined };
      return planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal(), writers });
    };
    region.calls.clear();
    const fault = { kind: 'ends-in', status: 'incompatible-network' } as const;
    region.faults.inject({ operation: 'RestoreDBInstanceToPointInTime', call: 1, fault });
    await expect(execute('zephyr-pitr-failed')).rejects.toMatchObject({ code: 'resource-failed' });
    await execute('zephyr-pitr');
    // Steps that this recovery has no need of: a reboot for its parameters, a first snapshot of the new primary.
    const { rds } = system.aws;
    const tags = { 'zephyr:managed-by': 'zephyr-backup' };
    await rds.rebootInstance('zephyr-pitr-failed').catch(() => undefined);
    await rds.describeSnapshot('zephyr-production-db-manual-x');
    await rds.createSnapshot({ snapshot: 'zephyr-production-db-manual-x', instance: 'zephyr-production-db', tags });
    expectExactly(['restore-point-in-time', 'promote-by-rename'], region.calls.list());
  });
});
