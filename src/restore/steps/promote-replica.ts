import { BackupError } from '../../core/errors.js';
import { tagKeys } from '../../core/tags.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { Execution, StepResult } from '../execution/execution.js';
import { requirePreconditions } from '../execution/preconditions.js';
import { type Decision, reconcile } from '../execution/reconcile.js';
import { describeCandidate } from '../instance/candidate.js';
import { isMarked } from '../replica/is-promoted.js';
import { nextPromotion } from '../replica/next-promotion.js';
import type { PromoteReplicaStep } from '../replica/replica-step.js';

/** "Several minutes or longer" (facts E7). */
const boundMilliseconds = 2 * 3_600_000;

/**
 * Ends replication, once however often answers get lost. The instance is marked before: whoever comes later, with the journal or
 * without, sees by that and by RDS whether this plan has promoted it.
 *
 * Errors: `precondition-failed`, `deadline-exceeded`, and AWS's.
 */
export async function promoteReplica(execution: Execution, step: PromoteReplicaStep): Promise<StepResult> {
  const { rds, call, system } = execution;
  await markAsBegun(execution, step);
  const sent = (): boolean => execution.progress().notes.get(step.id)?.sentAt !== undefined;
  const { endpoint, resourceId } = await reconcile<DatabaseInstance>(execution, step, {
    what: `the promotion of ${step.identifier}`,
    subject: step.identifier,
    observe: () => describeCandidate(execution),
    decide: (seen) => decide(step, seen, sent() || isMarked(execution, seen)),
    act: async () => {
      // Of a promotion that has been sent the first look still shows a replica, and the next none.
      if (!sent()) await requirePreconditions(execution, step);
      await execution.note(step, { sentAt: system.clock.now().toISOString() });
      const { identifier: replica, backupRetentionDays, backupWindow } = step;
      await rds.promoteReplica({ replica, backupRetentionDays, backupWindow }, call);
    },
    // Backed up just now, or promoted already: the next look tells which.
    tolerated: ['invalid-state'],
    consecutive: 3,
    boundMilliseconds,
    status: (seen) => seen.status,
  });
  return { status: 'finished', facts: { resourceId, endpoint, promotedAt: system.clock.now().toISOString() } };
}

/** Only what still is a replica of the right source is marked: what is none any more tells by its mark who has promoted it. */
async function markAsBegun(execution: Execution, step: PromoteReplicaStep): Promise<void> {
  const { rds, call, operationId } = execution;
  const tags = { ...step.tags, [tagKeys.operationId]: operationId };
  await reconcile<DatabaseInstance>(execution, step, {
    what: `${step.identifier} to be marked`,
    subject: step.identifier,
    observe: () => describeCandidate(execution),
    decide: (seen) => {
      const next = decide(step, seen, isMarked(execution, seen));
      if (next.state === 'failed') return next;
      return isMarked(execution, seen) || seen.replicaSource === undefined ? { state: 'ready' } : { state: 'act' };
    },
    act: ({ arn }) => rds.tagInstance({ arn, tags }, call),
    tolerated: [],
    boundMilliseconds,
    status: () => 'not marked yet',
  });
}

function decide(step: PromoteReplicaStep, replica: DatabaseInstance, isBegun: boolean): Decision {
  const next = nextPromotion({ replica, identifier: step.identifier, source: step.source, isBegun });
  switch (next.action) {
    case 'promote':
      return { state: 'act' };
    case 'wait':
      return { state: 'pending', status: next.for };
    case 'done':
      return { state: 'ready' };
    case 'stop':
      return { state: 'failed', error: stopped(step, next.reason) };
    default:
      throw new Error(`no such action: ${JSON.stringify(next satisfies never)}`);
  }
}

function stopped({ identifier, id }: PromoteReplicaStep, reason: string): BackupError {
  return new BackupError({
    code: 'precondition-failed',
    message: `${id}: ${identifier} cannot be promoted: ${reason}`,
    hint: 'Look at the instance; where somebody else has promoted it, compare its data before anything is pointed at it. Then make a new plan.',
    details: { step: id, instance: identifier, reason },
  });
}
