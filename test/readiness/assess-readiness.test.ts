import { CreateDBSnapshotCommand, DeleteDBInstanceCommand, ModifyDBInstanceCommand } from '@aws-sdk/client-rds';
import { describe, expect, it } from 'vitest';
import { serializeManifest } from '../../src/backup/dump-manifest.js';
import { assessReadiness, type ReadinessRequest } from '../../src/readiness/assess-readiness.js';
import type { ReadinessCode, ReadinessReport } from '../../src/readiness/readiness-report.js';
import type { System } from '../../src/system/define-system.js';
import { fakeSystem } from '../backup/fakes/fake-system.js';
import { abortReason, denied } from '../backup/fakes/faulty.js';
import { manifestFor } from '../backup/manifest-for.js';
import { virtualZephyr } from './zephyr-virtual.js';

const production = 'zephyr-production-db';
const hour = 3_600_000;

const drilled: ReadinessRequest = {
  lastDrill: { at: new Date('2025-11-02T10:00:00Z'), recoveryTimeMilliseconds: 1_500_000 },
};

const bad = (report: ReadinessReport): Partial<Record<ReadinessCode, string>> =>
  Object.fromEntries(report.findings.filter(({ grade }) => grade !== 'ok').map(({ code, grade }) => [code, grade]));

async function putDump(system: System, at: string, more: Parameters<typeof manifestFor>[1] = {}): Promise<string> {
  const store = system.aws.objectStore({ bucket: 'zephyr-backups' });
  const sizeBytes = more.sizeBytes ?? 5;
  const made = manifestFor(new Date(at), more);
  const manifest = { ...made, sizeBytes, archives: made.archives.map((archive) => ({ ...archive, sizeBytes })) };
  const key = manifest.key.replace(/\.dump$/, '.manifest.json');
  await store.put(key, serializeManifest(manifest));
  return key;
}

