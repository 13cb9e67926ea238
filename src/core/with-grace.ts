import { clearingUpSignal } from './clock.js';

/**
 * Runs `work` with a signal that aborts only so many milliseconds, of the machine's own time, after the caller's: for what must not
 * be left half done, and can be ended soon. Leaves no listener behind.
 */
export async function withGrace<Result>(
  signal: AbortSignal | undefined,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const onAbort = (): void => {
    clearingUpSignal(milliseconds).addEventListener('abort', () => stop.abort(signal?.reason), { once: true });
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await work(stop.signal);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
