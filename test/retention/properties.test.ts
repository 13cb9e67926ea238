import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateRetention } from '../../src/retention/evaluate-retention.js';
import type { RetentionCandidate } from '../../src/retention/retention-candidate.js';
import type { Kept, RetentionDecision } from '../../src/retention/retention-decision.js';
import type { KeepRule, RetentionRules } from '../../src/retention/retention-rules.js';
import { anyBackups, now } from './backups.js';

const anyCount = fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined });
const anyDays = fc.integer({ min: 1, max: 300 });
const anyKeep = fc.record({
  keepLast: anyCount,
  keepDaily: anyCount,
  keepWeekly: anyCount,
  keepMonthly: anyCount,
  keepYearly: anyCount,
  maxExpiredShare: fc.constantFrom(1, 1, 0.5, 0),
});

const policyOf = (days: number, rule: KeepRule): RetentionRules => ({
  rules: [
    { kind: 'dump', purpose: 'drill', ...rule, keep: `${days}d` },
    { kind: 'dump', ...rule, keep: `${days}d` },
    { kind: 'database-snapshot', origin: 'manual', ...rule, keep: `${days}d` },
    { kind: 'database-snapshot', origin: 'automated', keep: '30d' },
    { kind: 'cache-snapshot', origin: 'manual', includeUntagged: true, ...rule, keep: `${days}d` },
  ],
});
const evaluate = (
  backups: Iterable<RetentionCandidate>,
  policy: RetentionRules,
): RetentionDecision<RetentionCandidate> => evaluateRetention(backups, policy, { now });
/** What goes, or would go were it not for the fuse. */
const due = ({ keep, expire }: RetentionDecision): Set<RetentionCandidate> =>
  new Set(
    [...expire, ...keep.filter(({ reasons }) => reasons.some(({ kind }) => kind === 'fuse'))].map(
      ({ backup }) => backup,
    ),
  );
const sameBackup = (a: RetentionCandidate, b: RetentionCandidate): boolean =>
  a.kind === b.kind && a.region === b.region && a.id === b.id && a.createdAt?.getTime() === b.createdAt?.getTime();
const countsAsGood = (backup: RetentionCandidate, all: readonly RetentionCandidate[]): boolean =>
  backup.status === 'available' &&
  Number(backup.createdAt) <= now.getTime() &&
  (backup.origin ?? backup.kind).match(/^(?:manual|dump)$/) !== null &&
  (backup.kind !== 'database-snapshot' || backup.tags?.['zephyr:managed-by'] === 'zephyr-backup') &&
  all.filter((other) => sameBackup(other, backup)).length === 1;

