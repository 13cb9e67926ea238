import { BackupError } from '../../core/errors.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import { archiveNames } from '../dump/archive-name.js';
import type { CandidateFacts } from '../instance/candidate-facts.js';
import type { CheckedCandidateRequest } from '../instance/candidate-request.js';
import type { PlanningContext } from '../plan/planning-context.js';

/**
 * The name that the old instance gets, or `undefined` where nothing is promoted. Errors: `identifier-taken` for that name and
 * for the candidate's, `precondition-failed` for what a rename would do that nobody has acknowledged.
 */
export function decidePromotion(
  facts: CandidateFacts,
  request: CheckedCandidateRequest,
  context: Pick<PlanningContext, 'instance'>,
  now: Date,
): string | undefined {
  if (facts.taken.includes(request.target)) throw identifierTaken(request.target, 'target');
  // Only a rename touches the old instance.
  if (request.promote !== 'rename') return undefined;
  const archive = chooseArchive([...facts.taken, request.target], request, context, now);
  checkRenameable(facts.production, request.acknowledged);
  return archive;
}

/** The best name for the instance that is renamed away that nobody has. Errors: `identifier-taken`. */
export function chooseArchive(
  taken: readonly string[],
  request: Pick<CheckedCandidateRequest, 'archiveIdentifier'>,
  context: Pick<PlanningContext, 'instance'>,
  now: Date,
): string {
  const names = archiveNames(context.instance, request, now);
  const archive = names.find((name) => !taken.includes(name));
  if (archive === undefined) throw identifierTaken(names.join(' and '), 'archiveIdentifier');
  return archive;
}

/** What a rename of the production instance would change or leave behind without anybody having asked for it. Errors: `precondition-failed`. */
export function checkRenameable(
  production: DatabaseInstance | undefined,
  acknowledged: Pick<CheckedCandidateRequest['acknowledged'], 'pendingChanges' | 'replicas'>,
): void {
  if (production === undefined) return;
  checkNothingQueued(production, acknowledged);
  const replicas = [...production.replicas].sort();
  if (replicas.length === 0 || acknowledged.replicas) return;
  throw new BackupError({
    code: 'precondition-failed',
    message: `read replicas would stay attached to the renamed ${production.identifier}: ${replicas.join(', ')}`,
    hint: 'Make new replicas of the promoted instance afterwards and set acknowledgeReplicas.',
    details: { replicas },
  });
}

/** A rename applies what is queued too (facts C3). Errors: `precondition-failed` where nobody has acknowledged that. */
export function checkNothingQueued(
  { identifier, pendingChanges }: DatabaseInstance,
  acknowledged: Pick<CheckedCandidateRequest['acknowledged'], 'pendingChanges'>,
): void {
  const pending = Object.keys(pendingChanges).sort();
  if (pending.length === 0 || acknowledged.pendingChanges) return;
  throw new BackupError({
    code: 'precondition-failed',
    message: `renaming ${identifier} would also apply what is queued on it: ${pending.join(', ')}`,
    hint: 'Apply or withdraw the queued modification first, or set acknowledgePendingChanges.',
    details: { instance: identifier, pending },
  });
}

function identifierTaken(identifier: string, field: string): BackupError {
  return new BackupError({
    code: 'identifier-taken',
    message: `there already is an instance called ${identifier}`,
    hint: `Choose another ${field}. A restore always makes a new instance; if this one is left from an earlier attempt, look at it first.`,
    field,
    details: { identifier },
  });
}
