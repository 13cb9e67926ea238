import { clearingUpSignal } from '../../core/clock.js';
import { BackupError, isBackupError } from '../../core/errors.js';
import type { Tags } from '../../core/tags.js';
import { cacheOf } from '../../system/cache-of.js';
import type { System } from '../../system/define-system.js';
import { awaitRemoval, type RemovalLook } from './await-removal.js';

/** One call of clearing up, on the machine's own time. */
const callMilliseconds = 20_000;

/**
 * Deletes a replication group without a last snapshot and waits until it is gone; `patient: false` only until ElastiCache has
 * accepted it. What its tags do not prove to be ours is left alone. It takes no signal: it also runs after an abort.
 *
 * Errors: `identifier-taken` where it is another's, `deadline-exceeded`, and ElastiCache's refusal.
 */
export async function removeCache(
  system: System,
  temporary: { readonly identifier: string; readonly isOurs: (tags: Tags) => boolean },
  { patient }: { readonly patient: boolean },
): Promise<'removed' | 'never-there'> {
  return awaitRemoval(system, `cache ${temporary.identifier}`, () => lookAndAsk(system, temporary), { patient });
}

async function lookAndAsk(
  system: System,
  { identifier, isOurs }: { readonly identifier: string; readonly isOurs: (tags: Tags) => boolean },
): Promise<RemovalLook> {
  const { port } = cacheOf(system);
  const call = { signal: clearingUpSignal(callMilliseconds) };
  try {
    const found = await port.describeReplicationGroup(identifier, call);
    if (found === undefined) return {};
    if (found.status === 'deleting') return { status: found.status };
    if (!isOurs(await port.tagsOf(found.arn, call))) return { refusal: notOurs(identifier) };
    await port.deleteReplicationGroup(identifier, call);
    return { status: found.status };
  } catch (error) {
    if (isBackupError(error, 'cache-not-found')) return {};
    if (isBackupError(error)) return { refusal: error };
    throw error;
  }
}

function notOurs(identifier: string): BackupError {
  return new BackupError({
    code: 'identifier-taken',
    message: `the replication group ${identifier} does not carry the tags of this drill`,
    hint: 'Somebody else has made it, or taken the tags off: look at it, and delete it by hand if nobody wants it.',
    details: { identifier },
  });
}
