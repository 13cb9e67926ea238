import type { CallOptions } from '../../core/call-options.js';
import { BackupError, isBackupError } from '../../core/errors.js';
import { type Judgement, pollUntil } from '../../core/poll.js';
import { type Tags, tagKeys } from '../../core/tags.js';
import type { ReplicationGroup } from '../../ports/elasticache.js';
import { cacheOf } from '../../system/cache-of.js';
import type { System } from '../../system/define-system.js';
import type { CacheRestorePlan } from '../restore-plan.js';
import { operationIdOf } from '../seal-plan.js';

const boundMilliseconds = 2 * 3_600_000;

/** What was asked for may not be visible at once (facts 0.7). */
const readsUntilGone = 3;

/**
 * Deletes the cache that a plan with `temporary` has made, without a last snapshot, and waits until it is gone. One that still is being
 * made refuses and is asked again. Only what carries the tags of this very plan is deleted, never the system's own cache.
 *
 * Errors: `invalid-input` for a plan that is not temporary, `precondition-failed` for a cache of that name that the plan has not made,
 * `deadline-exceeded`, and AWS's own.
 *
 * @example
 * ```ts
 * const plan = await planner.planCacheRestore({ snapshot: 'latest', target: 'zephyr-redis-look', temporary });
 * try {
 *   await planner.execute(plan, options);
 * } finally {
 *   await removeTemporaryCache(zephyr, plan);
 * }
 * ```
 */
export async function removeTemporaryCache(
  system: System,
  plan: CacheRestorePlan,
  options: CallOptions = {},
): Promise<'removed' | 'never-there'> {
  const { port, name } = cacheOf(system);
  const { candidate, temporary } = plan;
  if (temporary === undefined || candidate === name) {
    throw new BackupError({
      code: 'invalid-input',
      field: 'plan',
      message: `plan is not for a temporary cache: ${candidate} is to stay`,
      hint: 'Only caches of plans with temporary are removed. Delete others yourself, when you are sure.',
    });
  }
  const { signal, deadline } = options;
  const until = new Date(system.clock.now().getTime() + boundMilliseconds);
  let seen = false;
  let missing = 0;
  const look = async (): Promise<ReplicationGroup | undefined> => {
    const group = await port.describeReplicationGroup(candidate, { signal });
    missing = group === undefined ? missing + 1 : 0;
    if (group === undefined || group.status === 'deleting') return group;
    const tags = await tagsOf(system, group, options);
    // While it is being made its tags may not be told; then it could not be deleted either.
    if (tags === undefined) return group;
    if (tags[tagKeys.operationId] !== operationIdOf(plan) || tags[tagKeys.expiresAt] === undefined) throw notOurs(plan);
    seen = true;
    await ask(system, candidate, options);
    return group;
  };
  await pollUntil<ReplicationGroup | undefined>({
    what: `cache ${candidate} to be deleted`,
    observe: look,
    judge: (group): Judgement => {
      if (group !== undefined) return { state: 'pending', status: group.status };
      return missing >= readsUntilGone ? { state: 'ready' } : { state: 'pending', status: 'not to be seen' };
    },
    deadline: deadline !== undefined && deadline < until ? deadline : until,
    ...system.polling,
    clock: system.clock,
    random: system.random,
    signal,
  });
  return seen ? 'removed' : 'never-there';
}

async function tagsOf(system: System, group: ReplicationGroup, { signal }: CallOptions): Promise<Tags | undefined> {
  try {
    return await cacheOf(system).port.tagsOf(group.arn, { signal });
  } catch (error) {
    if (isBackupError(error, 'cache-not-found') || isBackupError(error, 'invalid-state')) return undefined;
    throw error;
  }
}

/** Asks for the deletion. A refusal that passes is no error: the next look asks again. */
async function ask(system: System, candidate: string, { signal }: CallOptions): Promise<void> {
  try {
    await cacheOf(system).port.deleteReplicationGroup(candidate, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    const passing =
      isBackupError(error) && (error.retryable || ['invalid-state', 'cache-not-found'].includes(error.code));
    if (!passing) throw error;
  }
}

function notOurs({ candidate }: CacheRestorePlan): BackupError {
  return new BackupError({
    code: 'precondition-failed',
    message: `the cache ${candidate} was not made by this plan: it is not deleted`,
    hint: 'Look at who made it.',
    details: { cache: candidate },
  });
}
