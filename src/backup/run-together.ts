/**
 * Runs several tasks at once, all or none: the first failure stops the others through their signal, and is thrown once every
 * one has settled, so that nothing still runs when this returns. A task that fails because it was stopped is not the cause.
 */
export async function runTogether<Results extends readonly unknown[]>(
  tasks: { readonly [Task in keyof Results]: (signal: AbortSignal) => Promise<Results[Task]> },
  signal: AbortSignal | undefined,
): Promise<Results> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const start = async (task: (stopped: AbortSignal) => Promise<unknown>): Promise<unknown> => {
    try {
      return await task(stop.signal);
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  };
  try {
    const started = tasks.map(start);
    await Promise.allSettled(started);
    if (stop.signal.aborted) throw stop.signal.reason;
    return (await Promise.all(started)) as unknown as Results;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
