import type { Clock } from '../../core/clock.js';
import type { BackupError } from '../../core/errors.js';
import type { FailoverSubject } from './failover-subject.js';
import { addReading, nothingRead, type OutageMeter } from './outage-meter.js';
import { probeServer } from './probe-server.js';

/** A server that is asked all the time meanwhile. */
export interface Watch {
  /** Whether there is anybody to ask. */
  readonly probed: boolean;
  /** All readings so far. Throws what ended the asking. */
  meter(): OutageMeter;
  /** What the last question failed with. */
  problem(): BackupError | undefined;
  /** Resolves with the first reading, or when no more can come. */
  readonly firstReading: Promise<void>;
}

/**
 * Does `work` while the subject's server is asked whether it takes writes. However `work` ends, the asking ends with it and leaves no
 * connection behind.
 */
export async function whileProbing<Result>(
  subject: FailoverSubject,
  options: {
    readonly clock: Clock;
    readonly everyMilliseconds: number;
    readonly signal: AbortSignal | undefined;
    /** What an earlier run has read. */
    readonly seed?: OutageMeter | undefined;
  },
  work: (watch: Watch) => Promise<Result>,
): Promise<Result> {
  const { clock, everyMilliseconds, signal, seed = nothingRead } = options;
  const { connect } = subject;
  signal?.throwIfAborted();
  if (connect === undefined) {
    return work({ probed: false, meter: () => seed, problem: () => undefined, firstReading: Promise.resolve() });
  }
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  let meter = seed;
  let problem: BackupError | undefined;
  let ended: { readonly error: unknown } | undefined;
  let begun = (): void => undefined;
  const firstReading = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const probing = probeServer({
    connect,
    clock,
    everyMilliseconds,
    signal: stop.signal,
    meter: () => meter,
    onReading: (reading, error) => {
      meter = addReading(meter, reading);
      problem = error;
      begun();
    },
  })
    .catch((error: unknown) => {
      ended = { error };
    })
    .finally(begun);
  try {
    return await work({
      probed: true,
      meter: () => {
        if (ended !== undefined) throw ended.error;
        return meter;
      },
      problem: () => problem,
      firstReading,
    });
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stop.abort();
    await probing;
  }
}
