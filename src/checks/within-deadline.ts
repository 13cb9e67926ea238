import type { Clock } from '../core/clock.js';
import { BackupError } from '../core/errors.js';

/**
 * Runs `work` with a signal that also aborts at the deadline; it then rejects with `deadline-exceeded`. Leaves no timer
 * and no listener behind.
 */
export async function withinDeadline<Result>(
  what: string,
  limits: { readonly clock: Clock; readonly deadline?: Date | undefined; readonly signal?: AbortSignal | undefined },
  work: (signal: AbortSignal | undefined) => Promise<Result>,
): Promise<Result> {
  const { clock, deadline, signal } = limits;
  signal?.throwIfAborted();
  if (deadline === undefined) return work(signal);
  const stop = new AbortController();
  const done = new AbortController();
  const onAbort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const watch = clock.sleep(Math.max(0, deadline.getTime() - clock.now().getTime()), { signal: done.signal }).then(
    () => stop.abort(deadlineExceeded(what, deadline)),
    () => undefined,
  );
  try {
    return await work(stop.signal);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    done.abort();
    await watch;
  }
}

function deadlineExceeded(what: string, deadline: Date): BackupError {
  return new BackupError({
    code: 'deadline-exceeded',
    message: `gave up ${what} at its deadline, ${deadline.toISOString()}`,
    hint: 'Call again with a later deadline. Whatever it had begun has been stopped and cleared up, or is taken up again.',
    details: { what, deadline: deadline.toISOString() },
  });
}
