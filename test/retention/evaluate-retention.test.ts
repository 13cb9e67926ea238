import { describe, expect, it } from 'vitest';
import { evaluateRetention } from '../../src/retention/evaluate-retention.js';
import type { RetentionCandidate } from '../../src/retention/retention-candidate.js';
import type { RetentionDecision } from '../../src/retention/retention-decision.js';
import type { KeepRule, RetentionRule } from '../../src/retention/retention-rules.js';
import { zephyrRetention } from '../../src/retention/retention-rules.js';
import { type RetentionWarning, retentionWarnings } from '../../src/retention/retention-warnings.js';
import { cacheSnapshot, daysAgo, dump, now, snapshot } from './backups.js';

const decide = (backups: readonly RetentionCandidate[], ...rules: readonly RetentionRule[]): RetentionDecision =>
  evaluateRetention(backups, { rules }, { now });
const dumps = (rule: KeepRule): RetentionRule => ({ kind: 'dump', maxExpiredShare: 1, ...rule });
const ids = (entries: readonly { readonly backup: RetentionCandidate }[]): string[] =>
  entries.map((entry) => entry.backup.id);
const reasonsFor = (decision: RetentionDecision, id: string): string[] =>
  [...decision.keep, ...decision.expire]
    .filter(({ backup }) => backup.id === id)
    .flatMap(({ reasons }) => reasons.map(({ kind }) => kind));
const at = (text: string): Date => new Date(text);

describe('by age', () => {
  it('keeps a backup that is exactly as old as the rule says, and expires it a millisecond later', () => {
    const edge = daysAgo(90);
    const decision = decide(
      [dump('new', daysAgo(1)), dump('edge', edge), dump('past', new Date(edge.getTime() - 1))],
      dumps({ keep: '90d' }),
    );
    expect(ids(decision.keep)).toEqual(['new', 'edge']);
    expect(decision.expire).toEqual([
      {
        backup: expect.objectContaining({ id: 'past' }),
        reasons: [{ kind: 'older-than', keep: '90d' }],
      },
    ]);
  });

  it('counts a day as 24 hours, across a leap day as well', () => {
    const rules = { rules: [dumps({ keep: '1d' })] };
    const [kept, gone] = [dump('kept', at('2024-02-28T12:00:00Z')), dump('gone', at('2024-02-28T11:59:59.999Z'))];
    const newest = dump('newest', at('2024-02-29T11:00:00Z'));
    const decision = evaluateRetention([kept, gone, newest], rules, { now: at('2024-02-29T12:00:00Z') });
    expect(ids(decision.expire)).toEqual(['gone']);
  });

  it('keeps forever what the rule keeps forever', () => {
    const decision = decide([dump('ancient', daysAgo(4000)), dump('new', daysAgo(1))], dumps({ keep: 'forever' }));
    expect(decision.expire).toEqual([]);
    expect(reasonsFor(decision, 'ancient')).toEqual(['within-period']);
  });
});

