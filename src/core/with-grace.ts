import { every } from './clock.js';

/**
 * Runs `work` with a signal that aborts only so many milliseconds, of the machine's own time, after the caller's: for what must not
 * be left half done, and can be ended soon. Leaves no timer and no listener behind.
 */
export async function withGrace<Result>(
  signal: AbortSignal | undefined,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  let endGrace = (): void => undefined;
  const onAbort = (): void => {
    endGrace = every(milliseconds, () => stop.abort(signal?.reason));
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await work(stop.signal);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    endGrace();
  }
}
