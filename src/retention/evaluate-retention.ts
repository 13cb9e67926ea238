import { invalidInput } from '../core/errors.js';
import { checkRules } from './check-rules.js';
import { reasonsToKeep } from './judge-backup.js';
import { byIdentity, instantOf, newestFirst } from './newest-first.js';
import type { RetentionCandidate } from './retention-candidate.js';
import type { Expired, FuseReading, Kept, RetentionDecision } from './retention-decision.js';
import type { RetentionRules } from './retention-rules.js';
import { countForWarnings, retentionWarnings } from './retention-warnings.js';
import type { SourceTally } from './source-tally.js';
import { type RuleRun, type Standing, standingOf } from './standing.js';

/** The facts that a decision rests on, besides the backups. */
export interface RetentionOptions {
  /** The instant to decide for; nothing here reads a clock. */
  readonly now: Date;
  /** Ids of backups that a restore, a drill or a copy is reading. */
  readonly inUse?: ReadonlySet<string> | undefined;
  /** How many manual database snapshots a region may hold. Default 100, AWS's own (facts A12). */
  readonly snapshotQuota?: number | undefined;
}

/**
 * Says of every backup whether a policy keeps it, and why. Pure: the list and the backups stay as they are, the order they
 * come in makes no difference, and deciding again over what is kept expires nothing more.
 *
 * Never expires the newest available backup of a source, its newest verified one, one on hold or in use, or anything that it
 * cannot place. Failed and unfinished backups never count as kept. If a rule would expire too large a share at once, the
 * whole decision is `refused` and expires nothing.
 *
 * Errors: `invalid-input`.
 *
 * @example
 * ```ts
 * const { keep, expire } = evaluateRetention(backups, zephyrRetention, { now: new Date('2025-11-09T12:00:00Z') });
 * ```
 */
export function evaluateRetention<B extends RetentionCandidate>(
  backups: Iterable<B>,
  policy: RetentionRules,
  options: RetentionOptions,
): RetentionDecision<B> {
  const rules = checkRules(policy).map((rule): RuleRun => ({ ...rule, of: 0, expiring: 0 }));
  const { inUse, snapshotQuota = 100 } = options;
  const now = options.now instanceof Date ? options.now.getTime() : Number.NaN;
  if (Number.isNaN(now)) throw invalidInput('now', 'is not an instant', 'Pass a valid Date, such as clock.now().');

  const list = [...backups];
  const times = Float64Array.from(list, instantOf);
  const tallies = new Map<string, SourceTally[]>();
  const standings = list.map((backup) => standingOf(backup, { rules, inUse, tallies }));
  const order = newestFirst(list, times);
  const timeAt = (position: number): number => Number(times[Number(order[position])]);
  // A list read in pages while backups come and go can name one twice; the second must not push the first out of a count.
  const isSame = (position: number, other: number): boolean =>
    timeAt(position) === timeAt(other) && byIdentity(list[Number(order[position])], list[Number(order[other])]) === 0;
  const judged: (Kept<B> | Expired<B>)[] = [];
  order.forEach((place, position) => {
    const backup = list[place] as B;
    const standing = standings[place] as Standing;
    const time = timeAt(position);
    const listedTwice = isSame(position, position - 1) || isSame(position, position + 1);
    const reasons = reasonsToKeep(standing, { time, now, listedTwice });
    countForWarnings(standing, reasons, now - time);
    if (reasons.length > 0) judged.push({ verdict: 'keep', backup, reasons });
    else judged.push({ verdict: 'expire', backup, reasons: standing.reasonsToExpire });
  });
  const due = judged.filter((each) => each.verdict === 'expire');
  const blown = blownFuses(rules);
  const refused = blown.length > 0;
  return {
    verdict: refused ? 'refused' : 'allowed',
    now: options.now.toISOString(),
    keep: refused ? judged.map(heldBack) : judged.filter((each) => each.verdict === 'keep'),
    expire: refused ? [] : due,
    withheld: refused ? due : [],
    blown,
    warnings: retentionWarnings([...tallies.values()].flat(), { refused, snapshotQuota }),
  };
}

function blownFuses(rules: readonly RuleRun[]): readonly FuseReading[] {
  return rules
    .map(({ expiring, of, maxExpiredShare }, rule) => ({ rule, expiring, of, maxExpiredShare }))
    .filter(({ expiring, of, maxExpiredShare }) => expiring / of > maxExpiredShare);
}

function heldBack<B extends RetentionCandidate>(judged: Kept<B> | Expired<B>): Kept<B> {
  return judged.verdict === 'keep' ? judged : { verdict: 'keep', backup: judged.backup, reasons: [{ kind: 'fuse' }] };
}
