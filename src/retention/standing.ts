import { managedBy, tagKeys } from '../core/tags.js';
import type { CheckedRule } from './check-rules.js';
import type { RetentionCandidate } from './retention-candidate.js';
import type { ExpireReason } from './retention-decision.js';
import { type SourceTally, tallyOf } from './source-tally.js';

/** A rule, and how many backups one run has applied it to so far. */
export interface RuleRun extends CheckedRule {
  of: number;
  expiring: number;
}

/** What decides about a backup apart from its age. Backups that are alike share one, so that a million of them need few. */
export interface Standing {
  readonly source: SourceTally;
  /** The first rule that fits. */
  readonly rule: RuleRun | undefined;
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
  run: {
    readonly rules: readonly RuleRun[];
    readonly inUse: ReadonlySet<string> | undefined;
    readonly tallies: Map<string, SourceTally[]>;
  },
): Standing {
  const { kind, status, tags } = backup;
  const source = tallyOf(backup, run.tallies);
  // A dump that does not say who made it was made by us; of a snapshot nobody knows.
  const origin = backup.origin ?? (kind === 'dump' ? 'manual' : 'unknown');
  const rule = ruleFor(kind, origin, tags?.[tagKeys.purpose], run.rules);
  const verified = backup.verified !== undefined;
  const onHold = tags?.[tagKeys.hold] !== undefined;
  const inUse = run.inUse?.has(backup.id) ?? false;
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
  const fresh = {
    source,
    rule,
    origin,
    status,
    verified,
    onHold,
    inUse,
    untagged,
    reasonsToExpire: reasonsToExpire(rule, status),
  };
  source.standings.push(fresh);
  return fresh;
}

function ruleFor(
  kind: string,
  origin: string,
  purpose: string | undefined,
  rules: readonly RuleRun[],
): RuleRun | undefined {
  for (const rule of rules) {
    const fits = rule.kind === kind && rule.origin === origin;
    if (fits && (rule.purpose === undefined || rule.purpose === purpose)) return rule;
  }
  return undefined;
}

function reasonsToExpire(rule: CheckedRule | undefined, status: string): readonly ExpireReason[] {
  const reasons: ExpireReason[] = [];
  if (rule?.keep !== undefined) reasons.push({ kind: 'older-than', keep: rule.keep });
  if (status !== 'available') reasons.push({ kind: 'never-completed', status });
  else if (rule?.counted) reasons.push({ kind: 'beyond-counts' });
  return reasons;
}
