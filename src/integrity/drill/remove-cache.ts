import { clearingUpSignal } from '../../core/clock.js';
import { BackupError, isBackupError } from '../../core/errors.js';
import { type Judgement, pollUntil } from '../../core/poll.js';
import type { Tags } from '../../core/tags.js';
import { cacheOf } from '../../system/cache-of.js';
import type { System } from '../../system/define-system.js';

/** A group that is being made refuses to be deleted (facts F15), and making one takes a while. */
const boundMilliseconds = 2 * 3_600_000;

/** What was asked for may not be visible at once. */
const invisibleMilliseconds = 120_000;

/** A right that was just given may not be everywhere at once: one denial is not believed. */
const refusalsBelieved = 3;

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
  const { clock, random, polling } = system;
  const began = clock.now().getTime();
  let seen = false;
  let refusals = 0;
  const look = async (): Promise<Look> => {
    const looked = await lookAndAsk(system, temporary);
    refusals = looked.refusal === undefined ? 0 : refusals + 1;
    seen = seen || looked.status !== undefined;
    return looked;
  };
  const judge = ({ status, refusal }: Look): Judgement => {
    if (refusal !== undefined) {
      const passes = refusal.retryable || refusal.code === 'invalid-state' || refusals < refusalsBelieved;
      return passes ? { state: 'pending', status: refusal.message } : { state: 'failed', error: refusal };
    }
    if (status === undefined) {
      const certain = seen || clock.now().getTime() - began >= invisibleMilliseconds;
      return certain ? { state: 'ready' } : { state: 'pending', status: 'not to be seen' };
    }
    return !patient && status === 'deleting' ? { state: 'ready' } : { state: 'pending', status };
  };
  await pollUntil<Look>({
    what: `cache ${temporary.identifier} to be deleted`,
    observe: look,
    judge,
    consecutive: 2,
    deadline: new Date(began + boundMilliseconds),
    ...polling,
    clock,
    random,
  });
  return seen ? 'removed' : 'never-there';
}

interface Look {
  /** `undefined`: it is not there, or not known. */
  readonly status?: string | undefined;
  readonly refusal?: BackupError | undefined;
}

async function lookAndAsk(
  system: System,
  { identifier, isOurs }: { readonly identifier: string; readonly isOurs: (tags: Tags) => boolean },
): Promise<Look> {
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
