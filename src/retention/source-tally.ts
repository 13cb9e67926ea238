import { calendarKey } from './calendar-key.js';
import type { CheckedRule } from './check-rules.js';
import type { RetentionCandidate } from './retention-candidate.js';
import type { KeepReason } from './retention-decision.js';
import type { Standing } from './standing.js';

/**
 * What has been seen so far of one source, going from new to old: backups of one kind, in one region, of one database. A
 * copy in another region is there for the day this region is not, so neither stands in for the other.
 */
export interface SourceTally {
  readonly kind: string;
  readonly region: string | undefined;
  readonly instance: string;
  readonly database: string | undefined;
  /** Whether any backup of it is available, whoever made it. */
  available: boolean;
  lastGood: boolean;
  newestVerified: boolean;
  readonly counters: Map<CheckedRule, Counters>;
  readonly standings: Standing[];
  /** Manual ones that stay, and that go. */
  kept: number;
  expiring: number;
  /** Of those kept: made in the last 90 days, and nothing will ever expire them. */
  addedLately: number;
  /** Of those expiring: dumps that S3 bills for longer than they were kept (facts G11). */
  billedOn: number;
}

/** How many backups each count of a rule has kept of one source, and in which period of the calendar the last of them lies. */
interface Counters {
  last: number;
  readonly calendar: { readonly of: CheckedRule['calendar'][number]; kept: number; key: number }[];
}

/** The tally of the source that a backup is of. Tallies lie by `resourceId`, which outlives a rename (facts A20), or else by name. */
export function tallyOf(backup: RetentionCandidate, tallies: Map<string, SourceTally[]>): SourceTally {
  const { kind, region, database, source } = backup;
  const instance = source?.instance ?? '';
  const key = source?.resourceId ?? instance;
  const siblings = tallies.get(key) ?? [];
  for (const tally of siblings) {
    if (tally.kind === kind && tally.region === region && tally.database === database) return tally;
  }
  const fresh: SourceTally = {
    ...{ kind, region, instance, database, available: false, lastGood: false, newestVerified: false },
    ...{ counters: new Map(), standings: [], kept: 0, expiring: 0, addedLately: 0, billedOn: 0 },
  };
  tallies.set(key, siblings.concat(fresh));
  return fresh;
}

/** Counts a good backup, and says which guards and counts keep it. Must see the backups of a source newest first. */
export function countGood({ source, verified }: Standing, rule: CheckedRule, time: number): KeepReason[] {
  const reasons: KeepReason[] = [];
  if (!source.lastGood) {
    source.lastGood = true;
    reasons.push({ kind: 'last-good' });
  }
  if (verified && !source.newestVerified) {
    source.newestVerified = true;
    reasons.push({ kind: 'newest-verified' });
  }
  if (!rule.counted) return reasons;
  const counters = countersOf(source, rule);
  if (counters.last < rule.keepLast) {
    counters.last += 1;
    reasons.push({ kind: 'last', count: rule.keepLast });
  }
  for (const counter of counters.calendar) {
    const { period, count } = counter.of;
    if (counter.kept === count) continue;
    const key = calendarKey(period, time);
    if (key === counter.key) continue;
    counter.key = key;
    counter.kept += 1;
    reasons.push({ kind: 'calendar', period, count });
  }
  return reasons;
}

function countersOf(source: SourceTally, rule: CheckedRule): Counters {
  const known = source.counters.get(rule);
  if (known !== undefined) return known;
  const fresh = { last: 0, calendar: rule.calendar.map((of) => ({ of, kept: 0, key: Number.NaN })) };
  source.counters.set(rule, fresh);
  return fresh;
}
