import type { Duration } from '../core/duration.js';
import type { Count } from './check-rules.js';
import type { RetentionCandidate } from './retention-candidate.js';

/** Why a backup stays. */
export type KeepReason =
  /** Not older than its rule says. */
  | { readonly kind: 'within-period'; readonly keep: Duration | 'forever' }
  /**
   * The newest available or the newest verified one of its rule and source; one of the newest `count`; or the newest of one
   * of the last `count` days, ISO weeks, months or years that have any.
   */
  | Count
  /** Carries the `zephyr:hold` tag, whatever its value. */
  | { readonly kind: 'hold' }
  /** A restore, a drill or a copy reads it. */
  | { readonly kind: 'in-use' }
  /** AWS expires it; nobody can delete it alone (facts A14). `keep` is what the policy expects. */
  | { readonly kind: 'managed-by-aws'; readonly keep?: Duration | 'forever' | undefined }
  /** Shared, public or of AWS Backup (facts A3). */
  | { readonly kind: 'not-ours'; readonly origin: string }
  /** A snapshot without the `zephyr:managed-by` tag. */
  | { readonly kind: 'untagged' }
  /** Of an unknown kind, or of one that the policy says nothing about. */
  | { readonly kind: 'no-rule' }
  /** On its way, damaged or unknown: it does not count as a backup and is not touched either. */
  | { readonly kind: 'not-available'; readonly status: string }
  /** Undated, or dated after `now`: either clock is wrong. It protects nothing, and nothing happens to it. */
  | { readonly kind: 'age-unknown' }
  /** The list names it more than once; it is judged when the list is right again. */
  | { readonly kind: 'listed-twice' }
  /** The fuse refused the run; `due` is why it would have gone. */
  | { readonly kind: 'fuse'; readonly due: readonly ExpireReason[] };

/** Why a backup may go. */
export type ExpireReason =
  | { readonly kind: 'older-than'; readonly keep: Duration | 'forever' }
  /** Not among those that the rule's counts keep. */
  | { readonly kind: 'beyond-counts' }
  /** A torn dump, older than dumps are kept. */
  | { readonly kind: 'never-completed'; readonly status: string };

/** A backup that stays, as it was handed in, with every reason. */
export interface Kept<B extends RetentionCandidate = RetentionCandidate> {
  readonly backup: B;
  readonly reasons: readonly KeepReason[];
}

/** A backup that may go, as it was handed in, with every reason. */
export interface Expired<B extends RetentionCandidate = RetentionCandidate> {
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

/** What a policy says about a set of backups at one instant. Every backup is in exactly one of `keep` and `expire`. */
export interface RetentionDecision<B extends RetentionCandidate = RetentionCandidate> {
  /** `refused`: the fuse blew, and `expire` is empty. */
  readonly verdict: 'allowed' | 'refused';
  /** ISO instant for which it was decided. */
  readonly now: string;
  /** Newest first, those of unknown age before them, those that the fuse holds back after them. */
  readonly keep: readonly Kept<B>[];
  /** Newest first. */
  readonly expire: readonly Expired<B>[];
  /** The rules that blew the fuse. */
  readonly blown: readonly FuseReading[];
}