describe('by counts', () => {
  it('keeps the newest so many', () => {
    const all = [1, 2, 3, 4].map((days) => dump(`d${days}`, daysAgo(days)));
    const decision = decide(all, dumps({ keepLast: 2 }));
    expect(ids(decision.keep)).toEqual(['d1', 'd2']);
    expect(reasonsFor(decision, 'd2')).toEqual(['last']);
    expect(decision.expire.map(({ reasons }) => reasons)).toEqual([
      [{ kind: 'beyond-counts' }],
      [{ kind: 'beyond-counts' }],
    ]);
  });

  it('keeps the newest of each UTC day, and days without a backup do not count', () => {
    const all = [
      '2025-11-09T00:00:00Z',
      '2025-11-08T23:59:59Z',
      '2025-11-08T01:00:00Z',
      '2025-10-01T05:00:00Z',
      '2025-09-01T05:00:00Z',
    ];
    const decision = decide(
      all.map((text) => dump(text, at(text))),
      dumps({ keepDaily: 3 }),
    );
    expect(ids(decision.keep)).toEqual(['2025-11-09T00:00:00Z', '2025-11-08T23:59:59Z', '2025-10-01T05:00:00Z']);
    expect(reasonsFor(decision, '2025-10-01T05:00:00Z')).toEqual(['daily']);
  });

  it('begins weeks on Monday, months on the first and years in January', () => {
    const all = [
      '2025-11-03T00:00:00Z',
      '2025-11-02T23:59:59Z',
      '2025-10-31T23:59:59Z',
      '2025-01-01T00:00:00Z',
      '2024-12-31T23:59:59Z',
    ];
    const keptBy = (rule: KeepRule): string[] =>
      ids(
        decide(
          all.map((text) => dump(text, at(text))),
          dumps(rule),
        ).keep,
      );
    expect(keptBy({ keepWeekly: 2 })).toEqual([all[0], all[1]]);
    expect(keptBy({ keepMonthly: 3 })).toEqual([all[0], all[2], all[3]]);
    expect(keptBy({ keepYearly: 2 })).toEqual([all[0], all[4]]);
  });

  it('puts every reason with a backup that several keep', () => {
    const decision = decide(
      [dump('d', daysAgo(1), { verified: { how: 'drill' }, tags: { 'zephyr:hold': 'legal' } })],
      dumps({ keep: '90d', keepLast: 1, keepDaily: 1 }),
    );
    expect(reasonsFor(decision, 'd')).toEqual([
      'last-good',
      'newest-verified',
      'last',
      'daily',
      'within-period',
      'hold',
    ]);
  });

  it('counts each database and each region for itself', () => {
    const all = [
      dump('a1', daysAgo(1)),
      dump('a2', daysAgo(2)),
      dump('other-database', daysAgo(3), { database: 'audit' }),
      dump('other-region', daysAgo(4), { region: 'us-west-2' }),
      dump('other-instance', daysAgo(5), { source: { instance: 'zephyr-staging-db' } }),
      dump('no-source', daysAgo(6), { source: undefined }),
    ];
    expect(ids(decide(all, dumps({ keepLast: 1 })).expire)).toEqual(['a2']);
  });
});

describe('what never expires', () => {
  const old = daysAgo(500);
  const rule = dumps({ keep: '90d' });

  it('the last good backup, although it is long due: dumps may have stopped', () => {
    const decision = decide([dump('last', daysAgo(200)), dump('before', daysAgo(300))], rule);
    expect(ids(decision.expire)).toEqual(['before']);
    expect(reasonsFor(decision, 'last')).toEqual(['last-good']);
  });

  it('the newest verified one, when newer ones are not verified', () => {
    const verified = { verified: { how: 'drill' } };
    const decision = decide(
      [dump('new', daysAgo(1)), dump('v1', daysAgo(200), verified), dump('v2', daysAgo(300), verified)],
      rule,
    );
    expect(ids(decision.expire)).toEqual(['v2']);
    expect(reasonsFor(decision, 'v1')).toEqual(['newest-verified']);
  });

  it('one on hold, whatever the value of the tag, and one in use', () => {
    const all = [dump('new', daysAgo(1)), dump('held', old, { tags: { 'zephyr:hold': '' } }), dump('read', old)];
    const decision = evaluateRetention(all, { rules: [rule] }, { now, inUse: new Set(['read']) });
    expect(decision.expire).toEqual([]);
    expect(reasonsFor(decision, 'held')).toEqual(['hold']);
    expect(reasonsFor(decision, 'read')).toEqual(['in-use']);
  });

  it.each([
    ['no-rule', dump('x', old, { kind: 'tape' })],
    ['managed-by-aws', snapshot('x', old, { origin: 'automated' })],
    ['not-ours', snapshot('x', old, { origin: 'aws-backup' })],
    ['not-ours', snapshot('x', old, { origin: undefined })],
    ['not-ours', dump('x', old, { origin: 'automated' })],
    ['no-rule', cacheSnapshot('x', old)],
    ['untagged', snapshot('x', old, { tags: undefined })],
    ['not-available', snapshot('x', old, { status: 'failed' })],
    ['not-available', dump('x', old, { status: 'in-progress' })],
    ['age-unknown', dump('x', undefined)],
    ['age-unknown', dump('x', new Date(Number.NaN))],
    ['age-unknown', dump('x', daysAgo(-1))],
  ])('one that is %s', (reason, backup) => {
    const rules: readonly RetentionRule[] = [rule, { kind: 'database-snapshot', origin: 'manual', keep: '1d' }];
    expect(reasonsFor(decide([backup, dump('new', daysAgo(1)), snapshot('new', daysAgo(1))], ...rules), 'x')).toEqual([
      reason,
    ]);
  });

  it('one that the list names twice, and neither of them takes a place in a count', () => {
    const decision = decide(
      [dump('a', daysAgo(1)), dump('a', daysAgo(1)), dump('b', daysAgo(2)), dump('c', daysAgo(3))],
      dumps({ keepLast: 1 }),
    );
    expect(ids(decision.expire)).toEqual(['c']);
    expect(reasonsFor(decision, 'a')).toEqual(['listed-twice', 'listed-twice']);
    expect(reasonsFor(decision, 'b')).toEqual(['last-good', 'last']);
  });
});

