import type { Duration } from '../core/duration.js';
import type { RetentionCandidate } from './retention-candidate.js';

/** Why a backup stays. */
export type KeepReason =
  /** Not older than its rule says. */
  | { readonly kind: 'within-period'; readonly keep: Duration }
  | { readonly kind: 'forever' }
  /** One of the newest `count`. */
  | { readonly kind: 'last'; readonly count: number }
  /** The newest of a day, ISO week, month or year that the rule counts. */
  | { readonly kind: 'calendar'; readonly period: CalendarPeriod; readonly count: number }
  /** Carries the `zephyr:hold` tag, whatever its value. */
  | { readonly kind: 'hold' }
  /** A restore, a drill or a copy reads it. */
  | { readonly kind: 'in-use' }
  /** The newest available one of its kind, region and source. */
  | { readonly kind: 'last-good' }
  /** The newest of its kind, region and source that was proven to restore. */
  | { readonly kind: 'newest-verified' }
  /** AWS expires it; nobody can delete it alone (facts A14). `keep` is what the policy expects. */
  | { readonly kind: 'managed-by-aws'; readonly keep?: Duration | undefined }
  /** Shared, public or of AWS Backup (facts A3). */
  | { readonly kind: 'not-ours'; readonly origin: string }
  /** A snapshot without the `zephyr:managed-by` tag. */
  | { readonly kind: 'untagged' }
  | { readonly kind: 'unknown-kind' }
  | { readonly kind: 'no-rule' }
  /** On its way, damaged or unknown: it does not count as a backup and is not touched either. */
  | { readonly kind: 'not-available'; readonly status: string }
  | { readonly kind: 'age-unknown' }
  /** The list names it more than once; it is judged when the list is right again. */
  | { readonly kind: 'listed-twice' }
  /** Dated after `now`: either clock is wrong, so it protects nothing and nothing happens to it. */
  | { readonly kind: 'dated-in-future' }
  /** Due, but the fuse refused the run. */
  | { readonly kind: 'fuse' };

/** A span of the calendar in UTC. */
export type CalendarPeriod = 'day' | 'week' | 'month' | 'year';

/** Why a backup may go. */
export type ExpireReason =
  | { readonly kind: 'older-than'; readonly keep: Duration }
  /** Not among those that the rule's counts keep. */
  | { readonly kind: 'beyond-counts' }
  /** A torn dump, older than dumps are kept. */
  | { readonly kind: 'never-completed'; readonly status: string };

/** A backup that stays, as it was handed in, with every reason. */
export interface Kept<B extends RetentionCandidate = RetentionCandidate> {
  readonly verdict: 'keep';
  readonly backup: B;
  readonly reasons: readonly KeepReason[];
}

/** A backup that may go, as it was handed in, with every reason. */
export interface Expired<B extends RetentionCandidate = RetentionCandidate> {
  readonly verdict: 'expire';
  readonly backup: B;
  readonly reasons: readonly ExpireReason[];
}

/** A rule that would expire too much at once. */
export interface FuseReading {
  /** Place of the rule in the policy. */
  readonly rule: number;
  readonly expiring: number;
  /** How many backups the rule was applied to. */
  readonly of: number;
  readonly maxExpiredShare: number;
}

/** Something to look at; it changes nothing in the decision. */
export type RetentionWarning =
  /** Manual snapshots near the quota of the region: when it is reached, pre-deployment snapshots fail (facts A12). */
  | {
      readonly kind: 'snapshot-quota';
      readonly region?: string | undefined;
      /** Manual snapshots left after this decision is carried out. */
      readonly used: number;
      readonly max: number;
      /** Snapshots of the last 90 days that nothing expires. */
      readonly addedIn90Days: number;
      /** Days until the quota is reached at that pace; absent where nothing is being added. */
      readonly runwayDays?: number | undefined;
    }
  /** There are backups of this source, and none of them is available. */
  | { readonly kind: 'no-good-backup'; readonly of: string; readonly source: string }
  /** S3 bills these dumps for 30 days although they go sooner (facts G11). */
  | { readonly kind: 'billed-beyond-expiry'; readonly count: number };

/** What a policy says about a set of backups at one instant. Every backup is in exactly one of `keep` and `expire`. */
export interface RetentionDecision<B extends RetentionCandidate = RetentionCandidate> {
  /** `refused`: the fuse blew, `expire` is empty, and `withheld` says what would have gone. */
  readonly verdict: 'allowed' | 'refused';
  /** ISO instant for which it was decided. */
  readonly now: string;
  /** Newest first; those of unknown age last. */
  readonly keep: readonly Kept<B>[];
  /** Newest first. */
  readonly expire: readonly Expired<B>[];
  /** Empty unless refused. These backups are in `keep` too. */
  readonly withheld: readonly Expired<B>[];
  /** The rules that blew the fuse. */
  readonly blown: readonly FuseReading[];
  readonly warnings: readonly RetentionWarning[];
}
