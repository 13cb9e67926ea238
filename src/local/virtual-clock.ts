import type { Clock } from '../core/clock.js';

/** A clock that jumps: whoever sleeps on it wakes as soon as nothing else is going on, and the time is then what it slept for. */
export interface VirtualClock extends Clock {
  /** Moves time forward by hand, waking on the way whoever is due. */
  advance(milliseconds: number): void;
  /**
   * Keeps time from jumping until the returned function is called: the local region holds it while it serves a request.
   */
  hold(): () => void;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Turns of the event loop that must pass without a hold before time jumps: enough for a loopback answer to be read. */
const quietTurns = 4;

/**
 * Makes a virtual clock.
 *
 * @example
 * ```ts
 * const clock = createVirtualClock(new Date('2025-11-09T14:30:00Z'));
 * await clock.sleep(3_600_000); // returns at once; clock.now() is an hour later
 * ```
 */
export function createVirtualClock(start: Date = new Date('2025-11-09T14:00:00Z')): VirtualClock {
  let now = start.getTime();
  let holds = 0;
  let quiet = 0;
  let turning = false;
  const sleepers = new Set<Sleeper>();

  const earliest = (): Sleeper | undefined => {
    let first: Sleeper | undefined;
    for (const sleeper of sleepers) if (first === undefined || sleeper.at < first.at) first = sleeper;
    return first;
  };
  const wakeNext = (): void => {
    const next = earliest();
    if (next === undefined) return;
    now = Math.max(now, next.at);
    sleepers.delete(next);
    next.wake();
  };
  const turn = (): void => {
    quiet = holds > 0 ? 0 : quiet + 1;
    if (quiet >= quietTurns) {
      quiet = 0;
      wakeNext();
    }
    turning = sleepers.size > 0;
    if (turning) setImmediate(turn);
  };
  const keepTurning = (): void => {
    quiet = 0;
    if (turning) return;
    turning = true;
    setImmediate(turn);
  };

  return {
    now: () => new Date(now),
    sleep: (milliseconds, options) =>
      new Promise((resolve, reject) => {
        const signal = options?.signal;
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const onAbort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          at: now + Math.max(0, milliseconds),
          wake: () => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        sleepers.add(sleeper);
        keepTurning();
      }),
    advance: (milliseconds) => {
      const target = now + milliseconds;
      for (let next = earliest(); next !== undefined && next.at <= target; next = earliest()) wakeNext();
      now = target;
    },
    hold: () => {
      holds += 1;
      let released = false;
      return () => {
        if (released) return;
        released = true;
        holds -= 1;
        quiet = 0;
      };
    },
  };
}