describe('what does not count as kept', () => {
  it('a torn dump, which goes itself once it is old', () => {
    const decision = decide(
      [
        dump('torn', daysAgo(1), { status: 'failed' }),
        dump('good', daysAgo(2)),
        dump('old-torn', daysAgo(100), { status: 'failed' }),
      ],
      dumps({ keep: '90d', keepLast: 1 }),
    );
    expect(reasonsFor(decision, 'torn')).toEqual(['within-period']);
    expect(reasonsFor(decision, 'good')).toContain('last');
    expect(reasonsFor(decision, 'old-torn')).toEqual(['older-than', 'never-completed']);
  });

  it('a torn dump under a rule without an age, which stays', () => {
    const decision = decide(
      [dump('torn', daysAgo(400), { status: 'failed' }), dump('good', daysAgo(2))],
      dumps({ keepLast: 1 }),
    );
    expect(reasonsFor(decision, 'torn')).toEqual(['not-available']);
  });

  it('a snapshot that somebody else made, unless the rule includes those', () => {
    const all = [
      snapshot('theirs', daysAgo(1), { tags: {} }),
      snapshot('ours', daysAgo(50)),
      snapshot('older', daysAgo(60)),
    ];
    const rule = { kind: 'database-snapshot', origin: 'manual', keepLast: 1 } as const;
    expect(ids(decide(all, rule).expire)).toEqual(['older']);
    expect(ids(decide(all, { ...rule, includeUntagged: true, maxExpiredShare: 1 }).expire)).toEqual(['ours', 'older']);
  });

  it('one dated in the future', () => {
    const decision = decide([dump('future', daysAgo(-5)), dump('good', daysAgo(200))], dumps({ keep: '90d' }));
    expect(reasonsFor(decision, 'good')).toEqual(['last-good']);
  });
});

