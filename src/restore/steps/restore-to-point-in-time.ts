import { BackupError } from '../../core/errors.js';
import { tagKeys } from '../../core/tags.js';
import type { DatabaseInstance, PointInTimeSource } from '../../ports/rds.js';
import type { Execution, StepResult } from '../execution.js';
import { requirePreconditions } from '../preconditions.js';
import { type Decision, reconcile } from '../reconcile.js';
import type { RestoreToPointInTimeStep } from '../restore-step.js';
import { readRestoreWindow } from '../restore-window.js';

const hour = 3_600_000;

/**
 * Begins the candidate, exactly once however often answers get lost: RDS takes no request token, so whoever holds the name
 * is ours if it carries this plan's tag (facts 0.3).
 *
 * Errors: `identifier-taken`, `precondition-failed`, and AWS's.
 */
export async function restoreToPointInTime(execution: Execution, step: RestoreToPointInTimeStep): Promise<StepResult> {
  const { rds, call, system } = execution;
  const { target } = step.settings;
  let restoredTo: string | undefined;
  const instance = await reconcile<DatabaseInstance | undefined>(execution, step, {
    what: `the restore of ${target} to begin`,
    subject: target,
    observe: async () => (await promotedAlready(execution)) ?? rds.describeInstance(target, call),
    decide: (seen): Decision => {
      if (seen === undefined) return { state: 'act' };
      return isOurs(execution, seen) ? { state: 'ready' } : { state: 'failed', error: nameTaken(target, seen) };
    },
    act: async () => {
      await requirePreconditions(execution, step);
      restoredTo = await expectedTime(execution, step);
      await execution.note(step, { restoredTo, requestedAt: system.clock.now().toISOString() });
      const tags = { ...step.settings.tags, [tagKeys.operationId]: execution.operationId };
      await rds.restoreToPointInTime(sourceOf(step), { ...step.settings, tags }, call);
    },
    // Taken by our own call whose answer was lost, most likely: the next look tells. Busy: its backup or a change is running.
    tolerated: ['identifier-taken', 'invalid-state'],
    boundMilliseconds: hour,
    status: (seen) => seen?.status ?? 'not begun',
  });
  const noted = execution.progress().notes.get(step.id)?.restoredTo;
  const time = restoredTo ?? noted;
  return {
    status: 'finished',
    facts: {
      resourceId: instance?.resourceId,
      identifier: target,
      ...(time === undefined ? {} : { restoredTo: time }),
    },
  };
}

function sourceOf(step: RestoreToPointInTimeStep): PointInTimeSource {
  const { resourceId, automatedBackupArn } = step.source;
  return {
    from:
      automatedBackupArn === undefined
        ? { kind: 'resource', resourceId }
        : { kind: 'automated-backup', arn: automatedBackupArn },
    to: step.to.kind === 'time' ? { kind: 'time', time: new Date(step.to.time) } : { kind: 'latest' },
    maxAllocatedStorageGiB: step.maxAllocatedStorageGiB,
  };
}

/** The instant the candidate will hold the data of. Of the latest time only a lower bound is known beforehand. */
async function expectedTime(execution: Execution, step: RestoreToPointInTimeStep): Promise<string | undefined> {
  if (step.to.kind === 'time') return step.to.time;
  const { latest } = await readRestoreWindow(execution.rds, step.source.resourceId, execution.call);
  return latest?.toISOString();
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