describe('over the wire', () => {
  it('production as the runbook wants it is ready, in one round of reads', async () => {
    await using zephyr = await virtualZephyr();
    zephyr.region.calls.clear();
    const report = await assessReadiness(zephyr.system, drilled);
    expect(bad(report)).toEqual({});
    expect(report.grade).toBe('ok');
    expect(report.at).toBe('2025-11-10T12:00:00.000Z');
    const operations = zephyr.region.calls.list().map(({ operation }) => operation);
    expect(operations.sort()).toEqual([
      'DescribeAccountAttributes',
      'DescribeDBInstanceAutomatedBackups',
      'DescribeDBInstances',
      'DescribeDBSnapshots',
      'DescribeDBSnapshots',
      'DescribeEvents',
      'GetMetricData',
      'GetMetricData',
    ]);
    const newest = report.findings.find(({ code }) => code === 'automated-snapshot');
    expect(newest?.evidence).toMatchObject({
      newest: expect.stringMatching(/^rds:zephyr-production-db-2025-11-10-03-/),
      lastFinishedEvent: expect.stringMatching(/^2025-11-10T03:/),
    });
  });

  it("the runbook's own Terraform is not", async () => {
    // What it leaves out gets AWS's default (facts K37).
    await using zephyr = await virtualZephyr(
      {},
      {
        MultiAZ: undefined,
        StorageEncrypted: undefined,
        DeletionProtection: undefined,
        MonitoringInterval: undefined,
        MonitoringRoleArn: undefined,
      },
    );
    expect(bad(await assessReadiness(zephyr.system, drilled))).toEqual({
      encryption: 'warning',
      'deletion-protection': 'warning',
      'multi-az': 'warning',
      'enhanced-monitoring': 'warning',
    });
  });

  it('stuck log shipping breaks the recovery point objective', async () => {
    await using zephyr = await virtualZephyr({ logShippingInterval: '10d' });
    const report = await assessReadiness(zephyr.system, drilled);
    expect(bad(report)).toEqual({ 'recovery-point': 'critical', 'log-shipping': 'critical' });
    expect(report.objectives[1]).toMatchObject({ objective: 'recovery-point', verdict: 'missed' });
    expect(report.objectives[1]?.measuredMilliseconds).toBeGreaterThan(20 * hour);
  });

  it('a missing daily backup is noticed the same morning, and is critical the next day', async () => {
    await using zephyr = await virtualZephyr();
    const stuck = zephyr.region.faults.inject({
      operation: 'ModifyDBInstance',
      fault: { kind: 'stuck', status: 'modifying' },
    });
    const change = { DBInstanceIdentifier: production, AllocatedStorage: 200, ApplyImmediately: true };
    await zephyr.rds.send(new ModifyDBInstanceCommand(change));
    expect(stuck.hits).toBe(1);
    await zephyr.clock.sleep(17 * hour);
    expect(bad(await assessReadiness(zephyr.system, drilled))).not.toHaveProperty('automated-snapshot');
    await zephyr.clock.sleep(hour + 60_000);
    expect(bad(await assessReadiness(zephyr.system, drilled))).toMatchObject({
      'automated-snapshot': 'warning',
      'instance-status': 'warning',
    });
    await zephyr.clock.sleep(24 * hour);
    expect(bad(await assessReadiness(zephyr.system, drilled))).toMatchObject({ 'automated-snapshot': 'critical' });
  });

  it('backups that were never made are critical however young the retention looks', async () => {
    await using zephyr = await virtualZephyr({ automatedBackups: false });
    expect(bad(await assessReadiness(zephyr.system, drilled))).toEqual({
      'point-in-time-recovery': 'critical',
      'recovery-point': 'critical',
      'log-shipping': 'critical',
      'automated-snapshot': 'critical',
    });
  });

  it('a retention of one day, public access and a quota that is nearly used up each have their line', async () => {
    await using zephyr = await virtualZephyr(
      { quotas: { manualSnapshots: 4 } },
      { BackupRetentionPeriod: 1, PubliclyAccessible: true },
    );
    for (const name of ['a', 'b', 'c']) {
      await zephyr.rds.send(
        new CreateDBSnapshotCommand({ DBInstanceIdentifier: production, DBSnapshotIdentifier: name }),
      );
      await zephyr.clock.sleep(hour);
    }
    const report = await assessReadiness(zephyr.system, drilled);
    expect(bad(report)).toEqual({
      'backup-retention': 'critical',
      'public-access': 'critical',
      'snapshot-quota': 'warning',
    });
    expect(report.findings.find(({ code }) => code === 'snapshot-quota')?.evidence).toMatchObject({
      used: 3,
      max: 4,
      perDay: 0.1,
      runwayDays: 10,
    });
  });

  it('dumps are found by their manifests: stale, shrunk, partial and torn ones for what they are', async () => {
    await using zephyr = await virtualZephyr();
    const system = zephyr.systemWith({ archive: { bucket: 'zephyr-backups' } });
    const freshness = async () => {
      const { findings } = await assessReadiness(system, drilled);
      const of = (wanted: ReadinessCode) => findings.find(({ code }) => code === wanted);
      return { fresh: of('dump-freshness'), size: of('dump-size') };
    };
    expect(await freshness()).toMatchObject({ fresh: { grade: 'warning' }, size: undefined });
    await putDump(system, '2025-11-02T02:00:00Z', { sizeBytes: 4_000 });
    expect(await freshness()).toMatchObject({ fresh: { grade: 'warning', title: expect.stringContaining('8 d') } });
    await putDump(system, '2025-11-09T02:00:00Z', { sizeBytes: 1_000 });
    await putDump(system, '2025-11-10T02:00:00Z', { sizeBytes: 7, tables: ['public.votes'] });
    await putDump(system, '2025-11-10T03:00:00Z', { sizeBytes: 7, schemas: ['public'] });
    expect(await freshness()).toMatchObject({
      fresh: { grade: 'ok', title: expect.stringContaining('20251109') },
      size: { grade: 'warning', evidence: { ratio: 0.25, sizeBytes: 1_000, sizeBytesBefore: 4_000 } },
    });
    const torn = manifestFor(new Date('2025-11-10T04:00:00Z')).key.replace(/\.dump$/, '.manifest.json');
    await system.aws.objectStore({ bucket: 'zephyr-backups' }).put(torn, '{');
    expect(await freshness()).toMatchObject({ fresh: { grade: 'warning', evidence: { unreadable: [torn] } } });
  });

  it('what is denied becomes a finding with AWS’s reason', async () => {
    await using zephyr = await virtualZephyr();
    const system = zephyr.systemWith({ archive: { bucket: 'not-there' } });
    const deny = { kind: 'error', code: 'AccessDenied', status: 403, message: 'no' } as const;
    for (const operation of ['DescribeDBSnapshots', 'DescribeAccountAttributes', 'GetMetricData']) {
      zephyr.region.faults.inject({ operation, fault: deny });
    }
    const report = await assessReadiness(system, drilled);
    expect(bad(report)).toEqual({
      'automated-snapshot': 'warning',
      'snapshot-quota': 'warning',
      'shared-snapshots': 'warning',
      'free-storage': 'warning',
      'dump-freshness': 'warning',
    });
    const unknown = report.findings.flatMap((finding) => (finding.unknown === undefined ? [] : [finding.unknown.code]));
    expect(unknown.sort()).toEqual([...Array(4).fill('access-denied'), 'bucket-not-found']);
  });

  it('free storage is that which CloudWatch measured, with its trend', async () => {
    await using zephyr = await virtualZephyr();
    const dimensions = { DBInstanceIdentifier: production };
    const gibibyte = 1_073_741_824;
    for (let day = 0; day < 9; day += 1) {
      const since = new Date(Date.UTC(2025, 10, 2 + day));
      zephyr.region.metrics.set({ name: 'FreeStorageSpace', dimensions, value: (40 - 4 * day) * gibibyte, since });
    }
    const report = await assessReadiness(zephyr.system, drilled);
    expect(bad(report)).toEqual({ 'free-storage': 'warning' });
    expect(report.findings[0]).toMatchObject({
      title: 'little is left: 8.0 GiB free, 8 %; at the pace of the last week it lasts 2 d',
      evidence: { runwayDays: 2 },
    });
  });

  it('with whom snapshots are shared is not asked where it shall not be', async () => {
    await using zephyr = await virtualZephyr();
    const snapshot = { DBInstanceIdentifier: production, DBSnapshotIdentifier: 'a' };
    await zephyr.rds.send(new CreateDBSnapshotCommand(snapshot));
    const asked = () => zephyr.region.calls.list('DescribeDBSnapshotAttributes').length;
    await assessReadiness(zephyr.system, { ...drilled, auditSharing: false });
    expect(asked()).toBe(0);
    await assessReadiness(zephyr.system, drilled);
    expect(asked()).toBe(1);
  });

  it('nothing can be said without the instance', async () => {
    await using zephyr = await virtualZephyr();
    zephyr.region.faults.inject({ fault: { kind: 'error', code: 'AccessDenied', status: 403 } });
    await expect(assessReadiness(zephyr.system)).rejects.toMatchObject({ code: 'access-denied' });
    zephyr.region.faults.clear();
    await zephyr.rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: production, DeletionProtection: false }));
    await zephyr.rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: production, SkipFinalSnapshot: true }));
    await zephyr.clock.sleep(hour);
    await expect(assessReadiness(zephyr.system)).rejects.toMatchObject({
      code: 'instance-not-found',
      hint: expect.stringContaining('retained automated backups'),
    });
  });
});

