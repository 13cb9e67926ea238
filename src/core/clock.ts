import { BackupError } from './errors.js';

/**
 * Where time comes from. Nothing in this library reads the system clock on its own: tests and the local region
 * hand in a clock of theirs, so that a month of backups passes in milliseconds.
 */
export interface Clock {
  /** The current instant. */
  now(): Date;
  /**
   * Resolves after `milliseconds`. Rejects with the signal's reason as soon as `signal` aborts, and leaves no timer behind.
   */
  sleep(milliseconds: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
}

/** The most that one timer can take, some 24.8 days: Node lets a longer one fire at once. */
const longestTimer = 2_147_483_647;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (milliseconds, options) =>
    new Promise((resolve, reject) => {
      const signal = options?.signal;
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      let timer: NodeJS.Timeout;
      const wait = (left: number): void => {
        timer = setTimeout(
          () => {
            if (left > longestTimer) {
              wait(left - longestTimer);
              return;
            }
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
          Math.min(left, longestTimer),
        );
      };
      wait(milliseconds);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

/** Calls again and again, by the machine's own time, until the returned function is called. It keeps no process alive. */
export function every(milliseconds: number, tick: () => void): () => void {
  const timer = setInterval(tick, milliseconds);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * A signal that aborts after so many milliseconds of the machine's own time: for clearing up, which goes on after an abort, waits
 * for real services and must come to an end, whatever clock was handed in. Its reason is `service-unreachable`, as of any other service
 * that does not answer.
 */
export function clearingUpSignal(milliseconds: number): AbortSignal {
  const stop = new AbortController();
  const onTimeout = (): void => stop.abort(unanswered(milliseconds));
  AbortSignal.timeout(milliseconds).addEventListener('abort', onTimeout, { once: true });
  return stop.signal;
}

function unanswered(milliseconds: number): BackupError {
  return new BackupError({
    code: 'service-unreachable',
    message: `no answer came within ${milliseconds / 1_000} seconds`,
    hint: 'Look whether the service can be reached; what was left undone is named, or swept up later.',
    retryable: true,
  });
}
