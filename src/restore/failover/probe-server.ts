import type { Clock } from '../../core/clock.js';
import { type BackupError, isBackupError } from '../../core/errors.js';
import type { PortCall } from '../../ports/port-call.js';
import type { OutageMeter, ProbeReading } from './outage-meter.js';

/** A connection that questions are asked over until it breaks. */
export interface ProbeSession {
  /** Has the server write something that nobody sees, and tells which server that was. */
  ask(call: PortCall): Promise<string>;
  /** Safe to call twice; never rejects. */
  close(): Promise<void>;
}

/** How a server is asked. */
export interface Probing {
  readonly connect: (call: PortCall) => Promise<ProbeSession>;
  readonly clock: Clock;
  readonly everyMilliseconds: number;
  readonly signal: AbortSignal;
  readonly onReading: (reading: ProbeReading, error: BackupError | undefined) => void;
  /** What is known so far: once the outage is long over, questions get rare. */
  readonly meter: () => OutageMeter;
}

/** A question without an answer for so long has none: a host that is gone refuses nothing, it is silent (facts I4). */
const patience = 5_000;

/** Answered for so long, an outage is over. */
const settled = 60_000;

/** So much rarer are questions from then on. */
const rarer = 10;

/**
 * Asks again and again until it is stopped, over a connection that is kept while it works, and otherwise made anew: as an application
 * does. Resolves when it was stopped; leaves no connection behind.
 *
 * Rejects with what is no answer of a server at all.
 */
export async function probeServer(probing: Probing): Promise<void> {
  const { clock, signal, everyMilliseconds } = probing;
  const leftovers = new Set<Promise<unknown>>();
  let session: ProbeSession | undefined;
  try {
    while (!signal.aborted) {
      const had = session !== undefined;
      session = await ask(probing, session, leftovers);
      // Whose connection breaks makes a new one at once.
      if (had && session === undefined) continue;
      await clock.sleep(pauseOf(probing, everyMilliseconds), { signal }).catch(unless(signal));
    }
  } finally {
    if (session !== undefined) leftovers.add(session.close());
    await Promise.allSettled(leftovers);
  }
}

function pauseOf({ meter, clock }: Probing, every: number): number {
  const { firstFailedAt, answeringSince } = meter();
  const over = firstFailedAt !== undefined && answeringSince !== undefined;
  return over && clock.now().getTime() - answeringSince.getTime() > settled ? every * rarer : every;
}

/** One question; the session to go on with, if there still is one. */
async function ask(
  { connect, clock, signal, onReading }: Probing,
  kept: ProbeSession | undefined,
  leftovers: Set<Promise<unknown>>,
): Promise<ProbeSession | undefined> {
  const askedAt = clock.now();
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  let session = kept;
  const asking = (async (): Promise<string> => {
    session ??= await connect({ signal: stop.signal });
    return session.ask({ signal: stop.signal });
  })();
  const timer = new AbortController();
  const silence = clock.sleep(patience, { signal: timer.signal }).then(
    () => 'silent' as const,
    () => 'silent' as const,
  );
  try {
    const answer = await Promise.race([asking.then((server) => ({ server })), silence]);
    if (answer === 'silent') {
      letGo();
      onReading({ askedAt, endedAt: clock.now(), problem: 'no answer' }, undefined);
      return undefined;
    }
    onReading({ askedAt, endedAt: clock.now(), server: answer.server }, undefined);
    return session;
  } catch (error) {
    letGo();
    if (signal.aborted) return undefined;
    if (!isBackupError(error)) throw error;
    onReading({ askedAt, endedAt: clock.now(), problem: error.message }, error);
    return undefined;
  } finally {
    signal.removeEventListener('abort', onAbort);
    timer.abort();
  }

  /** What does not answer is not waited for: it is cleared up while the next question is asked. */
  function letGo(): void {
    stop.abort(signal.reason);
    const clearing = asking
      .catch(() => undefined)
      .then(() => session?.close())
      .finally(() => leftovers.delete(clearing));
    leftovers.add(clearing);
  }
}

function unless(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
