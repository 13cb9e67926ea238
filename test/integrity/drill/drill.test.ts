import { afterEach, describe, expect, it } from 'vitest';
import { connectAws } from '../../../src/aws/index.js';
import { BackupClient } from '../../../src/backup/backup-client.js';
import { readEvidence } from '../../../src/evidence/read-evidence.js';
import { readVerifications } from '../../../src/evidence/read-verifications.js';
import { drillHistory } from '../../../src/integrity/drill/drill-history.js';
import type { DatabaseDrillRequest, DrillRequest } from '../../../src/integrity/drill/drill-request.js';
import { IntegrityChecker } from '../../../src/integrity/integrity-checker.js';
import { startLocalRegion } from '../../../src/local/index.js';
import type { RdsPort } from '../../../src/ports/rds.js';
import { clientsOf, instanceName, type Production } from '../../sweeps/production.js';
import { drillHome, givenHome, instancesLater, quarantine } from './rehearsal.js';

let production: Production | undefined;
afterEach(async () => {
  await production?.[Symbol.asyncDispose]();
  production = undefined;
});

async function given(): Promise<Production> {
  production = await givenHome();
  return production;
}

describe('a drill', () => {
  it('restores a snapshot, checks it, removes what it made and keeps the evidence', async () => {
    const home = await given();
    const report = await drillHome(home, { runId: 'first', owner: 'sre' });

    expect(report).toMatchObject({
      verdict: 'passed',
      reasons: [],
      backup: { kind: 'database-snapshot', asked: 'latest-automated-snapshot', resourceId: home.resourceId },
      target: { kind: 'instance', identifier: 'zephyr-drill-first', size: 'db.t3.large' },
      recoveryTime: { verdict: 'met' },
      recoveryPoint: { verdict: 'not-judged' },
      teardown: { outcome: 'removed', leftovers: [] },
      cost: { currency: 'USD' },
    });
    expect(report.error).toBeUndefined();
    expect(report.cost.amount).toBeGreaterThan(0);
    expect(report.checks.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual([
      'password passed',
      'server-version passed',
      'fingerprint passed',
    ]);
    expect(report.phases.map(({ phase }) => phase)).toEqual([
      'choose',
      'restore-from-snapshot',
      'wait-for-instance',
      'apply-configuration',
      'prove-password',
      'check',
      'tear-down',
    ]);
    expect(await instancesLater(home)).toEqual([instanceName]);
    const { key, ...evidence } = report;
    const kept = await readEvidence(home.system, key ?? '');
    expect(kept).toMatchObject({ kind: 'drill', verdict: 'passed', subject: report.backup.id });
    expect(kept?.body).toEqual(JSON.parse(JSON.stringify(evidence)));
  });

  it('quarantines what it restores: its own groups, not public, no backups, not protected, tagged to expire', async () => {
    const home = await given();
    await drillHome(home, {
      runId: 'walled',
      timeToLive: '6h',
      quarantine: { ...quarantine, instanceClass: 'db.t3.medium' },
    });
    const [restore] = home.region.calls.list('RestoreDBInstanceFromDBSnapshot');
    expect(restore?.input).toMatchObject({
      DBInstanceIdentifier: 'zephyr-drill-walled',
      DBInstanceClass: 'db.t3.medium',
      VpcSecurityGroupIds: ['sg-drill'],
      PubliclyAccessible: false,
      MultiAZ: false,
      BackupRetentionPeriod: 0,
      DeletionProtection: false,
    });
    const tags = new Map(
      ((restore?.input.Tags ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
    );
    expect(tags.get('zephyr:purpose')).toBe('drill');
    expect(tags.get('zephyr:drill-run')).toBe('walled');
    expect(tags.get('zephyr:managed-by')).toBe('zephyr-backup');
    expect(Date.parse(tags.get('zephyr:expires-at') ?? '')).toBe((restore?.at.getTime() ?? 0) + 6 * 3_600_000);
    // Production's own tags would draw production's own tools to it.
    expect(tags.has('team')).toBe(false);
  });

  it('marks the snapshot as verified, so that the next drill takes another', async () => {
    const home = await given();
    const manual = await new BackupClient(home.system).createDatabaseSnapshot({ reason: 'before' });
    const first = await drillHome(home, { source: 'newest-unverified' });
    expect(first.backup.id).toBe(manual.id);
    const second = await drillHome(home, { source: 'newest-unverified' });
    expect(second.verdict).toBe('passed');
    expect(second.backup.id).toMatch(/^rds:/);
    await expect(drillHome(home, { source: 'newest-unverified' })).rejects.toMatchObject({
      code: 'snapshot-not-found',
    });
    const verifications = await readVerifications(home.system);
    expect(verifications.of({ ...manual, resourceId: home.resourceId })).toMatchObject({
      how: 'drill',
      evidence: first.key,
    });
  });

  it('tells the expectation which backup was chosen', async () => {
    const home = await given();
    const seen: unknown[] = [];
    const report = await drillHome(home, {
      expectation: (backup) => {
        seen.push(backup);
        return {
          boundaries: [
            { table: 'public.votes', column: 'at', notAfter: backup.dataTime ?? '', notBefore: '2025-11-01T00:00:00Z' },
          ],
        };
      },
    });
    expect(seen).toEqual([report.backup]);
    // The fake's table has no such column: what cannot be found out is no pass.
    expect(report.verdict).toBe('partial');
  });

  it.each([
    ['given', { kind: 'point-in-time', time: new Date('2025-11-09T15:30:00.900Z') }, '2025-11-09T15:30:00.000Z'],
    ['latest', { kind: 'point-in-time', time: 'latest' }, undefined],
  ] as const)('restores a point in time: %s', async (_name, source, dataTime) => {
    const home = await given();
    const report = await drillHome(home, { source });
    expect(report).toMatchObject({ verdict: 'passed', backup: { kind: 'point-in-time', id: home.resourceId } });
    if (dataTime === undefined) expect(report.recoveryPoint).toMatchObject({ verdict: 'met' });
    else expect(report.backup.dataTime).toBe(dataTime);
    expect(await instancesLater(home)).toEqual([instanceName]);
  });

  it('draws a random instant from a seed that the evidence records', async () => {
    const home = await given();
    const first = await drillHome(home, { source: { kind: 'random-point-in-time' } });
    const { drawn, dataTime } = first.backup;
    expect(first.verdict).toBe('passed');
    expect(Date.parse(dataTime ?? '')).toBeGreaterThanOrEqual(Date.parse(drawn?.from ?? ''));
    expect(Date.parse(dataTime ?? '')).toBeLessThanOrEqual(Date.parse(drawn?.to ?? ''));
    const again = await drillHome(home, { source: { kind: 'random-point-in-time', seed: '2025-11' } });
    expect(again.backup.drawn?.seed).toBe('2025-11');
  });

  it('says of a window without a whole second that there is nothing to restore to yet', async () => {
    const home = await given();
    const { rds } = home.system.aws;
    const short: RdsPort = {
      ...rds,
      async *listAutomatedBackups(filter, call) {
        const restoreWindow = {
          earliest: new Date('2025-11-09T02:00:00.200Z'),
          latest: new Date('2025-11-09T02:00:00.9Z'),
        };
        for await (const backup of rds.listAutomatedBackups(filter, call)) yield { ...backup, restoreWindow };
      },
      describeInstance: async (identifier, call) => {
        const found = await rds.describeInstance(identifier, call);
        return found && { ...found, latestRestorableTime: undefined };
      },
    };
    const system = { ...home.system, aws: { ...home.system.aws, rds: short } };
    for (const source of [{ kind: 'random-point-in-time' }, { kind: 'point-in-time', time: 'latest' }] as const) {
      await expect(drillHome({ ...home, system }, { source })).rejects.toMatchObject({
        code: 'invalid-state',
        retryable: true,
        message: expect.stringContaining('no whole second'),
      });
    }
  });

  it('restores another region’s copy over there, and keeps the evidence here', async () => {
    const home = await given();
    const { system, clock, region } = home;
    await using west = await startLocalRegion({ region: 'us-west-2', peer: region, clock });
    const clients = clientsOf(west, west.requestHandler);
    const aws = connectAws({ region: 'us-west-2', ...clients });
    const manual = await new BackupClient(system).createDatabaseSnapshot({ reason: 'weekly copy' });
    const { CopyDBSnapshotCommand } = await import('@aws-sdk/client-rds');
    await clients.rds.send(
      new CopyDBSnapshotCommand({ SourceDBSnapshotIdentifier: manual.arn, TargetDBSnapshotIdentifier: 'copied' }),
    );
    clock.advance(3_600_000);
    const report = await new IntegrityChecker({ ...system, otherRegions: [aws] }).drill({
      source: { kind: 'regional-copy', region: 'us-west-2', snapshot: 'latest' },
      quarantine: { ...quarantine, subnetGroup: 'default', instanceClass: 'db.t3.large' },
      expectation: { fingerprint: await new IntegrityChecker(system).fingerprint() },
      credentials: () => ({ user: 'verifier', password: 'another' }),
    });
    expect(report).toMatchObject({
      backup: { asked: 'regional copy', id: 'copied', region: 'us-west-2' },
      target: { region: 'us-west-2' },
      teardown: { outcome: 'removed', leftovers: [] },
    });
    expect(await readEvidence(system, report.key ?? '')).toBeDefined();
    await drillHome(home, { source: { kind: 'point-in-time', time: 'latest' } });
    const { byKind } = await drillHistory(system);
    // How long it takes over there says nothing about a recovery here.
    expect(Object.keys(byKind).sort()).toEqual(['point-in-time', 'regional-copy']);
    const { drills } = await drillHistory(system, { kind: 'regional-copy' });
    expect(drills.map(({ runId }) => runId)).toEqual([report.runId]);
    clients.rds.destroy();
    clients.s3.destroy();
  });
});

describe('a run', () => {
  it('is made once: asked for again it gives its evidence', async () => {
    const home = await given();
    const first = await drillHome(home, { runId: '2025-11' });
    const restores = home.region.calls.list('RestoreDBInstanceFromDBSnapshot').length;
    expect(await drillHome(home, { runId: '2025-11' })).toEqual(first);
    expect(home.region.calls.list('RestoreDBInstanceFromDBSnapshot')).toHaveLength(restores);
  });

  it('is refused where its name was that of a drill of something else', async () => {
    const home = await given();
    const time = new Date(home.clock.now().getTime() - 3_600_000);
    const first = await drillHome(home, { runId: '2025-11', source: { kind: 'point-in-time', time } });
    const later = { kind: 'point-in-time', time: new Date(time.getTime() + 60_000) } as const;
    expect(await drillHome(home, { runId: '2025-11', source: later })).toEqual(first);
    for (const source of ['newest-unverified', { kind: 'point-in-time', time: 'latest' }] as const) {
      const refused = { code: 'invalid-input', field: 'runId', message: expect.stringContaining('point-in-time') };
      await expect(drillHome(home, { runId: '2025-11', source })).rejects.toMatchObject(refused);
    }
  });

  it('is refused while it is going on', async () => {
    const home = await given();
    const both = await Promise.allSettled([drillHome(home, { runId: 'same' }), drillHome(home, { runId: 'same' })]);
    const statuses = both.map((one) => (one.status === 'fulfilled' ? one.value.verdict : one.reason.code)).sort();
    expect(statuses).toEqual(['journal-busy', 'passed']);
    expect(await instancesLater(home)).toEqual([instanceName]);
  });

  it('keeps apart from another one at the same time', async () => {
    const home = await given();
    const [one, other] = await Promise.all([drillHome(home), drillHome(home)]);
    expect([one.verdict, other.verdict]).toEqual(['passed', 'passed']);
    expect(one.target.identifier).not.toBe(other.target.identifier);
    expect(await instancesLater(home)).toEqual([instanceName]);
    const history = await drillHistory(home.system);
    expect(history.byKind['database-snapshot']?.verdicts).toEqual({ passed: 2, partial: 0, failed: 0 });
    expect(history.drills.map(({ key }) => key).sort()).toEqual([one.key, other.key].sort());
  });

  it('that was interrupted is taken up where it was', async () => {
    const home = await given();
    const { spoiler } = home;
    const request: Partial<DatabaseDrillRequest> = { runId: 'cut', expectation: { consistency: ['foreign-keys'] } };
    const abort = new AbortController();
    const restoring = home.region.calls.list('RestoreDBInstanceFromDBSnapshot').length;
    spoiler.arm(40, 'crash', abort);
    // Nobody hears what becomes of it in a process that is gone.
    await drillHome(home, request).catch(() => undefined);
    expect(spoiler.struck()).toBe(true);
    expect(home.region.calls.list('RestoreDBInstanceFromDBSnapshot').length).toBe(restoring + 1);
    spoiler.disarm();
    home.clock.advance(20 * 60_000);
    const report = await drillHome(home, request);
    expect(report.teardown).toEqual({ outcome: 'removed', leftovers: [] });
    expect(report.target.identifier).toBe('zephyr-drill-cut');
    expect(home.region.calls.list('RestoreDBInstanceFromDBSnapshot').length).toBe(restoring + 1);
    expect(await instancesLater(home)).toEqual([instanceName]);
  });

  it('that ended by an error is begun again', async () => {
    const home = await given();
    const { faults } = home.region;
    const full = { kind: 'error', code: 'InstanceQuotaExceeded', status: 400 } as const;
    faults.inject({ operation: 'RestoreDBInstanceFromDBSnapshot', fault: full });
    const first = await drillHome(home, { runId: 'again' });
    expect(first).toMatchObject({ verdict: 'failed', error: { code: 'quota-exceeded' } });
    expect(first.teardown).toEqual({ outcome: 'nothing-made', leftovers: [] });
    faults.clear();
    const second = await drillHome(home, { runId: 'again' });
    expect(second).toMatchObject({ verdict: 'passed', target: { identifier: 'zephyr-drill-again-2' } });
  });
});

describe('a request', () => {
  const bad: readonly (readonly [field: string, request: unknown])[] = [
    ['source', { quarantine }],
    ['source', { source: null, quarantine }],
    ['source', { source: 'yesterday', quarantine }],
    ['source', { source: { kind: 'tape' }, quarantine }],
    ['source.id', { source: { kind: 'snapshot', id: '-' }, quarantine }],
    ['source.time', { source: { kind: 'point-in-time', time: new Date('never') }, quarantine }],
    ['source.time', { source: { kind: 'point-in-time', time: '2025-11-09' }, quarantine }],
    ['source.seed', { source: { kind: 'random-point-in-time', seed: '' }, quarantine }],
    ['source.region', { source: { kind: 'regional-copy', region: 'eu-west-1', snapshot: 'latest' }, quarantine }],
    ['source.time', { source: { kind: 'regional-point-in-time', region: 'us-west-2', time: 0 }, quarantine }],
    ['source.dump', { source: { kind: 'dump', dump: '/etc' }, on: { instance: 'a' } }],
    ['on', { source: { kind: 'dump', dump: 'latest' } }],
    ['on', { source: { kind: 'dump', dump: 'latest' }, on: {} }],
    ['on', { source: { kind: 'dump', dump: 'latest' }, on: { instance: 'a', endpoint: { address: 'b', port: 1 } } }],
    ['on.instance', { source: { kind: 'dump', dump: 'latest' }, on: { instance: '1' } }],
    ['quarantine.vpcSecurityGroups', { source: 'newest-unverified' }],
    ['quarantine.vpcSecurityGroups', { source: 'newest-unverified', quarantine: { vpcSecurityGroups: [] } }],
    ['quarantine.vpcSecurityGroups', { source: 'newest-unverified', quarantine: { vpcSecurityGroups: ['default'] } }],
    [
      'quarantine.instanceClass',
      { source: 'newest-unverified', quarantine: { ...quarantine, instanceClass: 'large' } },
    ],
    [
      'quarantine.instanceClass',
      { source: 'newest-unverified', quarantine: { ...quarantine, instanceClass: { preferred: [] } } },
    ],
    ['runId', { source: 'newest-unverified', quarantine, runId: 'Two Words' }],
    ['runId', { source: 'newest-unverified', quarantine, runId: 'a'.repeat(25) }],
    ['prefix', { source: 'newest-unverified', quarantine, prefix: 'a'.repeat(39) }],
    ['prefix', { source: 'newest-unverified', quarantine, prefix: '9' }],
    ['owner', { source: 'newest-unverified', quarantine, owner: 'a\nb' }],
    ['timeToLive', { source: 'newest-unverified', quarantine, timeToLive: '1 day' }],
    ['expectation', { source: 'newest-unverified', quarantine, expectation: 'good' }],
    ['credentials', { source: 'newest-unverified', quarantine, credentials: { user: 'a' } }],
  ];

  it('that cannot be right is refused before any call is made', async () => {
    const home = await given();
    home.spoiler.disarm();
    for (const [field, request] of bad) {
      await expect(new IntegrityChecker(home.system).drill(request as DrillRequest), field).rejects.toMatchObject({
        code: 'invalid-input',
        field,
      });
    }
    const withoutArchive = new IntegrityChecker({ ...home.system, archive: undefined });
    await expect(withoutArchive.drill({ source: 'newest-unverified', quarantine })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'archive',
    });
    const otherRegions = [{ ...home.system.aws, region: 'us-west-2' }];
    const elsewhere = { source: { kind: 'regional-copy', region: 'us-west-2', snapshot: 'latest' } } as const;
    for (const instanceClass of ['source', { preferred: ['db.t3.large', 'source'] }] as const) {
      const walls = { ...quarantine, subnetGroup: 'default', instanceClass };
      const asked = new IntegrityChecker({ ...home.system, otherRegions }).drill({ ...elsewhere, quarantine: walls });
      await expect(asked).rejects.toMatchObject({ field: 'quarantine.instanceClass' });
    }
    for (const missing of ['subnetGroup', 'instanceClass']) {
      const walls = { ...quarantine, subnetGroup: 'default', instanceClass: 'db.t3.large', [missing]: undefined };
      await expect(
        new IntegrityChecker({ ...home.system, otherRegions }).drill({
          source: { kind: 'regional-copy', region: 'us-west-2', snapshot: 'latest' },
          quarantine: walls,
        } as DrillRequest),
      ).rejects.toMatchObject({ field: `quarantine.${missing}` });
    }
    expect(home.spoiler.calls).toEqual([]);
  });

  it('is checked by the types as well', () => {
    const requests: DrillRequest[] = [
      { source: 'latest-automated-snapshot', quarantine },
      // @ts-expect-error without quarantine production's data would lie open
      { source: 'latest-automated-snapshot' },
      // @ts-expect-error an empty list of groups gets AWS's default one
      { source: 'newest-unverified', quarantine: { vpcSecurityGroups: [] } },
      // @ts-expect-error a dump is restored into a database
      { source: { kind: 'dump', dump: 'latest' }, quarantine },
      // @ts-expect-error a snapshot is restored to an instance of its own
      { source: { kind: 'snapshot', id: 'a' }, quarantine, on: { instance: 'b' } },
      // @ts-expect-error a point in time needs a time
      { source: { kind: 'point-in-time' }, quarantine },
      // @ts-expect-error there is nothing to draw where the time is given
      { source: { kind: 'point-in-time', time: 'latest', seed: 'a' }, quarantine },
    ];
    expect(requests).toHaveLength(7);
  });
});
