import { type Duration, parseDuration } from '../core/duration.js';
import type { System } from '../system/define-system.js';
import { assessReadiness, type ReadinessRequest } from './assess-readiness.js';
import { checkExpectation } from './expected-configuration.js';
import type { ReadinessReport } from './readiness-report.js';

/** How often a probe really looks, and how long it may take. */
export interface ReadinessProbeOptions extends ReadinessRequest {
  /** A report this young is handed out again. Default `'30s'`. */
  readonly maxAge?: Duration | undefined;
  /** What has not been read by then is unknown. Default: as long as AWS takes. */
  readonly within?: Duration | undefined;
}

/** Hands out a report that is at most so old. Aborting ends only the caller's own wait. */
export type ReadinessProbe = (options?: { readonly signal?: AbortSignal | undefined }) => Promise<ReadinessReport>;

/**
 * Readiness for a health endpoint: callers at the same time share one round of calls, and for a while its report is handed
 * out again, so that no number of probes makes more calls than one every `maxAge`. A failure is handed to those who waited
 * for it and not kept.
 *
 * Errors: `invalid-input`; the probe's are those of `assessReadiness`.
 *
 * @example
 * ```ts
 * const readiness = createReadinessProbe(zephyr, { maxAge: '30s', within: '10s' });
 * server.get('/ready', async (request, response) => {
 *   const report = await readiness();
 *   response.status(report.grade === 'critical' ? 503 : 200).json(report);
 * });
 * ```
 */
export function createReadinessProbe(system: System, options: ReadinessProbeOptions = {}): ReadinessProbe {
  const maxAge = parseDuration(options.maxAge ?? '30s', 'maxAge');
  const within = options.within === undefined ? undefined : parseDuration(options.within, 'within');
  checkExpectation(options.expected);
  const { clock } = system;
  let last: { readonly at: number; readonly report: ReadinessReport } | undefined;
  let running:
    | { readonly report: Promise<ReadinessReport>; readonly stop: AbortController; waiting: number }
    | undefined;

  const start = (): NonNullable<typeof running> => {
    const stop = new AbortController();
    const at = clock.now().getTime();
    const deadline = within === undefined ? undefined : new Date(at + within);
    const report = assessReadiness(system, options, { signal: stop.signal, deadline }).then(
      (made) => {
        if (running === run) running = undefined;
        last = { at, report: made };
        return made;
      },
      (error: unknown) => {
        // One that everybody left has perhaps been followed by another.
        if (running === run) running = undefined;
        throw error;
      },
    );
    const run = { report, stop, waiting: 0 };
    return run;
  };

  return async ({ signal } = {}) => {
    signal?.throwIfAborted();
    const age = last === undefined ? undefined : clock.now().getTime() - last.at;
    // A clock that was set back must not make a report young for ever.
    if (last !== undefined && age !== undefined && age >= 0 && age < maxAge) return last.report;
    running ??= start();
    const run = running;
    run.waiting += 1;
    try {
      return await untilAborted(run.report, signal);
    } finally {
      run.waiting -= 1;
      if (run.waiting === 0 && running === run) {
        running = undefined;
        run.stop.abort(signal?.reason);
        await run.report.catch(() => undefined);
      }
    }
  };
}

/** The promise's outcome, or the signal's reason if that comes first. */
function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise<Value>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
