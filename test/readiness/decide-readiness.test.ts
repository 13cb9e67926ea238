import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatabaseInstance } from '../../src/ports/database-instance.js';
import { checkExpectation, type ExpectedConfiguration } from '../../src/readiness/expected-configuration.js';
import type { ReadinessFacts } from '../../src/readiness/readiness-facts.js';
import { type ReadinessCode, readinessExitCode, worstGrade } from '../../src/readiness/readiness-report.js';
import { decide, finding } from './decided.js';
import { ago, day, dump, facts, hour, instance, known, minute, now, tally, unknown } from './facts.js';

const withInstance = (changes: Partial<DatabaseInstance>): ReadinessFacts => facts({}, changes);

describe('a system as the runbook wants it', () => {
  it('is ready, with every thing looked at once', () => {
    const report = decide();
    expect(report.findings.filter(({ grade }) => grade !== 'ok')).toEqual([]);
    expect(report.grade).toBe('ok');
    expect(readinessExitCode(report)).toBe(0);
    expect(new Set(report.findings.map(({ code }) => code)).size).toBe(report.findings.length);
    expect(report.findings).toHaveLength(29);
    expect(report.objectives).toEqual([
      { objective: 'recovery-time', verdict: 'met', measuredMilliseconds: 25 * minute, allowedMilliseconds: hour },
      {
        objective: 'recovery-point',
        verdict: 'met',
        measuredMilliseconds: 4 * minute,
        allowedMilliseconds: 5 * minute,
      },
    ]);
    expect(report).toMatchObject({ at: now.toISOString(), system: { resourceId: instance.resourceId } });
  });

  it('is reported as plain JSON', () => {
    const report = decide(facts({ quota: unknown() }, { backupRetentionDays: 0, latestRestorableTime: undefined }));
    expect(JSON.parse(JSON.stringify(report))).toMatchObject({ grade: 'critical' });
    expect(JSON.stringify(report)).not.toContain('null');
  });
});

describe('point-in-time recovery', () => {
  it.each([
    ['off', { backupRetentionDays: 0, latestRestorableTime: undefined }, 'automated backups are off'],
    ['off, though an old time is still shown', { backupRetentionDays: 0 }, 'automated backups are off'],
    ['not begun', { latestRestorableTime: undefined }, 'nothing to recover to yet'],
    ['of a replica', { replicaSource: 'primary' }, 'read replica of primary'],
  ])('%s is critical, and so are the objectives that rest on it', (_, changes, title) => {
    const given = withInstance(changes);
    expect(finding('point-in-time-recovery', given)).toMatchObject({
      grade: 'critical',
      title: expect.stringContaining(title),
    });
    expect(finding('recovery-point', given).grade).toBe('critical');
    expect(finding('log-shipping', given).grade).toBe('critical');
    expect(decide(given).objectives[1]).toEqual({
      objective: 'recovery-point',
      verdict: 'missed',
      allowedMilliseconds: 5 * minute,
    });
  });

  it('says from when to when, as far as it is known', () => {
    const title = `to ${ago(4 * minute).toISOString()}`;
    expect(finding('point-in-time-recovery', facts()).title).toBe(
      `recoverable from ${ago(30 * day).toISOString()} ${title}`,
    );
    for (const automatedBackup of [unknown<undefined>(), known(undefined)]) {
      expect(finding('point-in-time-recovery', facts({ automatedBackup }))).toMatchObject({
        title: `recoverable ${title}`,
      });
    }
  });

  it.each([
    [0, 'ok', 'ok'],
    [5 * minute, 'ok', 'ok'],
    [5 * minute + 1, 'warning', 'ok'],
    [10 * minute, 'warning', 'ok'],
    [10 * minute + 1, 'critical', 'warning'],
    [15 * minute, 'critical', 'warning'],
    [15 * minute + 1, 'critical', 'critical'],
    // The clock of RDS may be ahead of ours.
    [-minute, 'ok', 'ok'],
  ])('%i ms behind is %s against five minutes, and log shipping %s', (lag, point, shipping) => {
    const given = withInstance({ latestRestorableTime: ago(lag) });
    expect(finding('recovery-point', given).grade).toBe(point);
    expect(finding('log-shipping', given).grade).toBe(shipping);
    expect(decide(given).objectives[1]?.verdict).toBe(point === 'ok' ? 'met' : 'missed');
  });
});

