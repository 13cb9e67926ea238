import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckResult, Verdict } from '../../../src/core/check-result.js';
import { defaultObjectives } from '../../../src/core/objectives.js';
import type { DrillDecision } from '../../../src/integrity/drill/drill-decision.js';
import type { DrillEvidence, DrillTeardown } from '../../../src/integrity/drill/drill-evidence.js';
import type { DrillFindings } from '../../../src/integrity/drill/drill-findings.js';
import {
  type DrillEntry,
  drillJournalKey,
  readDrillAttempts,
  readDrillLog,
} from '../../../src/integrity/drill/drill-log.js';
import { createPhaseClock, drillPhase, phasesOfSteps } from '../../../src/integrity/drill/drill-phases.js';
import { defaultDrillPrices } from '../../../src/integrity/drill/drill-prices.js';
import { drillStatistics } from '../../../src/integrity/drill/drill-statistics.js';
import { judgeDrill } from '../../../src/integrity/drill/judge-drill.js';
import { createVirtualClock } from '../../../src/local/index.js';
import { failedDrill, partialDrill, passedDrill, unfinishedDrill } from './drill-evidences.js';

const at = (minute: number): string => new Date(Date.UTC(2025, 10, 9, 3, minute)).toISOString();
const check = (name: string, verdict: Verdict, evidence = {}): CheckResult => ({
  check: name,
  verdict,
  summary: `${name} says`,
  evidence,
});

function decision(plan: Record<string, unknown> = { kind: 'snapshot' }): DrillDecision {
  return {
    runId: 'r',
    startedAt: at(0),
    decidedAt: at(0),
    expiresAt: at(59),
    backup: { kind: 'database-snapshot', asked: 'snapshot', id: 's', region: 'us-east-1', dataTime: at(-10) },
    marks: { kind: 'database-snapshot' },
    target: { kind: 'instance', region: 'us-east-1', identifier: 'zephyr-drill-r', size: 'db.t3.large' },
    storageGiB: 100,
    plan: { hash: 'h', steps: [{ kind: 'check-candidate', expectation: {} }], ...plan } as never,
  };
}

const removed: DrillTeardown = { outcome: 'removed', leftovers: [] };
const left: DrillTeardown = {
  outcome: 'failed',
  leftovers: [{ kind: 'instance', region: 'us-east-1', identifier: 'zephyr-drill-r', reason: 'denied' }],
};

function judge(
  findings: Partial<DrillFindings>,
  given: { decision?: DrillDecision; teardown?: DrillTeardown; checkedAt?: number } = {},
): DrillEvidence {
  const { teardown = removed, checkedAt = 30 } = given;
  return judgeDrill(
    given.decision ?? decision(),
    { phases: [drillPhase('check', at(20), at(checkedAt))], checks: [], ...findings },
    { teardown, phase: drillPhase('tear-down', at(checkedAt), at(checkedAt + 5)), finishedAt: at(checkedAt + 5) },
    {
      system: { region: 'us-east-1', instance: 'prod', database: 'zephyr' },
      objectives: defaultObjectives,
      prices: defaultDrillPrices(),
    },
  );
}

const anyCheck = fc
  .tuple(
    fc.constantFrom('password', 'server-version', 'fingerprint', 'indexes'),
    fc.constantFrom<Verdict>('passed', 'failed', 'inconclusive'),
  )
  .map(([name, verdict]) => check(name, verdict));

