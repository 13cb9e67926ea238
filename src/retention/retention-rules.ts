import type { Duration } from '../core/duration.js';

/**
 * How long, and how many. A backup is kept as long as any one of these keeps it; at least one must be given. All counts are
 * of available backups, newest first, separately for each source and region; days, ISO weeks, months and years are those
 * of UTC.
 */
export interface KeepRule {
  /** Only backups whose `zephyr:purpose` tag is this. Rules with a purpose go before the one without. */
  readonly purpose?: string | undefined;
  /** A backup exactly this old is still kept; one millisecond later it may go. */
  readonly keep?: Duration | 'forever' | undefined;
  /** The newest so many. */
  readonly keepLast?: number | undefined;
  /** The newest of each of the last so many days that have a backup. */
  readonly keepDaily?: number | undefined;
  readonly keepWeekly?: number | undefined;
  readonly keepMonthly?: number | undefined;
  readonly keepYearly?: number | undefined;
  /**
   * The fuse: expiring more than this share (0 to 1) of what the rule may expire refuses the whole run. Default 0.5. Rules
   * that keep for less time than passes between two runs need a larger one.
   */
  readonly maxExpiredShare?: number | undefined;
}

/** Dumps in the archive. */
export interface DumpRule extends KeepRule {
  readonly kind: 'dump';
}

/** Snapshots that never expire by themselves (facts A11, F7). */
export interface ManualSnapshotRule extends KeepRule {
  readonly kind: 'database-snapshot' | 'cache-snapshot';
  readonly origin: 'manual';
  /** Whether to expire snapshots without the `zephyr:managed-by` tag too, which someone else made. Default `false`. */
  readonly includeUntagged?: boolean | undefined;
}

/** Snapshots that AWS makes and expires: the rule states what is expected and deletes nothing (facts A11, F7). */
export interface AutomatedSnapshotRule {
  readonly kind: 'database-snapshot' | 'cache-snapshot';
  readonly origin: 'automated';
  readonly keep: Duration;
}

/** One line of a retention policy. */
export type RetentionRule = DumpRule | ManualSnapshotRule | AutomatedSnapshotRule;

/** A retention policy as data. For each backup the first rule that fits counts; one that none fits is kept. */
export interface RetentionRules {
  readonly rules: readonly RetentionRule[];
}

/** The runbook's policy. */
export const zephyrRetention: RetentionRules = {
  rules: [
    { kind: 'database-snapshot', origin: 'automated', keep: '30d' },
    { kind: 'database-snapshot', origin: 'manual', keep: 'forever' },
    { kind: 'dump', keep: '90d' },
    // Five days are less than the month between two clean-ups: most of what is found is due.
    { kind: 'cache-snapshot', origin: 'manual', keep: '5d', maxExpiredShare: 0.9 },
    { kind: 'cache-snapshot', origin: 'automated', keep: '5d' },
  ],
};
