/**
 * Works through `items` in their order with so many at a time, and gives the results in the order of the items. All or none: the
 * first failure stops the others through their signal, no further item is begun, and the failure is thrown once every one has
 * settled, so that nothing still runs when this returns.
 */
export async function inParallel<Item, Result>(
  workers: number,
  items: readonly Item[],
  signal: AbortSignal | undefined,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<readonly Result[]> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const results: Result[] = [];
  const rest = items.entries();
  const run = async (): Promise<void> => {
    for (const [index, item] of rest) {
      if (stop.signal.aborted) return;
      try {
        results[index] = await work(item, stop.signal);
      } catch (error) {
        // What fails because it was stopped is not the cause: only the first abort gives the reason.
        stop.abort(error);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(workers, items.length) }, run));
    if (stop.signal.aborted) throw stop.signal.reason;
    return results;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
