import type { RetentionCandidate } from './retention-candidate.js';
import type { ExpireReason, KeepReason, RetentionDecision } from './retention-decision.js';
import { type RetentionWarning, retentionWarnings } from './retention-warnings.js';

/**
 * A decision as text for people: the verdict, what {@link retentionWarnings} has to say, and a line for every backup with its
 * reasons, what expires first.
 *
 * @example
 * ```ts
 * process.stdout.write(renderRetention(policy.evaluate(backups, { now })));
 * ```
 */
export function renderRetention(
  decision: RetentionDecision,
  options: { readonly snapshotQuota?: number | undefined } = {},
): string {
  const { now, keep, expire, blown } = decision;
  return [
    `Retention at ${now}: ${decision.verdict}, ${keep.length} kept, ${expire.length} expired`,
    ...blown.map(
      ({ rule, expiring, of, maxExpiredShare }) =>
        `! rules[${rule}] would expire ${expiring} of ${of}, more than the share of ${maxExpiredShare} that is allowed at once: ` +
        'look at the list and at the clock, then raise maxExpiredShare if it is right',
    ),
    ...retentionWarnings(decision, options).map((warning) => `! ${warningText(warning)}`),
    ...section('Expire', expire, expireText),
    ...section('Keep', keep, keepText),
    '',
  ].join('\n');
}

function section<R>(
  heading: string,
  entries: readonly { readonly backup: RetentionCandidate; readonly reasons: readonly R[] }[],
  textOf: (reason: R) => string,
): readonly string[] {
  if (entries.length === 0) return [];
  const lines = entries.map(({ backup, reasons }) => {
    const made = Number.isNaN(backup.createdAt?.getTime() ?? Number.NaN) ? 'unknown' : backup.createdAt?.toISOString();
    return `  ${made}  ${backup.kind}  ${backup.id}: ${reasons.map(textOf).join('; ')}`;
  });
  return [`${heading}:`, ...lines];
}

function keepText(reason: KeepReason): string {
  switch (reason.kind) {
    case 'within-period':
      return reason.keep === 'forever' ? 'kept forever' : `not older than ${reason.keep}`;
    case 'last':
      return `among the newest ${reason.count}`;
    case 'daily':
    case 'weekly':
    case 'monthly':
    case 'yearly':
      return `one of ${reason.count} ${reason.kind}`;
    case 'hold':
      return 'on hold';
    case 'in-use':
      return 'in use';
    case 'last-good':
      return 'the newest good one of its source';
    case 'newest-verified':
      return 'the newest verified one of its source';
    case 'managed-by-aws':
      return reason.keep === undefined ? 'AWS expires it' : `AWS expires it after ${reason.keep}`;
    case 'not-ours':
      return `not ours: ${reason.origin}`;
    case 'untagged':
      return 'not made by this library';
    case 'no-rule':
      return 'no rule fits';
    case 'not-available':
      return `not available: ${reason.status}`;
    case 'age-unknown':
      return 'of unknown age';
    case 'listed-twice':
      return 'listed more than once';
    case 'fuse':
      return `held back by the fuse, although ${reason.due.map(expireText).join('; ')}`;
  }
}

/** A reason to go, in words. */
export function expireText(reason: ExpireReason): string {
  switch (reason.kind) {
    case 'older-than':
      return `older than ${reason.keep}`;
    case 'beyond-counts':
      return 'not among those counted';
    case 'never-completed':
      return `never completed: ${reason.status}`;
  }
}

function warningText(warning: RetentionWarning): string {
  switch (warning.kind) {
    case 'snapshot-quota': {
      const where = warning.region === undefined ? '' : ` in ${warning.region}`;
      const runway =
        warning.runwayDays === undefined ? '' : `; at the pace of the last 90 days full in ${warning.runwayDays} days`;
      return `${warning.used} of ${warning.max} manual database snapshots${where}${runway}`;
    }
    case 'no-good-backup':
      return `no available ${warning.of} of ${warning.source}`;
    case 'billed-beyond-expiry':
      return `S3 bills ${warning.count} expired dumps until they are 30 days old`;
  }
}
