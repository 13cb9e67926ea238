import type { Backup } from '../core/backups.js';
import type { RetentionDecision } from '../retention/retention-decision.js';

/** A backup that a decision keeps for good reason, and what goes of its source rests on it. */
export interface Guarantor {
  readonly source: string;
  readonly of: 'last-good' | 'newest-verified';
  readonly backup: Backup;
}

/** What a backup is of, as retention tells sources apart: a rename changes nothing about it (facts A20). */
export function sourceOf(backup: Backup): string {
  const { kind, region, source } = backup;
  const database = backup.kind === 'dump' ? backup.database : undefined;
  return JSON.stringify([kind, region, source.resourceId ?? source.instance, database]);
}

/**
 * What has to be there still before anything of a source is deleted: the good backup and the verified one that the decision keeps
 * of it. Somebody may have deleted them since (facts K27).
 */
export function guarantorsOf(decision: RetentionDecision<Backup>): readonly Guarantor[] {
  const needed = new Set(decision.expire.map(({ backup }) => sourceOf(backup)));
  return decision.keep.flatMap(({ backup, reasons }) => {
    const source = sourceOf(backup);
    if (!needed.has(source)) return [];
    return reasons.flatMap(({ kind }): readonly Guarantor[] =>
      kind === 'last-good' || kind === 'newest-verified' ? [{ source, of: kind, backup }] : [],
    );
  });
}

/** Whether a backup may go, with those guarantors that are still there. What never was good is missed by nobody. */
export function isCovered(backup: Backup, present: readonly Guarantor[]): boolean {
  if (backup.status !== 'available') return true;
  const source = sourceOf(backup);
  const has = (of: Guarantor['of']): boolean => present.some((each) => each.source === source && each.of === of);
  return has('last-good') && (backup.verified === undefined || has('newest-verified'));
}