describe('recovery time and drills', () => {
  it('are unknown until somebody has drilled', () => {
    const given = facts({ drills: undefined });
    expect(finding('last-drill', given)).toMatchObject({ grade: 'warning', title: 'never drilled' });
    expect(finding('last-drill', facts({ drills: known({ unreadable: [] }) })).title).toBe('never drilled');
    expect(finding('recovery-time', given)).toMatchObject({ grade: 'warning', unknown: { code: 'not-measured' } });
    expect(decide(given).objectives[0]).toEqual({
      objective: 'recovery-time',
      verdict: 'unknown',
      allowedMilliseconds: hour,
    });
  });

  it('are judged by what the last one measured, and when', () => {
    const drilled = (age: number, took: number | undefined) =>
      facts({ drills: known({ passed: { at: ago(age), recoveryTimeMilliseconds: took }, unreadable: [] }) });
    expect(finding('recovery-time', drilled(day, hour)).grade).toBe('ok');
    expect(finding('recovery-time', drilled(day, hour + 1)).grade).toBe('critical');
    expect(finding('recovery-time', drilled(day, undefined)).grade).toBe('warning');
    expect(finding('last-drill', drilled(35 * day, hour)).grade).toBe('ok');
    expect(finding('last-drill', drilled(35 * day + 1, hour)).grade).toBe('warning');
    expect(finding('last-drill', drilled(8 * day, hour), { drillEvery: '7d' }).grade).toBe('warning');
    expect(finding('last-drill', drilled(-minute, hour)).grade).toBe('ok');
  });

  it('that did not pass count more than an earlier one that did', () => {
    const failed = { at: ago(day), verdict: 'failed', evidence: 'evidence/drill/x' };
    const passed = { at: ago(8 * day) };
    expect(finding('last-drill', facts({ drills: known({ failed, unreadable: [] }) }))).toMatchObject({
      grade: 'critical',
      title: 'the drill of 1 d 00 h ago failed; none has passed',
    });
    const unclear = { ...failed, verdict: 'inconclusive' };
    expect(finding('last-drill', facts({ drills: known({ failed: unclear, passed, unreadable: [] }) }))).toMatchObject({
      grade: 'critical',
      title: 'the drill of 1 d 00 h ago proved nothing; the last drill passed 8 d 00 h ago',
    });
  });
});

describe('retention', () => {
  it.each([
    [30, 'ok'],
    [35, 'ok'],
    [29, 'critical'],
    [1, 'critical'],
  ])('of %i days is %s where 30 were promised', (backupRetentionDays, grade) => {
    expect(finding('backup-retention', withInstance({ backupRetentionDays })).grade).toBe(grade);
  });
});

