/** A signal that aborts when the process is told to end, and the way to stop listening. */
export interface ProcessSignals extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Aborts on SIGINT and SIGTERM, so that a call in progress clears up before the process ends. It listens once: a second signal ends
 * the process as if nobody had listened. Dispose of it, or it keeps listening.
 *
 * @example
 * ```ts
 * using signals = abortOnSignals();
 * const report = await checker.drill(request, { signal: signals.signal });
 * ```
 */
export function abortOnSignals(names: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM']): ProcessSignals {
  const controller = new AbortController();
  const stop = (): void => {
    for (const name of names) process.removeListener(name, onSignal);
  };
  const onSignal = (name: NodeJS.Signals): void => {
    stop();
    controller.abort(new Error(`the process was told to end: ${name}`));
  };
  for (const name of names) process.on(name, onSignal);
  return { signal: controller.signal, [Symbol.dispose]: stop };
}
