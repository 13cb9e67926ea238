import { namePartsOf } from '../checks/table-name.js';
import type { Clock } from '../core/clock.js';
import { BackupError, invalidInput } from '../core/errors.js';
import type { PurgeDecision } from './purge-decision.js';

/** How old a decision may be, in milliseconds. */
const mostAge = 24 * 3_600_000;

/** Refuses what cannot be carried out, before anything is called. Errors: `invalid-input`, `precondition-failed`. */
export function checkPurgeDecision(decision: PurgeDecision, clock: Clock): void {
  if (namePartsOf(String(decision?.table)).length !== 2 || Number.isNaN(Date.parse(decision.cutoff)))
    throw invalidInput('decision', 'is none', 'Hand in what decidePurge returned.');
  const age = clock.now().getTime() - Date.parse(decision.decidedAt);
  if (age >= -60_000 && age <= mostAge && decision.cutoff < decision.decidedAt) return;
  throw new BackupError({
    code: 'precondition-failed',
    message: `the purge was decided at ${decision.decidedAt}, and it is ${clock.now().toISOString()}`,
    hint: 'Decide again: a decision is carried out within a day.',
    details: { decidedAt: decision.decidedAt, cutoff: decision.cutoff },
  });
}