describe('rules', () => {
  it('with a purpose decide about backups of that purpose only, and guard the newest of them', () => {
    const tags = { 'zephyr:managed-by': 'zephyr-backup', 'zephyr:purpose': 'drill' };
    const decision = decide(
      [
        snapshot('last', daysAgo(1)),
        snapshot('other', daysAgo(10)),
        snapshot('newest-drill', daysAgo(10), { tags }),
        snapshot('drill', daysAgo(11), { tags }),
      ],
      { kind: 'database-snapshot', origin: 'manual', purpose: 'drill', keep: '7d', maxExpiredShare: 1 },
      { kind: 'database-snapshot', origin: 'manual', keep: '180d' },
    );
    expect(ids(decision.expire)).toEqual(['drill']);
    expect(reasonsFor(decision, 'newest-drill')).toEqual(['last-good']);
  });

  it('of the runbook: dumps for 90 days, manual snapshots forever, what AWS expires is left to AWS', () => {
    const decision = evaluateRetention(
      [
        ...[1, 40, 91].map((days) => dump(`dump-${days}`, daysAgo(days))),
        ...[1, 400].map((days) => snapshot(`manual-${days}`, daysAgo(days))),
        ...[1, 31].map((days) => snapshot(`automated-${days}`, daysAgo(days), { origin: 'automated' })),
        ...[1, 6].map((days) => cacheSnapshot(`cache-${days}`, daysAgo(days))),
      ],
      zephyrRetention,
      { now },
    );
    expect(decision.verdict).toBe('allowed');
    expect(ids(decision.expire)).toEqual(['cache-6', 'dump-91']);
    expect(decision.keep.find(({ backup }) => backup.id === 'automated-31')?.reasons).toEqual([
      { kind: 'managed-by-aws', keep: '30d' },
    ]);
  });
});

describe('the fuse', () => {
  const threeOfFour = [1, 100, 110, 120].map((days) => dump(`d${days}`, daysAgo(days)));

  it('refuses to expire more than half of what a rule applies to, and then expires nothing', () => {
    const decision = decide(threeOfFour, { kind: 'dump', keep: '90d' });
    expect(decision.verdict).toBe('refused');
    expect(decision.expire).toEqual([]);
    expect(ids(decision.keep)).toEqual(['d1', 'd100', 'd110', 'd120']);
    expect(reasonsFor(decision, 'd110')).toEqual(['fuse']);
    expect(decision.keep[1]?.reasons).toEqual([{ kind: 'fuse', due: [{ kind: 'older-than', keep: '90d' }] }]);
    expect(decision.blown).toEqual([{ rule: 0, expiring: 3, of: 4, maxExpiredShare: 0.5 }]);
  });

  it('lets exactly the share pass', () => {
    expect(decide(threeOfFour, { kind: 'dump', keep: '90d', maxExpiredShare: 0.75 }).verdict).toBe('allowed');
    expect(decide(threeOfFour.slice(0, 2), { kind: 'dump', keep: '90d' }).expire).toHaveLength(1);
  });

  it('is not diluted by backups that the rule has no say about', () => {
    const bystanders = Array.from({ length: 100 }, (_, index) => snapshot(`s${index}`, daysAgo(index)));
    const untouched = [
      ...threeOfFour,
      ...bystanders,
      dump('future', daysAgo(-1)),
      dump('running', daysAgo(0), { status: 'in-progress' }),
    ];
    expect(
      decide(untouched, { kind: 'dump', keep: '90d' }, { kind: 'database-snapshot', origin: 'manual', keep: '900d' })
        .blown,
    ).toEqual([{ rule: 0, expiring: 3, of: 4, maxExpiredShare: 0.5 }]);
  });
});

