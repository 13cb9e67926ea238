import type { Backup } from '../core/backups.js';
import type { Clock } from '../core/clock.js';
import { BackupError, invalidInput } from '../core/errors.js';
import type { RetentionDecision } from '../retention/retention-decision.js';

/** How old a decision may be, in milliseconds: what was proven, held or in use since is not in it. */
const mostAge = 24 * 3_600_000;

/**
 * Refuses a decision that cannot be carried out, before anything is called.
 *
 * Errors: `invalid-input`; `precondition-failed` for one that is older than a day or of the future.
 */
export function checkDecision(decision: RetentionDecision<Backup>, clock: Clock): void {
  if (!Array.isArray(decision?.expire) || !Array.isArray(decision.keep)) {
    throw invalidInput('decision', 'is none', 'Hand in what decideRetention or RetentionPolicy.evaluate returned.');
  }
  const stranger = decision.expire.find(({ backup }) => !(backup.createdAt instanceof Date) || !backup.region);
  if (stranger !== undefined) {
    throw invalidInput(
      'decision',
      `names a backup without its time or region: ${stranger.backup.id}`,
      'Decide over the backups as BackupClient.list() gives them; a decision does not survive JSON.',
    );
  }
  const age = clock.now().getTime() - new Date(decision.now).getTime();
  if (age >= -60_000 && age <= mostAge) return;
  throw new BackupError({
    code: 'precondition-failed',
    message: `the decision is for ${decision.now}, and it is ${clock.now().toISOString()}`,
    hint: 'Decide again: a decision is carried out within a day, with the backups and holds of that day.',
    details: { decidedFor: decision.now },
  });
}
