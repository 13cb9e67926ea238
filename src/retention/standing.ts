import { managedBy, tagKeys } from '../core/tags.js';
import { type CheckedRule, isFor } from './check-rules.js';
import type { RetentionCandidate } from './retention-candidate.js';
import type { ExpireReason } from './retention-decision.js';
import { type SourceTally, tallyOf } from './source-tally.js';

/** What decides about a backup apart from its age. Backups that are alike share one, so that a million of them need few. */
export interface Standing {
  readonly source: SourceTally;
  /** The first rule that fits. */
  readonly rule: CheckedRule | undefined;
  readonly origin: string;
  readonly status: string;
  readonly verified: boolean;
  readonly onHold: boolean;
  readonly inUse: boolean;
  /** Made by somebody else, and the rule leaves such ones alone. */
  readonly untagged: boolean;
  /** Why it may go, should nothing keep it. */
  readonly reasonsToExpire: readonly ExpireReason[];
}

/** The standing of a backup; the one it has in common with others where there is one. */
export function standingOf(
  backup: RetentionCandidate,
  rules: readonly CheckedRule[],
  tallies: Map<string | undefined, SourceTally[]>,
  inUse: boolean,
): Standing {
  const { kind, status, tags } = backup;
  const source = tallyOf(backup, tallies);
  // A dump that does not say who made it was made by us; of a snapshot nobody knows.
  const { origin = kind === 'dump' ? 'manual' : 'unknown' } = backup;
  const rule = rules.find((each) => isFor(each, kind, origin, tags?.[tagKeys.purpose]));
  const verified = backup.verified !== undefined;
  const onHold = tags?.[tagKeys.hold] !== undefined;
  const untagged = kind !== 'dump' && rule?.includeUntagged !== true && tags?.[tagKeys.managedBy] !== managedBy;
  for (const known of source.standings) {
    if (
      known.rule === rule &&
      known.origin === origin &&
      known.status === status &&
      known.verified === verified &&
      known.onHold === onHold &&
      known.inUse === inUse &&
      known.untagged === untagged
    ) {
      return known;
    }
  }
  const reasonsToExpire: ExpireReason[] = [];
  if (rule?.keep !== undefined) reasonsToExpire.push({ kind: 'older-than', keep: rule.keep });
  if (status !== 'available') reasonsToExpire.push({ kind: 'never-completed', status });
  else if (rule?.counts.length) reasonsToExpire.push({ kind: 'beyond-counts' });
  const fresh = { source, rule, origin, status, verified, onHold, inUse, untagged, reasonsToExpire };
  source.standings.push(fresh);
  return fresh;
}