describe('warnings', () => {
  const many = (count: number, ageOf: (index: number) => number): RetentionCandidate[] =>
    Array.from({ length: count }, (_, index) => snapshot(`s${index}`, daysAgo(ageOf(index))));
  const forever: RetentionRule = { kind: 'database-snapshot', origin: 'manual', keep: 'forever' };
  const warn = (
    backups: readonly RetentionCandidate[],
    ...rules: readonly RetentionRule[]
  ): readonly RetentionWarning[] => retentionWarnings(decide(backups, ...rules));
  const old = (): number => 100;
  const oneADay = (index: number): number => index;

  it('of the snapshot quota, with the days until deployments start to fail', () => {
    // 60 in the last 90 days leave 40 places: 60 days.
    expect(warn(many(60, oneADay), forever)).toEqual([
      { kind: 'snapshot-quota', region: 'us-east-1', used: 60, max: 100, addedIn90Days: 60, runwayDays: 60 },
    ]);
    expect(warn(many(40, oneADay), forever)).toEqual([]);
  });

  it('of a quota that is nearly or wholly used up, however slowly', () => {
    expect(warn(many(80, old), forever)).toEqual([
      { kind: 'snapshot-quota', region: 'us-east-1', used: 80, max: 100, addedIn90Days: 0, runwayDays: undefined },
    ]);
    expect(warn(many(79, old), forever)).toEqual([]);
    expect(retentionWarnings(decide(many(3, oneADay), forever), { snapshotQuota: 2 })).toMatchObject([
      { used: 3, max: 2, runwayDays: 0 },
    ]);
  });

  it('of the quota in each region, counting neither what expires nor what AWS makes', () => {
    const rule: RetentionRule = { ...forever, keep: '30d', maxExpiredShare: 1 };
    const automated = many(99, () => 1).map((each) => ({ ...each, id: `a-${each.id}`, origin: 'automated' }));
    expect(warn([...many(99, oneADay), ...automated], rule)).toEqual([]);
    // The fuse keeps them all.
    expect(warn(many(99, oneADay), { ...rule, maxExpiredShare: 0.1 })).toMatchObject([{ used: 99, addedIn90Days: 0 }]);
    const west = many(85, old).map((each) => ({ ...each, region: 'us-west-2' }));
    expect(warn([...many(20, old), ...west], forever)).toMatchObject([{ region: 'us-west-2', used: 85 }]);
  });

  it('of snapshots that no rule and nobody expires', () => {
    const theirs = many(60, oneADay).map((each) => ({ ...each, tags: {} }));
    const rule: RetentionRule = { ...forever, keep: '30d' };
    expect(warn(theirs, rule)).toMatchObject([{ used: 60, addedIn90Days: 60 }]);
    expect(warn(many(60, oneADay), dumps({ keep: '1d' }))).toMatchObject([{ used: 60, addedIn90Days: 60 }]);
  });

  it('of a source without any available backup', () => {
    const all = [
      dump('torn', daysAgo(1), { status: 'failed' }),
      dump('future', daysAgo(-1)),
      dump('nameless', daysAgo(1), { source: undefined, status: 'failed' }),
      snapshot('s', daysAgo(1)),
      snapshot('failed', daysAgo(0), { status: 'failed' }),
    ];
    expect(warn(all, dumps({ keep: '90d' }))).toEqual([
      { kind: 'no-good-backup', of: 'dump', source: 'zephyr-production-db' },
      { kind: 'no-good-backup', of: 'dump', source: '' },
    ]);
  });

  it('of dumps that S3 bills for 30 days although they go sooner', () => {
    const all = [1, 29, 30].map((days) => dump(`d${days}`, daysAgo(days)));
    expect(warn(all, dumps({ keep: '7d' }))).toEqual([{ kind: 'billed-beyond-expiry', count: 1 }]);
    expect(warn(all, { kind: 'dump', keep: '7d' })).toEqual([]);
  });
});

describe('the instant', () => {
  it.each([undefined, new Date(Number.NaN), '2025-11-09'])('must be a valid Date, not %s', (wrong) => {
    const evaluate = (): unknown => evaluateRetention([], zephyrRetention, { now: wrong as unknown as Date });
    expect(evaluate).toThrow(expect.objectContaining({ code: 'invalid-input', field: 'now' }));
  });

  it('is part of the decision', () => {
    expect(evaluateRetention([], zephyrRetention, { now })).toEqual({
      verdict: 'allowed',
      now: '2025-11-09T12:00:00.000Z',
      keep: [],
      expire: [],
      blown: [],
    });
  });
});
