import { BackupError, isBackupError } from '../../core/errors.js';
import { type Tags, tagKeys } from '../../core/tags.js';
import type { ReplicationGroup } from '../../ports/elasticache.js';
import { cacheOf } from '../../system/cache-of.js';
import type { Execution, StepResult } from '../execution/execution.js';
import { requirePreconditions } from '../execution/preconditions.js';
import { type Decision, reconcile } from '../execution/reconcile.js';
import type { RestoreCacheStep } from '../plan/restore-step.js';

const hour = 3_600_000;

interface SeenCache {
  readonly group: ReplicationGroup;
  /** `undefined`: ElastiCache does not tell them yet. */
  readonly tags: Tags | undefined;
}

/**
 * Begins the replication group, exactly once however often answers get lost: whoever holds the name is ours if it carries
 * this plan's tag (facts 0.3).
 *
 * Errors: `identifier-taken`, `precondition-failed`, and AWS's.
 */
export async function restoreCache(execution: Execution, step: RestoreCacheStep): Promise<StepResult> {
  const { system, call, caches } = execution;
  const { port } = cacheOf(system);
  const { target } = step.settings;
  const seen = await reconcile<SeenCache | undefined>(execution, step, {
    what: `the restore of ${target} to begin`,
    subject: target,
    observe: async () => {
      const group = await port.describeReplicationGroup(target, call);
      return group === undefined ? undefined : { group, tags: await tagsOf(execution, group) };
    },
    decide: (found): Decision => {
      if (found === undefined) return { state: 'act' };
      if (found.tags === undefined)
        return { state: 'pending', status: `${found.group.status}, its tags not to be seen` };
      const ours = found.tags[tagKeys.operationId] === execution.operationId;
      return ours ? { state: 'ready' } : { state: 'failed', error: nameTaken(target) };
    },
    act: async () => {
      await requirePreconditions(execution, step);
      await execution.note(step, { requestedAt: system.clock.now().toISOString() });
      const authToken = step.auth === 'token' ? await caches.authToken?.() : undefined;
      const tags = { ...step.settings.tags, [tagKeys.operationId]: execution.operationId };
      await port.restoreReplicationGroup({ ...step.settings, tags }, { authToken }, call);
    },
    // Taken by our own call whose answer was lost, most likely: the next look tells.
    tolerated: ['identifier-taken', 'invalid-state'],
    boundMilliseconds: hour,
    status: (found) => found?.group.status ?? 'not begun',
  });
  return { status: 'finished', facts: { identifier: target, resourceId: seen?.group.arn } };
}

/** While a group is being made its tags may not be told. */
async function tagsOf({ system, call }: Execution, group: ReplicationGroup): Promise<Tags | undefined> {
  try {
    return await cacheOf(system).port.tagsOf(group.arn, call);
  } catch (error) {
    if (isBackupError(error, 'cache-not-found') || isBackupError(error, 'invalid-state')) return undefined;
    throw error;
  }
}

function nameTaken(identifier: string): BackupError {
  return new BackupError({
    code: 'identifier-taken',
    message: `there already is a replication group called ${identifier}, and it was not made by this plan`,
    hint: 'Look at that cache; then make a new plan with another target.',
    details: { identifier },
  });
}