describe('limits', () => {
  it('what has not answered by the deadline is unknown, and leaves nothing behind', async () => {
    const { system, rds, clock } = fakeSystem();
    const stopped: unknown[] = [];
    rds.accountQuotas = (call) =>
      new Promise((_, reject) => {
        call?.signal?.addEventListener('abort', () => {
          stopped.push(call.signal?.reason);
          reject(call.signal?.reason);
        });
      });
    const deadline = new Date(clock.now().getTime() + 10_000);
    const report = await assessReadiness(system, drilled, { deadline });
    const quota = report.findings.find(({ code }) => code === 'snapshot-quota');
    expect(quota).toMatchObject({ grade: 'warning', unknown: { code: 'deadline-exceeded' } });
    expect(stopped).toHaveLength(1);
    expect(clock.now().getTime()).toBe(deadline.getTime());
  });

  it('an instance that does not answer by the deadline is an error', async () => {
    const { system, rds, clock } = fakeSystem();
    rds.describeInstance = (_, call) =>
      new Promise((__, reject) => {
        call?.signal?.addEventListener('abort', () => reject(call.signal?.reason));
      });
    const deadline = new Date(clock.now().getTime() + 10_000);
    await expect(assessReadiness(system, {}, { deadline })).rejects.toMatchObject({ code: 'deadline-exceeded' });
  });

  it('every call is stopped by the signal, with its reason, and every denial but one is survived', async () => {
    const counted = fakeSystem();
    await assessReadiness(counted.system, drilled);
    const calls = [...counted.faults.calls];
    expect(calls[0]).toBe('rds.describeInstance');
    for (let at = 1; at <= calls.length; at += 1) {
      for (const fault of ['aborts-before', 'aborts-after'] as const) {
        const { system, faults } = fakeSystem();
        const stop = new AbortController();
        faults.arm(at, fault, stop);
        await expect(assessReadiness(system, drilled, { signal: stop.signal }), `${fault} ${at}`).rejects.toBe(
          abortReason,
        );
      }
      const { system, faults } = fakeSystem();
      faults.arm(at, 'is-denied');
      const assessed = assessReadiness(system, drilled);
      if (at === 1) await expect(assessed).rejects.toMatchObject({ code: 'access-denied' });
      else expect((await assessed).system.instance, calls[at - 1]).toBe(production);
    }
  });

  it('an error that is none of AWS is not made a finding of', async () => {
    const { system, rds } = fakeSystem();
    rds.accountQuotas = async () => {
      throw new TypeError('a defect');
    };
    await expect(assessReadiness(system)).rejects.toThrow('a defect');
    rds.accountQuotas = async () => {
      throw denied('x');
    };
    await expect(assessReadiness(system)).resolves.toMatchObject({ system: { instance: production } });
  });

  it.each([
    ['lastDrill.at', { lastDrill: { at: new Date(Number.NaN) } }],
    ['lastDrill.at', { lastDrill: { at: '2025-11-09' as never } }],
    ['lastDrill.recoveryTimeMilliseconds', { lastDrill: { at: new Date(0), recoveryTimeMilliseconds: -1 } }],
    ['lastDrill.recoveryTimeMilliseconds', { lastDrill: { at: new Date(0), recoveryTimeMilliseconds: Number.NaN } }],
    ['expected.backupWindow', { expected: { backupWindow: 'at night' } }],
  ] as [string, ReadinessRequest][])('%s is checked before any call', async (field, request) => {
    const { system, faults } = fakeSystem();
    await expect(assessReadiness(system, request)).rejects.toMatchObject({ code: 'invalid-input', field });
    expect(faults.calls).toEqual([]);
  });

  it('an aborted call makes none', async () => {
    const { system, faults } = fakeSystem();
    await expect(assessReadiness(system, {}, { signal: AbortSignal.abort(abortReason) })).rejects.toBe(abortReason);
    expect(faults.calls).toEqual([]);
  });
});
