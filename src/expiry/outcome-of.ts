import type { Backup } from '../core/backups.js';
import type { RetentionDecision } from '../retention/retention-decision.js';
import type { ExpiredBackup, Fate, RetentionOutcome } from './retention-outcome.js';

/** The outcome of a decision, as far as it was carried out. */
export function outcomeOf(
  decision: RetentionDecision<Backup>,
  fates: ReadonlyMap<Backup, Fate>,
  times: { readonly startedAt: Date; readonly finishedAt: Date },
): RetentionOutcome {
  const expired = decision.expire.flatMap(({ backup, reasons }): readonly ExpiredBackup[] => {
    const fate = fates.get(backup);
    if (fate === undefined) return [];
    const { kind, id, region, createdAt, sizeBytes } = backup;
    return [{ kind, id, region, createdAt, sizeBytes, reasons, fate }];
  });
  const failed = expired.some(({ fate }) => fate.kind === 'failed' || fate.kind === 'begun');
  const deletedBytes = expired.reduce(
    (sum, { fate, sizeBytes = 0 }) => (fate.kind === 'deleted' ? sum + sizeBytes : sum),
    0,
  );
  return {
    verdict: decision.verdict === 'refused' ? 'refused' : failed ? 'incomplete' : 'completed',
    decidedFor: decision.now,
    ...times,
    expired,
    kept: decision.keep.length,
    deletedBytes,
  };
}
