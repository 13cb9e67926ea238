import { BackupError } from '../../core/errors.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { RdsPort } from '../../ports/rds.js';
import { regionOf } from '../../system/region-of.js';
import type { Execution } from '../execution/execution.js';
import { factText } from '../execution/execution-progress.js';
import type { RestorePlan } from '../plan/restore-plan.js';

/** The step whose facts name the candidate's resource id. */
export function restoreStepIdOf(plan: RestorePlan): string {
  if (plan.kind === 'cache') return 'restore-cache';
  if (plan.kind === 'replica') return 'create-replica';
  return plan.kind === 'snapshot' ? 'restore-from-snapshot' : 'restore-to-point-in-time';
}

/** The candidate's `DbiResourceId`, as the plan or the journal has it. Names change hands during a promotion, this does not (facts C4). */
export function candidateResourceId(execution: Execution): string {
  const { plan } = execution;
  if (plan.kind === 'replica-promotion') return plan.facts.replica.resourceId;
  return plan.kind === 'rollback'
    ? plan.facts.old.resourceId
    : factText(execution.progress(), restoreStepIdOf(plan), 'resourceId');
}

/** The candidate as it is now. Errors: `precondition-failed` where it is gone. */
export async function describeCandidate(execution: Execution): Promise<DatabaseInstance> {
  const resourceId = candidateResourceId(execution);
  const instance = await execution.rds.describeInstanceByResourceId(resourceId, execution.call);
  if (instance !== undefined) return instance;
  throw candidateGone(resourceId);
}

/** Where the instance is that was production when the plan was made: in another region than the candidate, perhaps. */
export function previousRegion({ system, plan, rds }: Execution): RdsPort {
  if (plan.kind !== 'replica-promotion') return rds;
  return regionOf(system, plan.facts.source.region, 'plan').rds;
}

/** That instance as it is now; `undefined` where there was none, where it is gone, and where nothing is to be asked of it. */
export async function describePrevious(execution: Execution): Promise<DatabaseInstance | undefined> {
  const { resourceId } = execution.plan.system;
  if (resourceId === undefined) return undefined;
  return previousRegion(execution).describeInstanceByResourceId(resourceId, execution.call);
}

/** The error for a candidate that somebody has deleted. */
export function candidateGone(resourceId: string): BackupError {
  return new BackupError({
    code: 'precondition-failed',
    message: `the instance ${resourceId} that the plan is about no longer exists`,
    hint: 'Somebody has deleted it. Make a new plan.',
    details: { resourceId },
  });
}