describe('the daily snapshot', () => {
  const newest = (createdAt: Date, more: Partial<typeof tally> = {}, changes: Partial<DatabaseInstance> = {}) =>
    finding(
      'automated-snapshot',
      facts({ snapshots: known({ ...tally, ...more, newestAutomated: { identifier: 'rds:x', createdAt } }) }, changes),
    );

  it('is told by its absence', () => {
    expect(newest(new Date('2025-11-09T03:00:00Z')).grade).toBe('ok');
    expect(newest(new Date('2025-11-08T13:59:59Z'))).toMatchObject({
      grade: 'warning',
      title: expect.stringContaining('last daily backup is missing'),
    });
    expect(newest(new Date('2025-11-08T03:00:00Z')).grade).toBe('warning');
    expect(newest(new Date('2025-11-08T02:59:59Z'))).toMatchObject({
      grade: 'critical',
      title: expect.stringContaining('2 daily backups are missing'),
    });
  });

  it('has until two hours after its window', () => {
    const yesterday = new Date('2025-11-08T13:40:00Z');
    // Window until 12:00, now is 14:00.
    expect(newest(yesterday, {}, { backupWindow: '11:00-12:00' }).grade).toBe('warning');
    expect(newest(yesterday, {}, { backupWindow: '11:01-12:01' }).grade).toBe('ok');
  });

  it('is asked for by the day where the window is unknown', () => {
    expect(newest(ago(26 * hour), {}, { backupWindow: undefined }).grade).toBe('ok');
    expect(newest(ago(26 * hour + 1), {}, { backupWindow: undefined }).grade).toBe('warning');
  });

  it('of the last 24 hours counts wherever the window is now', () => {
    expect(newest(new Date('2025-11-09T03:12:00Z'), {}, { backupWindow: '05:00-06:00' }).grade).toBe('ok');
    expect(newest(new Date('2025-11-08T14:00:00Z'), {}, { backupWindow: '05:00-06:00' }).grade).toBe('ok');
  });

  it('that is under way is mentioned', () => {
    const automatedUnderWay = { identifier: 'rds:now', status: 'creating' };
    expect(newest(ago(2 * day), { automatedUnderWay }).meaning).toContain('rds:now is creating');
  });

  it('cannot be there yet on a new instance', () => {
    const none = facts({ snapshots: known({ ...tally, newestAutomated: undefined }) });
    expect(finding('automated-snapshot', none)).toMatchObject({
      grade: 'critical',
      title: 'there is no automated snapshot',
    });
    const young = { ...none, instance: { ...instance, createdAt: ago(hour) } };
    expect(finding('automated-snapshot', young).grade).toBe('warning');
    expect(finding('automated-snapshot', { ...none, instance: { ...instance, createdAt: undefined } }).grade).toBe(
      'critical',
    );
  });

  it('carries the event that tells of it, if there is one', () => {
    expect(finding('automated-snapshot', facts()).evidence).toMatchObject({
      lastFinishedEvent: '2025-11-09T03:16:00.000Z',
    });
    expect(finding('automated-snapshot', facts({ events: unknown() })).evidence).toMatchObject({
      lastFinishedEvent: undefined,
    });
  });
});

describe('the quota of manual snapshots', () => {
  const at = (used: number, inLastMonth: number, max = 100) =>
    finding(
      'snapshot-quota',
      facts({ quota: known({ used, max }), snapshots: known({ ...tally, manualInLastMonth: inLastMonth }) }),
    );

  it.each([
    [79, 0, 'ok', undefined],
    [80, 0, 'warning', undefined],
    [99, 0, 'warning', undefined],
    [100, 0, 'critical', undefined],
    [101, 30, 'critical', 0],
    [70, 30, 'ok', 30],
    [71, 30, 'warning', 29],
  ])('%i used and %i made in a month is %s', (used, month, grade, runwayDays) => {
    const found = at(used, month);
    expect(found.grade).toBe(grade);
    expect(found.evidence.runwayDays).toBe(runwayDays);
  });

  it('says how long it lasts where there is a pace', () => {
    expect(at(79, 0).title).toBe('79 of 100 manual snapshots are used');
    expect(at(70, 30).title).toBe(
      "70 of 100 manual snapshots are used; at this instance's pace of the last 30 days it lasts 30 d",
    );
  });

  it('is judged without a pace where snapshots are unknown, and not at all where RDS tells none', () => {
    expect(finding('snapshot-quota', facts({ snapshots: unknown() })).evidence).toMatchObject({ perDay: 0 });
    expect(finding('snapshot-quota', facts({ quota: known(undefined) })).grade).toBe('ok');
  });
});

