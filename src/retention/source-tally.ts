import { calendarKey } from './calendar-key.js';
import type { CheckedRule, Count } from './check-rules.js';
import type { RetentionCandidate } from './retention-candidate.js';
import type { KeepReason } from './retention-decision.js';
import type { Standing } from './standing.js';

/**
 * What has been seen so far of one source, going from new to old: backups of one kind, in one region, of one database. A
 * copy in another region is there for the day this region is not, so neither stands in for the other.
 */
export interface SourceTally extends Pick<RetentionCandidate, 'kind' | 'region' | 'database'> {
  /** By rule: what each count has kept, and in which period of the calendar the last of it lies. */
  readonly counters: Map<CheckedRule, readonly Counter[]>;
  readonly standings: Standing[];
}

interface Counter extends Count {
  kept: number;
  key: number | undefined;
}

const guards: readonly Count[] = [
  { kind: 'last-good', count: 1 },
  { kind: 'newest-verified', count: 1 },
];

/** The tally of the source that a backup is of. Tallies lie by `resourceId`, which outlives a rename (facts A20), or else by name. */
export function tallyOf(backup: RetentionCandidate, tallies: Map<string | undefined, SourceTally[]>): SourceTally {
  const { kind, region, database, source } = backup;
  const key = source?.resourceId ?? source?.instance;
  const siblings = tallies.get(key) ?? [];
  for (const tally of siblings) {
    if (tally.kind === kind && tally.region === region && tally.database === database) return tally;
  }
  const fresh = { kind, region, database, counters: new Map(), standings: [] };
  tallies.set(key, [...siblings, fresh]);
  return fresh;
}

/** Counts a good backup, and says which guards and counts keep it. Must see the backups of a source newest first. */
export function countGood({ source, verified }: Standing, rule: CheckedRule, time: number): KeepReason[] {
  const reasons: KeepReason[] = [];
  const counters =
    source.counters.get(rule) ??
    [...guards, ...rule.counts].map((each): Counter => ({ ...each, kept: 0, key: undefined }));
  source.counters.set(rule, counters);
  for (const counter of counters) {
    const { kind, count, kept } = counter;
    if (kept === count || (kind === 'newest-verified' && !verified)) continue;
    const key = calendarKey(kind, time);
    if (key === counter.key) continue;
    counter.key = key;
    counter.kept += 1;
    reasons.push({ kind, count });
  }
  return reasons;
}
