import { BackupError, isBackupError } from '../core/errors.js';
import { type Tags, tagKeys } from '../core/tags.js';
import type { System } from '../system/define-system.js';

/** A snapshot to be begun exactly once. */
export interface SnapshotOrder {
  readonly identifier: string;
  /** Another name where the first is taken; absent where the caller chose it. */
  readonly anotherName: (() => string) | undefined;
  readonly operationId: string;
  /** Asks the service for it under a name. */
  readonly create: (identifier: string) => Promise<unknown>;
  /** The tags of the snapshot that has a name now; `undefined` if none has. */
  readonly tagsOf: (identifier: string) => Promise<Tags | undefined>;
  /** What to say when the quota is used up. */
  readonly quotaExceeded: (cause: BackupError) => Promise<BackupError>;
  /** Waits until the source allows a snapshot again. Without it a source that does not is an error at once. */
  readonly settle: (() => Promise<unknown>) | undefined;
  readonly deadline: Date;
  readonly signal?: AbortSignal | undefined;
}

/** A snapshot that was begun. */
export interface BegunSnapshot {
  readonly identifier: string;
  /** Whether a call of ours began it, as far as can be told; otherwise another of the same operation was first. */
  readonly byUs: boolean;
}

/** Attempts after answers that say nothing of whether the snapshot was begun. The SDK has retried each already (facts 0.4). */
const mostAttempts = 6;

/**
 * Begins a snapshot once, however often the answer gets lost: RDS and ElastiCache take no request token, so after every unclear answer we
 * look whether the name now belongs to a snapshot with our operation's tag (facts 0.3). Returns the name it got.
 *
 * Errors: `identifier-taken` where the caller's name is another's, `quota-exceeded`, `invalid-state`, and AWS's.
 */
export async function requestSnapshot(system: System, order: SnapshotOrder): Promise<BegunSnapshot> {
  const call = { signal: order.signal };
  let { identifier } = order;
  let mayHaveArrived = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await order.create(identifier);
      return { identifier, byUs: true };
    } catch (error) {
      order.signal?.throwIfAborted();
      mayHaveArrived ||= answerMayBeLost(error);
      const holder = await whoHolds(identifier, order, error);
      const hidden = typeof holder === 'object' && isBackupError(error, 'identifier-taken');
      // By our own call whose answer was lost, most likely: to call the name another's, it has to be seen.
      if (hidden && system.clock.now() >= order.deadline) throw holder.unseen;
      if (holder === 'us') return { identifier, byUs: mayHaveArrived };
      if (holder === 'another') {
        if (order.anotherName === undefined) throw nameTaken(identifier, error);
        identifier = order.anotherName();
      }
      if (isBackupError(error, 'quota-exceeded')) throw await order.quotaExceeded(error);
      const { settle } = order;
      if (settle === undefined && isBackupError(error, 'invalid-state')) throw error;
      const early = isBackupError(error, 'invalid-state') && system.clock.now() < order.deadline;
      const unclear =
        isBackupError(error) && (error.retryable || error.code === 'identifier-taken') && attempt < mostAttempts;
      if (!early && !unclear && !hidden) throw error;
      await system.clock.sleep(system.polling.shortestMilliseconds, call);
      // It said available and refused all the same: status lags behind (facts 0.7), and the nightly backup may have begun.
      if (early) await settle?.();
    }
  }
}

/** Whether the service may have done what it was asked: its answer did not come, to this attempt or to one that the SDK made again. */
function answerMayBeLost(error: unknown): boolean {
  return isBackupError(error) && (error.retryable || Number(error.details.attempts) > 1);
}

/** Whom the name belongs to after a failed attempt, or what kept us from looking. */
async function whoHolds(
  identifier: string,
  order: SnapshotOrder,
  error: unknown,
): Promise<'us' | 'another' | 'nobody' | { readonly unseen: BackupError }> {
  if (!isBackupError(error) || !(error.retryable || error.code === 'identifier-taken')) return 'nobody';
  try {
    const tags = await order.tagsOf(identifier);
    if (tags === undefined) return 'nobody';
    return tags[tagKeys.operationId] === order.operationId ? 'us' : 'another';
  } catch (unseen) {
    // Looking failed for a passing reason: ask again by creating again, the name keeps it from happening twice.
    if (isBackupError(unseen) && unseen.retryable && !order.signal?.aborted) return { unseen };
    throw unseen;
  }
}

function nameTaken(identifier: string, cause: unknown): BackupError {
  return new BackupError({
    code: 'identifier-taken',
    message: `there already is a snapshot ${identifier}, and it is not of this operation`,
    hint: 'Choose another name, or none: then the time is in it.',
    details: { snapshot: identifier },
    cause,
  });
}