describe('the target of a drill', () => {
  const reason = 'was refused by RDS when the restore began';
  const settings = { instanceClass: 'db.t4g.large' };
  const standing = {
    kind: 'snapshot',
    hash: 'h',
    steps: [{ settings, standbyClasses: ['db.t3.large', 'db.m6g.large'] }],
  };
  const decided = (target: object, plan: Record<string, unknown> = standing): DrillDecision => {
    const usual = decision(plan);
    return { ...usual, target: { ...usual.target, size: 'db.t4g.large', ...target } };
  };

  it('is of the class that was made, and says which could not be', () => {
    const older = { instanceClass: 'db.m4.large', reason: 'is not offered' };
    const made = judge({ instanceClass: 'db.m6g.large' }, { decision: decided({ passedOver: [older] }) });
    expect(made.target).toMatchObject({
      size: 'db.m6g.large',
      passedOver: [older, { instanceClass: 'db.t4g.large', reason }, { instanceClass: 'db.t3.large', reason }],
    });
    expect(judge({ instanceClass: 'db.t3.large' }, { decision: decided({}) }).target.passedOver).toEqual([
      { instanceClass: 'db.t4g.large', reason },
    ]);
  });

  it.each([[{}], [{ instanceClass: 'db.t4g.large' }], [{ instanceClass: 'db.x2g.large' }]])(
    'is as decided: %j',
    (found) => {
      const { target } = decided({});
      expect(judge(found, { decision: decided({}) }).target).toEqual(target);
      expect(judge(found, { decision: decided({}, { kind: 'snapshot' }) }).target).toEqual(target);
    },
  );
});

describe('the verdict of a drill', () => {
  it('is a pass exactly where data were checked, all passed, nothing was missed and nothing is left', () => {
    fc.assert(
      fc.property(
        fc.array(anyCheck),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 21, max: 90 }),
        (checks, ends, stays, minute) => {
          const error = ends ? { error: { code: 'resource-failed', message: 'gone' } } : {};
          const evidence = judge({ checks, ...error }, { teardown: stays ? left : removed, checkedAt: minute });
          const data = checks.some(
            ({ check: name, verdict }) => verdict === 'passed' && !['password', 'server-version'].includes(name),
          );
          const good = data && !ends && !stays && minute <= 60 && checks.every(({ verdict }) => verdict === 'passed');
          const bad = ends || checks.some(({ verdict }) => verdict === 'failed');
          expect(evidence.verdict).toBe(good ? 'passed' : bad ? 'failed' : 'partial');
          expect(evidence.reasons.length === 0).toBe(good);
        },
      ),
    );
  });

  it('counts the time until the data were checked, whatever clearing up takes', () => {
    const evidence = judge({ checks: [check('indexes', 'passed')] }, { checkedAt: 59 });
    expect(evidence.recoveryTime).toMatchObject({ verdict: 'met', measuredMilliseconds: 59 * 60_000 });
    const slow = judge({ checks: [check('indexes', 'passed')] }, { checkedAt: 70 });
    expect(slow.recoveryTime.verdict).toBe('missed');
    expect(slow.reasons).toEqual(['the recovery took 1 h 10 min, 1 h 00 min is allowed']);
  });

  it('measures what would be lost by what was restored', () => {
    const newest = [
      check('boundary', 'passed', { newest: at(-12) }),
      check('boundary', 'passed', { newest: at(-11) }),
      check('boundary', 'inconclusive', {}),
    ];
    const minutes = 60_000;
    expect(judge({ checks: newest }).recoveryPoint).toMatchObject({
      verdict: 'not-judged',
      ageMilliseconds: 10 * minutes,
      gapMilliseconds: minutes,
      newestRow: at(-11),
    });
    const given = decision({ kind: 'point-in-time', restoreTo: { kind: 'time', time: at(-10) } });
    expect(judge({ checks: newest }, { decision: given }).recoveryPoint).toMatchObject({
      verdict: 'not-judged',
      measuredMilliseconds: minutes,
    });
    const latest = { ...given, latest: true } as const;
    expect(judge({ checks: newest, restoredTo: at(-4) }, { decision: latest }).recoveryPoint).toMatchObject({
      verdict: 'met',
      measuredMilliseconds: 4 * minutes,
    });
    const late = judge({ checks: [check('indexes', 'passed')] }, { decision: latest });
    expect(late.verdict).toBe('partial');
    expect(late.reasons).toEqual(['what would be lost is 10 min 00 s, 5 min 00 s is allowed']);
  });

  it('says where it ended, and what was not checked', () => {
    const ended = judge({
      phases: [drillPhase('wait-for-instance', at(1), at(2), 'failed')],
      error: { code: 'resource-failed', message: 'it is incompatible-network' },
    });
    expect(ended).toMatchObject({
      reasons: ['the drill ended in wait-for-instance: it is incompatible-network'],
      recoveryTime: { verdict: 'not-judged' },
      recoveryPoint: { verdict: 'not-judged' },
      notChecked: ['everything: the drill ended before it could check'],
    });
    expect(judge({ checks: [check('indexes', 'passed')] }).notChecked.length).toBeGreaterThan(5);
    const cache = judge({ checks: [check('keys', 'passed')] }, { decision: decision({ kind: 'cache', steps: [] }) });
    expect(cache.notChecked).toEqual(['whether the values of the keys are those that they were']);
    const planless = decision({ kind: 'snapshot', steps: [] });
    expect(judge({ checks: [check('indexes', 'passed')] }, { decision: planless }).notChecked).toHaveLength(12);
  });

  it('costs what was rented, and nothing where nothing was made', () => {
    expect(judge({ resourceId: 'db-X' })).toMatchObject({ target: { resourceId: 'db-X' } });
    expect(judge({}).cost.amount).toBeGreaterThan(0);
    expect(judge({}, { teardown: { outcome: 'nothing-made', leftovers: [] } }).cost.items).toEqual([]);
    const database = { ...decision(), target: { kind: 'database', region: 'r', identifier: 'd' } } as const;
    expect(judge({}, { decision: database }).cost.items).toEqual([]);
  });
});

