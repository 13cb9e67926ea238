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
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, milliseconds);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};
