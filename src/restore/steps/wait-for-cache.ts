import { BackupError, isBackupError } from '../../core/errors.js';
import type { Judgement } from '../../core/poll.js';
import type { ReplicationGroup } from '../../ports/elasticache.js';
import { cacheOf } from '../../system/cache-of.js';
import { type Execution, type StepResult, waitUntil } from '../execution/execution.js';
import type { WaitForCacheStep } from '../plan/restore-step.js';

const boundMilliseconds = 6 * 3_600_000;

/** Reads in a row before a group that had been seen counts as gone. */
const readsUntilGone = 3;

/** Its clock and ours differ; events a little older than our request still are of it. */
const eventsSlackMilliseconds = 300_000;

/** Waits for the cache. Errors: `resource-failed` with the events, `precondition-failed` where it is gone, `deadline-exceeded`. */
export async function waitForCache(execution: Execution, step: WaitForCacheStep): Promise<StepResult> {
  const { port } = cacheOf(execution.system);
  let missing = 0;
  let seenOnce = false;
  const judge = (group: ReplicationGroup | undefined): Judgement => {
    if (group !== undefined) return judgeGroup(group);
    if (seenOnce && missing >= readsUntilGone) return { state: 'failed', error: gone(step.identifier) };
    return { state: 'pending', status: 'not to be seen' };
  };
  try {
    const group = await waitUntil<ReplicationGroup | undefined>(execution, step, {
      what: `cache ${step.identifier} to become available`,
      subject: step.identifier,
      observe: async () => {
        const seen = await port.describeReplicationGroup(step.identifier, execution.call);
        missing = seen === undefined ? missing + 1 : 0;
        seenOnce ||= seen !== undefined;
        return seen;
      },
      judge,
      consecutive: 3,
      boundMilliseconds,
    });
    return { status: 'finished', facts: { status: group?.status, endpoint: group?.endpoint } };
  } catch (error) {
    throw isBackupError(error, 'resource-failed') ? await withEvents(execution, step, error) : error;
  }
}

function judgeGroup({ identifier, status, endpoint }: ReplicationGroup): Judgement {
  if (status === 'available' && endpoint !== undefined) return { state: 'ready' };
  if (!/^(?:create-failed|restore-failed|deleting|deleted|incompatible-.*)$/.test(status)) {
    return { state: 'pending', status };
  }
  const error = new BackupError({
    code: 'resource-failed',
    message: `cache ${identifier} is ${status}`,
    hint: 'Read its events below details.events, remove the cause (a node too small for the data, most often), delete it, and make a new plan.',
    details: { cache: identifier, status },
  });
  return { state: 'failed', error };
}

/** The failure with what ElastiCache says about it. Events that cannot be read do not hide the failure itself. */
async function withEvents(execution: Execution, step: WaitForCacheStep, failure: BackupError): Promise<BackupError> {
  const { system, call } = execution;
  const begun = execution.progress().startedAt ?? execution.plan.createdAt;
  const since = new Date(new Date(begun).getTime() - eventsSlackMilliseconds);
  const told: { readonly at: Date; readonly message: string }[] = [];
  let unread: string | undefined;
  try {
    const events = cacheOf(system).port.listGroupEvents({ identifier: step.identifier, since }, call);
    for await (const event of events) told.push(event);
  } catch (error) {
    if (call.signal?.aborted || !isBackupError(error)) throw error;
    unread = error.message;
  }
  const events = told
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .map(({ at, message }) => `${at.toISOString()} ${message}`);
  const newest = events.at(-1);
  return new BackupError({
    code: failure.code,
    message: newest === undefined ? failure.message : `${failure.message}; ElastiCache says: ${newest}`,
    hint: failure.hint,
    details: { ...failure.details, events, ...(unread === undefined ? {} : { eventsUnread: unread }) },
  });
}

function gone(identifier: string): BackupError {
  return new BackupError({
    code: 'precondition-failed',
    message: `the restored cache ${identifier} no longer exists`,
    hint: 'Somebody has deleted it. Make a new plan.',
    details: { identifier },
  });
}