describe('dumps', () => {
  const of = (sizes: { newest?: [number, number]; before?: [number, number]; unreadable?: readonly string[] }) =>
    facts({
      dumps: known({
        newest: sizes.newest && dump(...sizes.newest),
        before: sizes.before && dump(...sizes.before),
        unreadable: sizes.unreadable ?? [],
        location: 's3://zephyr-backups',
        since: ago(92 * day),
      }),
    });

  it('are expected weekly unless said otherwise', () => {
    expect(finding('dump-freshness', of({ newest: [7 * day, 1] })).grade).toBe('ok');
    expect(finding('dump-freshness', of({ newest: [7 * day + 1, 1] })).grade).toBe('warning');
    expect(finding('dump-freshness', of({ newest: [2 * day, 1] }), { dumpEvery: '1d' }).grade).toBe('warning');
    expect(finding('dump-freshness', of({}))).toMatchObject({
      grade: 'warning',
      title: expect.stringContaining('no dump'),
    });
    expect(finding('dump-freshness', of({ newest: [day, 1], unreadable: ['k'] })).grade).toBe('warning');
    expect(finding('dump-freshness', of({ newest: [-minute, 1] })).grade).toBe('ok');
  });

  it('are not missed where there is no archive or none are made', () => {
    const codes = (given: ReadinessFacts, expected?: ExpectedConfiguration) =>
      decide(given, expected)
        .findings.map(({ code }) => code)
        .filter((code) => code.startsWith('dump'));
    expect(codes(facts({ dumps: undefined }))).toEqual([]);
    expect(codes(of({}), { dumpEvery: 'never' })).toEqual([]);
    expect(codes(of({ newest: [day, 1] }))).toEqual(['dump-freshness']);
  });

  it.each([
    [500, 1_000, 'ok'],
    [499, 1_000, 'warning'],
    [3_000, 1_000, 'ok'],
    [3_001, 1_000, 'warning'],
  ])('of %i bytes after one of %i are %s', (size, before, grade) => {
    expect(finding('dump-size', of({ newest: [day, size], before: [8 * day, before] })).grade).toBe(grade);
  });

  it('after an empty one cannot be compared', () => {
    expect(
      decide(of({ newest: [day, 5], before: [8 * day, 0] })).findings.some(({ code }) => code === 'dump-size'),
    ).toBe(false);
  });
});

describe('storage', () => {
  const told = (message: string, categories: readonly string[] = []) =>
    facts({ events: known([{ at: ago(hour), source: 'p', message, categories }]) });

  it.each([
    ['The free storage capacity for DB instance: x is low at 8% of the provisioned storage', []],
    ['DB instance has reached the storage-full threshold, and the database has been shut down.', ['availability']],
    ['Allocated storage has been exhausted for x', []],
    ['worded some other way one day', ['low storage']],
  ])('is low when RDS says: %s', (message, categories) => {
    const found = finding('free-storage', told(message, categories));
    expect(found.grade).toBe('warning');
    expect(found.evidence.events).toEqual([`${ago(hour).toISOString()} ${message}`]);
  });

  it('is full when the status says so', () => {
    const given = withInstance({ status: 'storage-full' });
    expect(finding('free-storage', given).grade).toBe('critical');
    expect(finding('instance-status', given).grade).toBe('critical');
  });
});

describe('configuration', () => {
  const deviations: readonly [ReadinessCode, Partial<DatabaseInstance>, 'warning' | 'critical'][] = [
    ['public-access', { publiclyAccessible: true }, 'critical'],
    ['encryption', { encrypted: false }, 'warning'],
    ['deletion-protection', { deletionProtection: false }, 'warning'],
    ['multi-az', { multiAz: false }, 'warning'],
    ['copy-tags', { copyTagsToSnapshot: false }, 'warning'],
    ['enhanced-monitoring', { monitoringIntervalSeconds: 0 }, 'warning'],
    ['log-exports', { logExports: ['postgresql'] }, 'warning'],
    ['backup-window', { backupWindow: '05:00-06:00' }, 'warning'],
    ['backup-window', { backupWindow: undefined }, 'warning'],
    ['maintenance-window', { maintenanceWindow: 'sun:03:30-sun:04:30' }, 'warning'],
    ['maintenance-window', { maintenanceWindow: 'mon:04:00-mon:05:00' }, 'warning'],
    ['pending-changes', { pendingChanges: { MultiAZ: true } }, 'warning'],
    ['pending-changes', { parameterGroups: [{ name: 'zephyr-15', applyStatus: 'pending-reboot' }] }, 'warning'],
  ];

  it.each(deviations)('%s deviates: %j', (code, changes, grade) => {
    const found = finding(code, withInstance(changes));
    expect(found.grade).toBe(grade);
    expect(found.next).toBeDefined();
    const others = decide(withInstance(changes)).findings.filter((each) => each.grade !== 'ok' && each.code !== code);
    expect(others).toEqual([]);
  });

  it('that is safer than expected is still not as expected', () => {
    expect(finding('multi-az', facts(), { multiAz: false })).toMatchObject({
      grade: 'warning',
      meaning: expect.stringContaining('safe side'),
    });
    expect(finding('public-access', facts(), { publiclyAccessible: true })).toMatchObject({
      grade: 'warning',
      meaning: expect.stringContaining('safe side'),
    });
    expect(
      finding('public-access', withInstance({ publiclyAccessible: true }), { publiclyAccessible: true }).grade,
    ).toBe('ok');
  });

  it('without windows overlaps with nothing', () => {
    expect(finding('maintenance-window', withInstance({ maintenanceWindow: undefined }))).toMatchObject({
      grade: 'warning',
      title: 'maintenance is at no known time UTC, expected sun:04:00-sun:05:00',
    });
    expect(finding('encryption', withInstance({ kmsKey: undefined })).title).toContain('a key RDS does not name');
  });
});

