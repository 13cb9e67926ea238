import { instantOf } from './newest-first.js';
import type { RetentionDecision } from './retention-decision.js';

/** Something to look at in a decision. */
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

const day = 86_400_000;

/**
 * What a decision leaves that somebody should look at: manual snapshots that near their quota, with the days that remain;
 * sources without any good backup; dumps that are billed on.
 *
 * `snapshotQuota` is how many manual database snapshots a region may hold: default 100, AWS's own (facts A12). Snapshots
 * that are not in the decision are not counted.
 *
 * @example
 * ```ts
 * const [warning] = retentionWarnings(policy.evaluate(backups, { now }));
 * ```
 */
export function retentionWarnings(
  decision: RetentionDecision,
  options: { readonly snapshotQuota?: number | undefined } = {},
): readonly RetentionWarning[] {
  const now = new Date(decision.now).getTime();
  const billed = decision.expire.filter(({ backup }) => backup.kind === 'dump' && now - instantOf(backup) < 30 * day);
  return [
    ...quotaWarnings(decision, now, options.snapshotQuota ?? 100),
    ...sourcesWithoutGood(decision, now),
    ...(billed.length === 0 ? [] : [{ kind: 'billed-beyond-expiry', count: billed.length } as const]),
  ];
}

/** Manual snapshots never expire by themselves: kept "indefinitely" they end in failing deployments (facts A12). */
function quotaWarnings({ keep }: RetentionDecision, now: number, max: number): readonly RetentionWarning[] {
  const snapshots = keep.filter(({ backup }) => backup.kind === 'database-snapshot' && backup.origin === 'manual');
  return [...new Set(snapshots.map(({ backup }) => backup.region))].flatMap((region): readonly RetentionWarning[] => {
    const here = snapshots.filter(({ backup }) => backup.region === region);
    const used = here.length;
    const added = here.filter(
      ({ backup, reasons }) =>
        now - instantOf(backup) <= 90 * day &&
        reasons.some((reason) =>
          reason.kind === 'within-period'
            ? reason.keep === 'forever'
            : reason.kind === 'untagged' || reason.kind === 'no-rule',
        ),
    ).length;
    const runwayDays = added === 0 ? undefined : Math.floor((Math.max(0, max - used) / added) * 90);
    const near = used >= max * 0.8 || (runwayDays !== undefined && runwayDays < 90);
    return near ? [{ kind: 'snapshot-quota', region, used, max, addedIn90Days: added, runwayDays }] : [];
  });
}

function sourcesWithoutGood({ keep, expire }: RetentionDecision, now: number): readonly RetentionWarning[] {
  const sources = new Map<string, RetentionWarning | undefined>();
  for (const { backup } of [...keep, ...expire]) {
    const { kind, region, source, database, status } = backup;
    const key = JSON.stringify([kind, region, source?.resourceId ?? source?.instance, database]);
    const good = status === 'available' && instantOf(backup) <= now;
    if (good) sources.set(key, undefined);
    else if (!sources.has(key)) sources.set(key, { kind: 'no-good-backup', of: kind, source: source?.instance ?? '' });
  }
  return [...sources.values()].filter((warning) => warning !== undefined);
}