describe('whatever the backups and the rules', () => {
  it('every backup is kept or expired, once, as the very object that was handed in, with a reason', () => {
    fc.assert(
      fc.property(anyBackups, anyDays, anyKeep, (backups, days, rule) => {
        const before = structuredClone(backups);
        const { keep, expire } = evaluate(backups, policyOf(days, rule));
        const all = [...keep, ...expire];
        expect(all).toHaveLength(backups.length);
        expect(new Set(all.map(({ backup }) => backup))).toEqual(new Set(backups));
        expect(all.every(({ backup, reasons }) => backups.includes(backup) && reasons.length > 0)).toBe(true);
        expect(backups).toEqual(before);
      }),
    );
  });

  it('frozen backups in a frozen list, or from any iterable, are decided alike', () => {
    fc.assert(
      fc.property(anyBackups, anyDays, anyKeep, (backups, days, rule) => {
        const frozen = Object.freeze(backups.map((backup) => Object.freeze(backup)));
        const policy = policyOf(days, rule);
        expect(evaluate(frozen.values(), policy)).toEqual(evaluate(frozen, policy));
      }),
    );
  });

  it('lists are newest first, those of unknown age before them, what the fuse holds back after them', () => {
    fc.assert(
      fc.property(anyBackups, anyDays, anyKeep, (backups, days, rule) => {
        const { keep, expire } = evaluate(backups, policyOf(days, rule));
        const isHeld = ({ reasons }: Kept): boolean => reasons.some(({ kind }) => kind === 'fuse');
        const held = keep.filter(isHeld);
        expect(keep.slice(keep.length - held.length)).toEqual(held);
        for (const list of [keep.filter((each) => !isHeld(each)), held, expire]) {
          const times = list.map(({ backup }) => backup.createdAt?.getTime() ?? Number.POSITIVE_INFINITY);
          expect(times).toEqual([...times].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0)));
        }
      }),
    );
  });

  it('keeping longer never expires more', () => {
    fc.assert(
      fc.property(anyBackups, anyDays, anyDays, anyKeep, (backups, days, more, rule) => {
        const short = due(evaluate(backups, policyOf(days, rule)));
        const long = due(evaluate(backups, policyOf(days + more, rule)));
        expect([...long].every((backup) => short.has(backup))).toBe(true);
      }),
    );
  });

  it('keeping more never expires more', () => {
    fc.assert(
      fc.property(anyBackups, anyDays, anyKeep, (backups, days, rule) => {
        const more = {
          ...rule,
          keepLast: (rule.keepLast ?? 0) + 1,
          keepDaily: (rule.keepDaily ?? 0) + 1,
          keepMonthly: (rule.keepMonthly ?? 0) + 2,
        };
        const few = due(evaluate(backups, policyOf(days, rule)));
        const many = due(evaluate(backups, policyOf(days, more)));
        expect([...many].every((backup) => few.has(backup))).toBe(true);
      }),
    );
  });

  it('deciding again over what is kept expires nothing more', () => {
    fc.assert(
      fc.property(anyBackups, anyDays, anyKeep, (backups, days, rule) => {
        const policy = policyOf(days, { ...rule, maxExpiredShare: 1 });
        const kept = evaluate(backups, policy).keep.map(({ backup }) => backup);
        expect(evaluate(kept, policy).expire).toEqual([]);
      }),
    );
  });

  it('the order of the list makes no difference', () => {
    fc.assert(
      fc.property(
        anyBackups.chain((backups) =>
          fc.tuple(fc.constant(backups), fc.shuffledSubarray(backups, { minLength: backups.length })),
        ),
        anyDays,
        anyKeep,
        ([backups, shuffled], days, rule) => {
          const policy = policyOf(days, rule);
          const [first, second] = [evaluate(backups, policy), evaluate(shuffled, policy)];
          expect(due(second)).toEqual(due(first));
          expect(second.verdict).toBe(first.verdict);
        },
      ),
    );
  });

  it('the newest good backup of a source never goes, and neither does what is held, foreign or not available', () => {
    fc.assert(
      fc.property(anyBackups, anyDays, anyKeep, (backups, days, rule) => {
        const { expire } = evaluate(backups, policyOf(days, { ...rule, maxExpiredShare: 1 }));
        for (const { backup } of expire) {
          const newer = backups.filter(
            (other) =>
              countsAsGood(other, backups) &&
              other.kind === backup.kind &&
              other.region === backup.region &&
              other.source?.resourceId === backup.source?.resourceId &&
              Number(other.createdAt) >= Number(backup.createdAt) &&
              other !== backup,
          );
          if (backup.status === 'available') expect(newer.length).toBeGreaterThan(0);
          expect(backup.tags?.['zephyr:hold']).toBeUndefined();
          expect(backup.origin ?? backup.kind).toMatch(/^(?:manual|dump)$/);
          expect(backup.status === 'available' || (backup.kind === 'dump' && backup.status === 'failed')).toBe(true);
        }
      }),
    );
  });

  it('a refused decision expires nothing', () => {
    fc.assert(
      fc.property(anyBackups, anyDays, anyKeep, (backups, days, rule) => {
        const decision = evaluate(backups, policyOf(days, rule));
        expect(decision.verdict === 'refused').toBe(decision.blown.length > 0);
        if (decision.verdict === 'refused') expect(decision.expire).toEqual([]);
        const held = decision.keep.filter(({ reasons }) => reasons.some(({ kind }) => kind === 'fuse'));
        expect(held.length > 0).toBe(decision.verdict === 'refused');
        for (const { expiring, of, maxExpiredShare } of decision.blown)
          expect(expiring / of).toBeGreaterThan(maxExpiredShare);
      }),
    );
  });
});
