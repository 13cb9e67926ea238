import { BackupError } from '../../core/errors.js';
import {
  claimTarget,
  dropOwnTarget,
  lookAtTarget,
  makeSchemas,
  makeTarget,
  targetNotEmpty,
} from '../dump/target-database.js';
import type { Execution, StepResult } from '../execution/execution.js';
import { requirePreconditions } from '../execution/preconditions.js';
import type { DumpRestorePlan } from '../plan/restore-plan.js';
import type { CreateDatabaseStep } from '../plan/restore-step.js';

/**
 * Sees to an empty database to restore into: makes it if absent, takes an empty one as it is, makes anew what an interrupted
 * run of this plan has left, and touches nothing else.
 *
 * Errors: `precondition-failed`, `permission-denied`, ...
 */
export async function createDatabase(
  execution: Execution,
  plan: DumpRestorePlan,
  step: CreateDatabaseStep,
): Promise<StepResult> {
  await requirePreconditions(execution, step);
  const created = await seeToDatabase(execution, plan, step);
  await makeSchemas(execution, plan, step.schemas ?? []);
  return { status: 'finished', facts: { created } };
}

/** Returns whether it was made by this plan. */
async function seeToDatabase(execution: Execution, plan: DumpRestorePlan, step: CreateDatabaseStep): Promise<boolean> {
  let state = await lookAtTarget(execution, plan);
  if (state === 'ours-not-empty' && (await dropOwnTarget(execution, plan))) state = 'absent';
  switch (state) {
    case 'not-empty':
    case 'ours-not-empty':
      throw targetNotEmpty(plan);
    case 'ours-empty':
      return true;
    case 'empty': {
      // Made by a run of ours that was cut off before it could mark it.
      const created = execution.progress().notes.get(step.id)?.creating === true;
      if (created) await claimTarget(execution, plan);
      return created;
    }
    case 'absent':
      if (!step.create) throw absent(plan);
      await execution.note(step, { creating: true });
      await makeTarget(execution, plan);
      return true;
    default:
      throw new Error(`no such state: ${state satisfies never}`);
  }
}

function absent(plan: DumpRestorePlan): BackupError {
  return new BackupError({
    code: 'precondition-failed',
    message: `there is no database ${plan.into.database} on ${plan.into.host}`,
    hint: 'Create it, or let the plan create it: createDatabase: true.',
    details: { database: plan.into.database, host: plan.into.host },
  });
}
