import { BackupError, isBackupError } from '../../core/errors.js';
import { classifyStatus } from '../../core/instance-status.js';
import type { Judgement } from '../../core/poll.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import { candidateGone } from '../instance/candidate.js';
import type { RestoreStep } from '../plan/restore-step.js';
import { type Execution, waitUntil } from './execution.js';

/** Reads in a row before an instance that had been seen counts as gone. */
const readsUntilGone = 3;

/** RDS's clock and ours differ; events a little older than our request still are of it. */
const eventsSlackMilliseconds = 300_000;

/**
 * Waits until an instance, known by its resource id, is so; three reads in a row (facts 0.7). It fails at once in a status
 * that waiting will not cure, with what RDS's events say about it (facts B15, B16).
 *
 * Errors: `resource-failed`, `precondition-failed` where it is gone, `deadline-exceeded`.
 */
export async function awaitInstance(
  execution: Execution,
  step: RestoreStep,
  wait: {
    readonly resourceId: string;
    readonly what: string;
    readonly subject: string;
    readonly isReady: (instance: DatabaseInstance) => boolean;
    readonly boundMilliseconds: number;
  },
): Promise<DatabaseInstance> {
  const begun = execution.system.clock.now();
  let missing = 0;
  let last: DatabaseInstance | undefined;
  let ready: DatabaseInstance | undefined;
  try {
    ready = await waitUntil<DatabaseInstance | undefined>(execution, step, {
      what: wait.what,
      subject: wait.subject,
      observe: async () => {
        const seen = await execution.rds.describeInstanceByResourceId(wait.resourceId, execution.call);
        missing = seen === undefined ? missing + 1 : 0;
        last = seen ?? last;
        return seen;
      },
      judge: (seen): Judgement => {
        if (seen !== undefined) return judgeInstance(seen, wait.isReady);
        // One that has never been seen may only not be visible yet.
        if (last !== undefined && missing >= readsUntilGone)
          return { state: 'failed', error: candidateGone(wait.resourceId) };
        return { state: 'pending', status: 'not to be seen' };
      },
      consecutive: 3,
      boundMilliseconds: wait.boundMilliseconds,
    });
  } catch (error) {
    throw isBackupError(error, 'resource-failed') && last !== undefined
      ? await withEvents(execution, step, last.identifier, begun, error)
      : error;
  }
  // Nothing that cannot be seen is ever judged ready.
  return ready as DatabaseInstance;
}

function judgeInstance(instance: DatabaseInstance, isReady: (instance: DatabaseInstance) => boolean): Judgement {
  const { identifier, status } = instance;
  if (classifyStatus(status) !== 'failed') return isReady(instance) ? { state: 'ready' } : { state: 'pending', status };
  const error = new BackupError({
    code: 'resource-failed',
    message: `instance ${identifier} is ${status}`,
    hint: 'Read its events below details.events, remove the cause, delete the instance, and make a new plan.',
    details: { instance: identifier, resourceId: instance.resourceId, status },
  });
  return { state: 'failed', error };
}

/** The failure with what RDS says about it. Events that cannot be read do not hide the failure itself. */
async function withEvents(
  execution: Execution,
  step: RestoreStep,
  identifier: string,
  begun: Date,
  failure: BackupError,
): Promise<BackupError> {
  const stepBegun = new Date(execution.progress().begun.get(step.id) ?? begun);
  const since = new Date(Math.min(stepBegun.getTime(), begun.getTime()) - eventsSlackMilliseconds);
  const events: { readonly at: Date; readonly message: string }[] = [];
  let unread: string | undefined;
  try {
    const filter = { sourceType: 'db-instance', source: identifier, since } as const;
    for await (const event of execution.rds.listEvents(filter, execution.call)) events.push(event);
  } catch (error) {
    if (execution.call.signal?.aborted || !isBackupError(error)) throw error;
    unread = error.message;
  }
  const told = [...events]
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .map(({ at, message }) => `${at.toISOString()} ${message}`);
  const newest = told.at(-1);
  return new BackupError({
    code: failure.code,
    message: newest === undefined ? failure.message : `${failure.message}; RDS says: ${newest}`,
    hint: failure.hint,
    details: { ...failure.details, events: told, ...(unread === undefined ? {} : { eventsUnread: unread }) },
  });
}
