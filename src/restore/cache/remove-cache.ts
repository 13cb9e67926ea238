import { clearingUpSignal } from '../../core/clock.js';
import { BackupError, isBackupError } from '../../core/errors.js';
import type { Tags } from '../../core/tags.js';
import type { ReplicationGroup } from '../../ports/elasticache.js';
import type { PortCall } from '../../ports/port-call.js';
import { cacheOf } from '../../system/cache-of.js';
import type { System } from '../../system/define-system.js';
import { awaitRemoval, type RemovalLook, type RemovalOptions } from '../execution/await-removal.js';

/** One call without a signal of the caller's, on the machine's own time: a service that does not answer must not hold it for ever. */
const callMilliseconds = 20_000;

/** A temporary cache as its maker knows it. */
export interface TemporaryCache {
  readonly identifier: string;
  /** Whether what has the name is what was made, by its tags: without it nothing is deleted. */
  readonly isOurs: (tags: Tags) => boolean;
}

/**
 * Deletes a replication group without a last snapshot and waits until it is gone, also where somebody else has begun to delete it. One
 * that still is being made is asked again until it lets go. The system's own cache is never deleted.
 *
 * Errors: `precondition-failed` where it is another's, `deadline-exceeded`, and ElastiCache's refusal.
 */
export async function removeCache(
  system: System,
  temporary: TemporaryCache,
  options: RemovalOptions,
): Promise<'removed' | 'never-there'> {
  const look = (): Promise<RemovalLook> => lookAndAsk(system, temporary, options);
  return awaitRemoval(system, `cache ${temporary.identifier}`, look, options);
}

async function lookAndAsk(
  system: System,
  { identifier, isOurs }: TemporaryCache,
  { signal = clearingUpSignal(callMilliseconds) }: RemovalOptions,
): Promise<RemovalLook> {
  const { port, name } = cacheOf(system);
  try {
    const found = await port.describeReplicationGroup(identifier, { signal });
    if (found === undefined) return {};
    const { status } = found;
    const tags = await tagsOf(system, found, { signal });
    if (status === 'deleting') return tags === undefined || isOurs(tags) ? { status } : {};
    // While it is being made its tags may not be told; then it could not be deleted either.
    if (tags === undefined) return { status };
    if (!isOurs(tags) || identifier === name) return { refusal: notOurs(identifier) };
    await port.deleteReplicationGroup(identifier, { signal });
    return { status };
  } catch (error) {
    if (isBackupError(error, 'cache-not-found')) return {};
    if (isBackupError(error)) return { refusal: error };
    throw error;
  }
}

async function tagsOf(system: System, { arn }: ReplicationGroup, call: PortCall): Promise<Tags | undefined> {
  try {
    return await cacheOf(system).port.tagsOf(arn, call);
  } catch (error) {
    if (isBackupError(error, 'cache-not-found') || isBackupError(error, 'invalid-state')) return undefined;
    throw error;
  }
}

function notOurs(identifier: string): BackupError {
  return new BackupError({
    code: 'precondition-failed',
    message: `the cache ${identifier} does not carry the tags of what was made: it is not deleted`,
    hint: 'Somebody else has made it, or taken the tags off: look at it, and delete it by hand if nobody wants it.',
    details: { cache: identifier },
  });
}
