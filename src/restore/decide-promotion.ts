import { BackupError } from '../core/errors.js';
import { archiveNames } from './archive-name.js';
import type { CandidateFacts } from './candidate-facts.js';
import type { CheckedCandidateRequest } from './candidate-request.js';
import type { PlanningContext } from './planning-context.js';

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
  const names = archiveNames(context.instance, request, now);
  const archive = names.find((name) => !facts.taken.includes(name) && name !== request.target);
  if (archive === undefined) throw identifierTaken(names.join(' and '), 'archiveIdentifier');
  checkPromotable(facts, request);
  return archive;
}

/** What a rename would change or leave behind without anybody having asked for it. */
function checkPromotable(facts: CandidateFacts, request: CheckedCandidateRequest): void {
  const pending = Object.keys(facts.production?.pendingChanges ?? {});
  if (pending.length > 0 && !request.acknowledged.pendingChanges) {
    throw new BackupError({
      code: 'precondition-failed',
      message: `renaming the production instance would also apply what is queued on it: ${pending.sort().join(', ')}`,
      hint: 'Apply or withdraw the queued modification first, or set acknowledgePendingChanges.',
      details: { pending },
    });
  }
  const replicas = facts.production?.replicas ?? [];
  if (replicas.length > 0 && !request.acknowledged.replicas) {
    throw new BackupError({
      code: 'precondition-failed',
      message: `read replicas would stay attached to the renamed old instance: ${[...replicas].sort().join(', ')}`,
      hint: 'Make new replicas of the promoted instance afterwards and set acknowledgeReplicas.',
      details: { replicas },
    });
  }
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
