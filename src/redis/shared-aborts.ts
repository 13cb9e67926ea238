/** Tells many waiters of one signal by a single listener: Node warns of a leak where a signal has more than ten. */
export function shareAborts(): (signal: AbortSignal | undefined, tell: () => void) => () => void {
  const shared = new Map<AbortSignal, { readonly waiters: Set<() => void>; readonly listener: () => void }>();
  return (signal, tell) => {
    if (signal === undefined) return () => undefined;
    let entry = shared.get(signal);
    if (entry === undefined) {
      const waiters = new Set<() => void>();
      const listener = (): void => {
        for (const each of [...waiters]) each();
      };
      entry = { waiters, listener };
      shared.set(signal, entry);
      signal.addEventListener('abort', listener, { once: true });
    }
    const { waiters, listener } = entry;
    waiters.add(tell);
    return () => {
      waiters.delete(tell);
      if (waiters.size > 0) return;
      signal.removeEventListener('abort', listener);
      shared.delete(signal);
    };
  };
}
