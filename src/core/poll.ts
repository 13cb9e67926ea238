import type { Clock } from './clock.js';
import { type Duration, formatMilliseconds } from './duration.js';
import { BackupError, isBackupError } from './errors.js';
import { type ExpectedWait, pauseBefore } from './pause.js';
import type { Random } from './random.js';

/** What one look at the world means for a wait. */
export type Judgement =
  | { readonly state: 'ready' }
  | { readonly state: 'pending'; readonly status: string }
  /** It will never become ready by waiting. */
  | { readonly state: 'failed'; readonly error: BackupError };

/** How often to look: 1 % of the time waited so far, but not below `shortest` and not above `longest`. */
export interface PollingPace {
  /** Default `'5s'`. */
  readonly shortest: Duration;
  /** Default `'15s'`. */
  readonly longest: Duration;
}

/** A steady pace: notices a restore that took 20 minutes about 6 seconds late, in some 190 calls. */
export const defaultPollingPace: PollingPace = { shortest: '5s', longest: '15s' };

/** A wait. */
export interface PollRequest<Observation> {
  /** What is waited for, for messages: `instance zephyr-production-pitr to become available`. */
  readonly what: string;
  readonly observe: () => Promise<Observation>;
  readonly judge: (observation: Observation) => Judgement;
  /** Reads in a row that must be ready; status is eventually consistent (facts 0.7). Default 1. */
  readonly consecutive?: number | undefined;
  /** Gives up at this instant, after one last look. */
  readonly deadline: Date;
  readonly shortestMilliseconds: number;
  readonly longestMilliseconds: number;
  /** How long this usually takes: looks are rare before and frequent about then. Default: not known. */
  readonly expected?: ExpectedWait | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
  readonly onPending?: ((observation: Observation, elapsedMilliseconds: number) => void) | undefined;
}

/** Looks that may fail in a row with a retryable error before the wait fails with it. */
const toleratedFailures = 8;

/**
 * Looks until it is so. Unlike the SDK's waiters it keeps a steady pace, fails at once on a terminal state and on denied
 * credentials, leaves no timer behind, and takes a last look at the deadline (facts 0.6).
 *
 * Errors: `deadline-exceeded`; the judgement's own error; whatever `observe` rejects with, once it is not retryable or came
 * eight times in a row.
 */
export async function pollUntil<Observation>(request: PollRequest<Observation>): Promise<Observation> {
  const { clock, signal, consecutive = 1 } = request;
  const started = clock.now().getTime();
  const deadline = request.deadline.getTime();
  let ready = 0;
  let failures = 0;
  let lastStatus = 'not seen yet';
  for (;;) {
    signal?.throwIfAborted();
    const now = clock.now().getTime();
    const observation = await observeOnce(request, (error) => {
      failures += 1;
      lastStatus = error.message;
      return failures < toleratedFailures;
    });
    if (observation !== undefined) {
      failures = 0;
      const judgement = request.judge(observation.value);
      if (judgement.state === 'failed') throw judgement.error;
      ready = judgement.state === 'ready' ? ready + 1 : 0;
      if (ready >= consecutive) return observation.value;
      if (judgement.state === 'pending') {
        lastStatus = judgement.status;
        request.onPending?.(observation.value, now - started);
      }
    }
    if (now >= deadline) throw deadlineExceeded(request.what, now - started, lastStatus);
    // What only has to be confirmed is looked at again soon.
    const pause = ready > 0 ? request.shortestMilliseconds : pauseOf(request, now - started);
    await clock.sleep(Math.min(spread(request, pause), Math.max(0, deadline - now)), { signal });
  }
}

async function observeOnce<Observation>(
  request: PollRequest<Observation>,
  tolerate: (error: BackupError) => boolean,
): Promise<{ readonly value: Observation } | undefined> {
  try {
    return { value: await request.observe() };
  } catch (error) {
    if (!request.signal?.aborted && isBackupError(error) && error.retryable && tolerate(error)) return undefined;
    throw error;
  }
}

function pauseOf<Observation>(request: PollRequest<Observation>, elapsed: number): number {
  const { shortestMilliseconds: shortest, longestMilliseconds: longest, expected } = request;
  return pauseBefore({ elapsed, shortest, longest, expected });
}

/** Up to a tenth either way keeps many waits from calling in step. */
function spread<Observation>(request: PollRequest<Observation>, pause: number): number {
  return pause * (0.9 + 0.2 * request.random());
}

function deadlineExceeded(what: string, elapsed: number, lastStatus: string): BackupError {
  return new BackupError({
    code: 'deadline-exceeded',
    message: `gave up waiting for ${what} after ${formatMilliseconds(elapsed)}; last seen: ${lastStatus}`,
    hint: 'Look at the resource in AWS: the wait changed nothing, and the same call can be made again with a later deadline.',
    details: { what, elapsedMilliseconds: elapsed, lastStatus },
  });
}
