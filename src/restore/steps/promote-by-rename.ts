import { BackupError } from '../../core/errors.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { Execution, StepResult } from '../execution/execution.js';
import { requirePreconditions } from '../execution/preconditions.js';
import { type Decision, reconcile } from '../execution/reconcile.js';
import { candidateResourceId } from '../instance/candidate.js';
import type { ExchangePlan } from '../plan/restore-plan.js';
import type { RenameAwayStep, RenameIntoPlaceStep } from '../plan/restore-step.js';
import {
  nextRenameAction,
  type RenameAction,
  type RenamedInstance,
  type RenameState,
} from '../promotion/next-rename-action.js';

/** AWS says about ten minutes for each rename (facts C2); refusals while it is busy come on top. */
const boundMilliseconds = 45 * 60_000;

/** One look may be stale (facts 0.7): names are given away on two that agree. */
const confirmations = 2;

/** While it is renamed an instance may not be seen at all (facts C5): only so many looks make it gone. */
const looksUntilGone = 12;

/**
 * Carries a promotion as far as one of its two renames goes, from whatever state it is in (facts C7). What has been done
 * already is seen; what is not in the table stops it.
 *
 * Errors: `precondition-failed`, `deadline-exceeded`, and AWS's.
 */
export async function promoteByRename(
  execution: Execution,
  plan: ExchangePlan,
  step: RenameAwayStep | RenameIntoPlaceStep,
): Promise<StepResult> {
  const { rds, call } = execution;
  let stops = 0;
  const decide = (state: RenameState): Decision => {
    const next = nextRenameAction(state);
    if (next.action !== 'stop') return decisionFor(step, next);
    return stops < confirmations
      ? { state: 'pending', status: next.reason }
      : { state: 'failed', error: stopped(step, next.reason) };
  };
  const last = await reconcile<RenameState>(execution, step, {
    what: `the rename of ${step.from} to ${step.to}`,
    subject: `${step.from} -> ${step.to}`,
    observe: async () => {
      const state = await observeRename(execution, plan);
      stops = nextRenameAction(state).action === 'stop' ? stops + 1 : 0;
      return state;
    },
    decide,
    act: async () => {
      await requirePreconditions(execution, step);
      await execution.note(step, { sentAt: execution.system.clock.now().toISOString() });
      await rds.modifyInstance(step.from, { newIdentifier: step.to }, call);
    },
    // Our own lost answer, a name not yet free, or RDS still busy (facts C5): the next look tells which.
    tolerated: ['identifier-taken', 'invalid-state', 'instance-not-found'],
    confirmations: (state) =>
      state.previous === undefined && plan.system.resourceId !== undefined ? looksUntilGone : confirmations,
    consecutive: step.kind === 'rename-away' ? 2 : 3,
    boundMilliseconds,
    status: describeState,
  });
  return { status: 'finished', facts: { previousMissing: last.previous === undefined } };
}

/** Whether a part of the exchange may have been sent: from then on, what production is cannot be told without looking. */
export function exchangeMayHaveBegun(execution: Execution): boolean {
  const { finished, notes } = execution.progress();
  return ['rename-away', 'rename-into-place', 'promote-replica', 'switch-endpoint'].some(
    (step) =>
      finished.has(step) || notes.get(step)?.sentAt !== undefined || notes.get(step)?.foundMarkedAt !== undefined,
  );
}

/** Reads who is called what. By resource id, and who holds the production name by that name: the three can disagree for a while. */
async function observeRename(execution: Execution, plan: ExchangePlan): Promise<RenameState> {
  const { rds, call } = execution;
  const candidateId = candidateResourceId(execution);
  const previousId = plan.system.resourceId;
  const previous = previousId === undefined ? undefined : await rds.describeInstanceByResourceId(previousId, call);
  const candidate = await rds.describeInstanceByResourceId(candidateId, call);
  const holder = await rds.describeInstance(plan.system.instance, call);
  return {
    production: plan.system.instance,
    archive: plan.promotion.kind === 'rename' ? plan.promotion.archive : '',
    candidateIdentifier: plan.candidate,
    previous: renamed(previous),
    candidate: renamed(candidate),
    holder: holderOf(holder?.resourceId, previousId, candidateId),
  };
}

function holderOf(holder: string | undefined, previous: string | undefined, candidate: string): RenameState['holder'] {
  if (holder === undefined) return 'none';
  if (holder === candidate) return 'candidate';
  return holder === previous ? 'previous' : 'other';
}

function renamed(instance: DatabaseInstance | undefined): RenamedInstance | undefined {
  if (instance === undefined) return undefined;
  const pending = instance.pendingChanges.DBInstanceIdentifier;
  const { identifier, status } = instance;
  return typeof pending === 'string' ? { identifier, status, pendingIdentifier: pending } : { identifier, status };
}

/** What the table's next action means for one of the two renames. */
function decisionFor(
  step: RenameAwayStep | RenameIntoPlaceStep,
  next: Exclude<RenameAction, { action: 'stop' }>,
): Decision {
  if (next.action === 'wait') return { state: 'pending', status: next.for };
  if (next.action === step.kind) return { state: 'act' };
  // The other rename is next: beyond the first one all is well; before the second, RDS must be behind.
  if (next.action === 'done' || step.kind === 'rename-away') return { state: 'ready' };
  return { state: 'pending', status: 'the previous instance holds the production name again' };
}

function describeState({ previous, candidate, holder }: RenameState): string {
  const of = (instance: RenamedInstance | undefined): string =>
    instance === undefined ? 'not to be seen' : `${instance.identifier} (${instance.status})`;
  return `previous ${of(previous)}, candidate ${of(candidate)}, production name: ${holder}`;
}

function stopped(step: RenameAwayStep | RenameIntoPlaceStep, reason: string): BackupError {
  return new BackupError({
    code: 'precondition-failed',
    message: `${step.id}: the promotion cannot go on: ${reason}`,
    hint: 'No instance was renamed by this. Put the names in order by hand, then execute the plan again: it goes on from where it finds them.',
    details: { step: step.id, reason },
  });
}