describe('the log of a run', () => {
  const entry = (one: DrillEntry | { kind: string; details: unknown }) =>
    ({ at: at(0), planHash: 'drill-r', runId: 'h', ...one }) as never;

  it('tells how far the newest attempt has come', () => {
    const begun = (attempt: number) => entry({ kind: 'drill-begun', details: { attempt, startedAt: at(attempt) } });
    expect(readDrillLog([])).toBeUndefined();
    expect(readDrillLog([entry({ kind: 'drill-stored', details: { key: 'lost' } })])).toBeUndefined();
    const first = [
      begun(1),
      entry({ kind: 'drill-decided', details: { decision: decision() } }),
      entry({ kind: 'drill-found', details: { findings: { phases: [], checks: [] } } }),
      entry({ kind: 'drill-judged', details: { evidence: failedDrill } }),
      entry({ kind: 'drill-stored', details: { key: 'k' } }),
      entry({ kind: 'of-a-later-release', details: {} }),
    ];
    expect(readDrillLog(first)).toEqual({
      attempt: 1,
      startedAt: at(1),
      decision: decision(),
      findings: { phases: [], checks: [] },
      evidence: failedDrill,
      key: 'k',
    });
    expect(readDrillLog([...first, begun(2)])).toEqual({ attempt: 2, startedAt: at(2) });
    const swept = (identifier: string) => entry({ kind: 'drill-swept', details: { identifier } });
    const { identifier } = decision().target;
    const attempts = readDrillAttempts([...first, begun(2), swept('another'), swept(identifier)]);
    expect(attempts.map(({ attempt, swept: is }) => [attempt, is])).toEqual([
      [1, true],
      [2, undefined],
    ]);
    expect(drillJournalKey('2025-11')).toBe('drill-2025-11');
  });
});

