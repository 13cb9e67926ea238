import { invalidInput } from '../core/errors.js';
import { checkRules } from './check-rules.js';
import { identityOf, instantOf, newestFirst } from './newest-first.js';
import { reasonsToKeep } from './reasons-to-keep.js';
import type { RetentionCandidate } from './retention-candidate.js';
import type { Expired, Kept, RetentionDecision } from './retention-decision.js';
import type { RetentionRules } from './retention-rules.js';
import type { SourceTally } from './source-tally.js';
import { type Standing, standingOf } from './standing.js';

/** The facts that a decision rests on, besides the backups. */
export interface RetentionOptions {
  /** The instant to decide for; nothing here reads a clock. */
  readonly now: Date;
  /** Ids of backups that a restore, a drill or a copy is reading. */
  readonly inUse?: ReadonlySet<string> | undefined;
}

/**
 * Says of every backup whether a policy keeps it, and why. Pure: the list and the backups stay as they are, the order they
 * come in makes no difference, and deciding again over what is kept expires nothing more.
 *
 * Never expires the newest available or the newest verified backup that a rule has of a source, one on hold or in use, or
 * anything that it cannot place. Failed and unfinished backups never count as kept. If a rule would expire too large a
 * share at once, the whole decision is `refused` and expires nothing.
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
  const rules = checkRules(policy);
  const { now, inUse } = options;
  const nowTime = now instanceof Date && now.getTime();
  if (!nowTime) throw invalidInput('now', 'is not an instant', 'Pass a valid Date.');

  const list = [...backups];
  const times = Float64Array.from(list, instantOf);
  const tallies = new Map<string | undefined, SourceTally[]>();
  const standings = list.map((backup) => standingOf(backup, rules, tallies, inUse?.has(backup.id) === true));
  const order = newestFirst(list, times);
  // A list read in pages while backups come and go can name one twice; the second must not push the first out of a count.
  const isSame = (place: number, other = -1): boolean =>
    times[place] === times[other] && identityOf(list[place]) === identityOf(list[other]);
  const keep: Kept<B>[] = [];
  const expire: Expired<B>[] = [];
  order.forEach((place, position) => {
    const backup = list[place] as B;
    const standing = standings[place] as Standing;
    const listedTwice = isSame(place, order[position - 1]) || isSame(place, order[position + 1]);
    const reasons = reasonsToKeep(standing, Number(times[place]), nowTime, listedTwice);
    if (reasons.length > 0) keep.push({ backup, reasons });
    else expire.push({ backup, reasons: standing.reasonsToExpire });
  });

  const blown = rules.flatMap(({ expiring, of, maxExpiredShare }, rule) =>
    expiring / of > maxExpiredShare ? [{ rule, expiring, of, maxExpiredShare }] : [],
  );
  const refused = blown.length > 0;
  if (refused) {
    for (const { backup, reasons } of expire.splice(0))
      keep.push({ backup, reasons: [{ kind: 'fuse', due: reasons }] });
  }
  return { verdict: refused ? 'refused' : 'allowed', now: now.toISOString(), keep, expire, blown };
}