describe('what could not be found out', () => {
  it.each([
    ['automated-snapshot', { snapshots: unknown() }],
    ['snapshot-quota', { quota: unknown() }],
    ['shared-snapshots', { sharing: unknown() }],
    ['backup-copies', { copies: unknown() }],
    ['dump-freshness', { dumps: unknown() }],
    ['free-storage', { metrics: unknown() }],
    ['free-storage', { metrics: undefined, events: unknown() }],
    ['cache-snapshot', { cache: unknown() }],
    ['last-drill', { drills: unknown() }],
  ] as const)('%s is a warning with the reason', (code, more) => {
    expect(finding(code, facts(more as Partial<ReadinessFacts>))).toMatchObject({
      grade: 'warning',
      unknown: { code: 'access-denied', message: 'RDS says no' },
      next: 'Permit it.',
    });
  });
});

describe('the grade', () => {
  it('is the worst of all, and the worst come first', () => {
    expect(worstGrade([])).toBe('ok');
    const report = decide(facts({ quota: unknown() }, { publiclyAccessible: true }));
    expect(report.grade).toBe('critical');
    expect(report.findings.slice(0, 2).map(({ code }) => code)).toEqual(['public-access', 'snapshot-quota']);
    expect([decide(facts({ quota: unknown() })), report].map(readinessExitCode)).toEqual([1, 2]);
  });

  it('never gets better when the lag grows or a part becomes unknown', () => {
    const rank = { ok: 0, warning: 1, critical: 2 } as const;
    const arbitrary = fc.record({
      lag: fc.integer({ min: 0, max: 2 * hour }),
      more: fc.integer({ min: 0, max: 2 * hour }),
      publiclyAccessible: fc.boolean(),
      multiAz: fc.boolean(),
      unknown: fc.subarray(['snapshots', 'quota', 'events', 'dumps', 'automatedBackup', 'metrics', 'cache'] as const),
    });
    fc.assert(
      fc.property(arbitrary, ({ lag, more, publiclyAccessible, multiAz, ...given }) => {
        const missing = Object.fromEntries(given.unknown.map((part) => [part, unknown()])) as Partial<ReadinessFacts>;
        const grade = (milliseconds: number, parts: Partial<ReadinessFacts>): number =>
          rank[decide(facts(parts, { publiclyAccessible, multiAz, latestRestorableTime: ago(milliseconds) })).grade];
        expect(grade(lag + more, {})).toBeGreaterThanOrEqual(grade(lag, {}));
        expect(grade(lag, missing)).toBeGreaterThanOrEqual(grade(lag, {}));
      }),
    );
  });
});

describe('expectations', () => {
  it.each([
    ['expected.backupWindow', { backupWindow: '3-4' }],
    ['expected.backupWindow', { backupWindow: '03:00-03:00' }],
    ['expected.logExports', { logExports: 'postgresql' as never }],
    ['expected.logExports', { logExports: [7 as never] }],
    ['expected.dumpEvery', { dumpEvery: 'weekly' as never }],
    ['expected.drillEvery', { drillEvery: '0d' as never }],
    ['expected.maintenanceWindow', { maintenanceWindow: 'sunday' }],
    ['expected.backupRegions', { backupRegions: [undefined as never] }],
    ['expected.sharedWith', { sharedWith: [7 as never] }],
    ['expected.replicas', { replicas: -1 }],
    ['expected.cacheRetentionDays', { cacheRetentionDays: 0.5 }],
    ['expected.cacheSnapshotWindow', { cacheSnapshotWindow: 'at night' }],
    ['expected.cacheSnapshotEvery', { cacheSnapshotEvery: 'hourly' as never }],
  ])('%s is checked: %j', (field, expected) => {
    expect(() => checkExpectation(expected)).toThrow(expect.objectContaining({ code: 'invalid-input', field }));
  });
});