describe('the parts of a drill', () => {
  it('are measured whether they succeed or not', async () => {
    const clock = createVirtualClock();
    const told: string[] = [];
    const parts = createPhaseClock(clock, (phase) => told.push(phase));
    expect(await parts.measure('one', async () => clock.sleep(1_000).then(() => 'done'))).toBe('done');
    await expect(createPhaseClock(clock).measure('two', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(parts.measure('two', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(parts.phases).toMatchObject([
      { phase: 'one', milliseconds: 1_000, outcome: 'done' },
      { phase: 'two', milliseconds: 0, outcome: 'failed' },
    ]);
    expect(told).toEqual(['one', 'two']);
  });

  it('come from the journal of the restore, the one that ended it last', () => {
    const progress = {
      startedAt: at(0),
      begun: new Map([
        ['a', at(0)],
        ['b', at(2)],
      ]),
      finished: new Map([['a', { step: 'a', startedAt: at(0), finishedAt: at(2), facts: {} }]]),
      notes: new Map(),
    };
    expect(phasesOfSteps(['a', 'b', 'c'], progress, at(5))).toEqual([
      drillPhase('a', at(0), at(2)),
      drillPhase('b', at(2), at(5), 'failed'),
    ]);
  });
});

describe('what drills say together', () => {
  it('is counted, and its spread is of what was measured', () => {
    const statistics = drillStatistics([passedDrill, partialDrill, failedDrill, unfinishedDrill]);
    expect(statistics.verdicts).toEqual({ passed: 1, partial: 1, failed: 2 });
    expect(statistics.recoveryTime).toMatchObject({
      drills: 3,
      p50Milliseconds: 1_571_000,
      p95Milliseconds: 4_200_000,
    });
    const wait = statistics.phases.find(({ phase }) => phase === 'wait-for-instance');
    // The one that failed in it did not measure it.
    expect(wait).toMatchObject({ drills: 3, p50Milliseconds: 1_080_000 });
    expect(statistics.phases[0]?.phase).toBe('choose');
    expect(drillStatistics([])).toEqual({
      verdicts: { passed: 0, partial: 0, failed: 0 },
      recoveryTime: {
        drills: 0,
        p50Milliseconds: undefined,
        p95Milliseconds: undefined,
        trendMillisecondsPerMonth: undefined,
      },
      phases: [],
    });
  });

  it('does not depend on their order, and lies between the least and the most', () => {
    const some = fc.array(
      fc.record({ day: fc.nat(300), took: fc.integer({ min: 1, max: 10_000_000 }) }).map(({ day, took }) => ({
        ...passedDrill,
        startedAt: new Date(Date.UTC(2025, 0, 1 + day)).toISOString(),
        recoveryTime: { ...passedDrill.recoveryTime, measuredMilliseconds: took },
      })),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(some, (drills) => {
        const { recoveryTime } = drillStatistics(drills);
        const turned = drillStatistics([...drills].reverse()).recoveryTime;
        expect(turned).toEqual(recoveryTime);
        const took = drills.map((one) => one.recoveryTime.measuredMilliseconds);
        expect(recoveryTime.p50Milliseconds).toBeGreaterThanOrEqual(Math.min(...took));
        expect(recoveryTime.p95Milliseconds).toBeGreaterThanOrEqual(recoveryTime.p50Milliseconds ?? 0);
        expect(recoveryTime.p95Milliseconds).toBeLessThanOrEqual(Math.max(...took));
      }),
    );
  });

  it('shows the trend, which one odd drill does not move', () => {
    const series = Array.from({ length: 9 }, (_, month) => ({
      ...passedDrill,
      startedAt: new Date(Date.UTC(2025, 0, 1) + month * 30 * 86_400_000).toISOString(),
      recoveryTime: {
        ...passedDrill.recoveryTime,
        measuredMilliseconds: month === 4 ? 90_000_000 : 1_000_000 + month * 60_000,
      },
    }));
    expect(drillStatistics(series).recoveryTime.trendMillisecondsPerMonth).toBe(60_000);
    expect(drillStatistics(series.slice(0, 2)).recoveryTime.trendMillisecondsPerMonth).toBeUndefined();
    const sameTime = series.slice(0, 3).map((one) => ({ ...one, startedAt: at(0) }));
    expect(drillStatistics(sameTime).recoveryTime.trendMillisecondsPerMonth).toBeUndefined();
  });
});
