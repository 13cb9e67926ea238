import type { CallOptions } from '../../core/call-options.js';
import { BackupError } from '../../core/errors.js';
import { type Tags, tagKeys } from '../../core/tags.js';
import { cacheOf } from '../../system/cache-of.js';
import type { System } from '../../system/define-system.js';
import { operationIdOf } from '../execution/operation-id.js';
import type { CacheRestorePlan } from '../plan/restore-plan.js';
import { removeCache } from './remove-cache.js';

/**
 * Deletes the cache that a plan with `temporary` has made, without a last snapshot, and waits until it is gone. One that still is being
 * made refuses and is asked again; one that somebody else is deleting is waited for. Only what carries the tags of this very plan is
 * deleted, never the system's own cache. `never-there`: no cache of that name was to be seen for two minutes.
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
  const { name } = cacheOf(system);
  const { candidate, temporary } = plan;
  if (temporary === undefined || candidate === name) {
    throw new BackupError({
      code: 'invalid-input',
      field: 'plan',
      message: `plan is not for a temporary cache: ${candidate} is to stay`,
      hint: 'Only caches of plans with temporary are removed. Delete others yourself, when you are sure.',
    });
  }
  const operationId = operationIdOf(plan);
  const isOurs = (tags: Tags): boolean =>
    tags[tagKeys.operationId] === operationId && tags[tagKeys.expiresAt] !== undefined;
  return removeCache(system, { identifier: candidate, isOurs }, { ...options, patient: true });
}
