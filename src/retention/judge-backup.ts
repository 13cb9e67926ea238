import type { KeepReason } from './retention-decision.js';
import { countGood } from './source-tally.js';
import type { RuleRun, Standing } from './standing.js';

/** What judging needs to know besides the standing. */
export interface Occasion {
  /** When the backup was made; `-Infinity` where that is not known. */
  readonly time: number;
  readonly now: number;
  readonly listedTwice: boolean;
}

/**
 * Why a backup stays; nothing if it may go. Counts it on the way, so that backups must come newest first: counts and guards
 * go by those before.
 */
export function reasonsToKeep(standing: Standing, occasion: Occasion): readonly KeepReason[] {
  const { time, now } = occasion;
  const ruling = rulingOn(standing, occasion);
  if (!('expiring' in ruling)) return [ruling];
  const { keep, keepMilliseconds, forever } = ruling;
  const { untagged } = standing;
  const reasons = standing.status === 'available' && !untagged ? countGood(standing, ruling, time) : [];
  if (forever) reasons.push({ kind: 'forever' });
  if (keep !== undefined && now - time <= keepMilliseconds) reasons.push({ kind: 'within-period', keep });
  if (standing.onHold) reasons.push({ kind: 'hold' });
  if (standing.inUse) reasons.push({ kind: 'in-use' });
  if (untagged) reasons.push({ kind: 'untagged' });
  else ruling.of += 1;
  if (reasons.length === 0) ruling.expiring += 1;
  return reasons;
}

/** The rule that decides about a backup, or why none may: such backups stay, and count for nothing. */
function rulingOn(
  { source, origin, rule, status }: Standing,
  { time, now, listedTwice }: Occasion,
): RuleRun | KeepReason {
  const { kind } = source;
  const dump = kind === 'dump';
  if (!dump && kind !== 'database-snapshot' && kind !== 'cache-snapshot') return { kind: 'unknown-kind' };
  if (origin === 'automated' && !dump) return { kind: 'managed-by-aws', keep: rule?.keep };
  if (origin !== 'manual') return { kind: 'not-ours', origin };
  if (rule === undefined) return { kind: 'no-rule' };
  // RDS deletes only what is available (facts A14); a torn dump is an object like any other, and goes when it is old.
  const torn = dump && status === 'failed' && rule.keep !== undefined;
  if (status !== 'available' && !torn) return { kind: 'not-available', status };
  if (listedTwice) return { kind: 'listed-twice' };
  if (time === Number.NEGATIVE_INFINITY) return { kind: 'age-unknown' };
  return time > now ? { kind: 'dated-in-future' } : rule;
}
