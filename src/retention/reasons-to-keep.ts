import type { KeepReason } from './retention-decision.js';
import { countGood } from './source-tally.js';
import type { Standing } from './standing.js';

/** One for all: of a million backups most have no reason. */
const nothing: readonly KeepReason[] = [];

/**
 * Why a backup stays; nothing if it may go. Counts it on the way, so that backups must come newest first: counts and guards
 * go by those before.
 */
export function reasonsToKeep(
  standing: Standing,
  time: number,
  now: number,
  listedTwice: boolean,
): readonly KeepReason[] {
  const { source, origin, rule, status, untagged } = standing;
  const dump = source.kind === 'dump';
  // What is somebody else's to delete, or cannot be told from what is still being made, stays and counts for nothing.
  if (origin === 'automated' && !dump) return [{ kind: 'managed-by-aws', keep: rule?.keep }];
  if (origin !== 'manual') return [{ kind: 'not-ours', origin }];
  if (rule === undefined) return [{ kind: 'no-rule' }];
  const { keep } = rule;
  // RDS deletes only what is available (facts A14); a torn dump is an object like any other, and goes when it is old.
  const torn = dump && status === 'failed' && keep !== undefined;
  if (status !== 'available' && !torn) return [{ kind: 'not-available', status }];
  if (listedTwice) return [{ kind: 'listed-twice' }];
  if (time > now) return [{ kind: 'age-unknown' }];

  const reasons = torn || untagged ? [] : countGood(standing, rule, time);
  if (keep !== undefined && now - time <= rule.keepMilliseconds) reasons.push({ kind: 'within-period', keep });
  if (standing.onHold) reasons.push({ kind: 'hold' });
  if (standing.inUse) reasons.push({ kind: 'in-use' });
  if (untagged) reasons.push({ kind: 'untagged' });
  else rule.of += 1;
  if (reasons.length > 0) return reasons;
  rule.expiring += 1;
  return nothing;
}
