import { BackupError } from '../../core/errors.js';
import { type Tags, tagKeys } from '../../core/tags.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { Execution, StepResult } from '../execution/execution.js';
import type { StepFacts } from '../execution/execution-progress.js';
import { requirePreconditions } from '../execution/preconditions.js';
import { type Decision, reconcile } from '../execution/reconcile.js';
import type { OrderedSettings, OrderedStep } from '../instance-class/classes-of-step.js';
import type { RestoreStep } from '../plan/restore-step.js';
import { classAttempts } from './class-attempts.js';

const hour = 3_600_000;

/**
 * Begins the candidate, exactly once however often answers get lost: RDS takes no request token, so whoever holds the name
 * is ours if it carries this plan's tag (facts 0.3).
 *
 * Errors: `identifier-taken`, `precondition-failed`, `insufficient-capacity` once RDS has had none for any of the step's classes for
 * ten minutes, and AWS's.
 */
export async function beginCandidate<
  Settings extends OrderedSettings & { readonly target: string; readonly tags: Tags },
>(
  execution: Execution,
  step: RestoreStep & OrderedStep<Settings>,
  begin: {
    /** What is known of the candidate's data right before the call. */
    readonly learn: () => Promise<StepFacts>;
    readonly restore: (settings: Settings) => Promise<void>;
  },
): Promise<StepResult> {
  const { rds, call, system } = execution;
  const { target } = step.settings;
  let learned: StepFacts | undefined;
  const attempts = classAttempts(execution, step, begin.restore);
  const instance = await reconcile<DatabaseInstance | undefined>(execution, step, {
    what: `the making of ${target} to begin`,
    subject: target,
    observe: async () => (await promotedAlready(execution)) ?? rds.describeInstance(target, call),
    decide: (seen): Decision => {
      if (seen === undefined) {
        const error = attempts.ended();
        return error === undefined ? { state: 'act' } : { state: 'failed', error };
      }
      return isOurs(execution, seen) ? { state: 'ready' } : { state: 'failed', error: nameTaken(target, seen) };
    },
    act: async () => {
      await requirePreconditions(execution, step);
      learned = await begin.learn();
      await execution.note(step, { learned, requestedAt: system.clock.now().toISOString() });
      const tags = { ...step.settings.tags, [tagKeys.operationId]: execution.operationId };
      await attempts.restore({ ...step.settings, tags });
    },
    // Taken by our own call whose answer was lost, most likely: the next look tells. Busy: its backup or a change is running.
    tolerated: ['identifier-taken', 'invalid-state'],
    boundMilliseconds: hour,
    status: (seen) => seen?.status ?? 'not begun',
  });
  const noted = execution.progress().notes.get(step.id)?.learned as StepFacts | undefined;
  return {
    status: 'finished',
    facts: {
      resourceId: instance?.resourceId,
      identifier: target,
      instanceClass: instance?.instanceClass,
      ...(learned ?? noted),
    },
  };
}

/** With the journal lost after the promotion, the candidate is found under the production name. */
async function promotedAlready(execution: Execution): Promise<DatabaseInstance | undefined> {
  const holder = await execution.rds.describeInstance(execution.plan.system.instance, execution.call);
  return holder !== undefined && isOurs(execution, holder) ? holder : undefined;
}

function isOurs(execution: Execution, instance: DatabaseInstance): boolean {
  return instance.tags[tagKeys.operationId] === execution.operationId;
}

function nameTaken(identifier: string, holder: DatabaseInstance): BackupError {
  return new BackupError({
    code: 'identifier-taken',
    message: `there already is an instance called ${identifier}, and it was not made by this plan`,
    hint: 'Look at that instance; then make a new plan with another target.',
    details: { identifier, resourceId: holder.resourceId },
  });
}
