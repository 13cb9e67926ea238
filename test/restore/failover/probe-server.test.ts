import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { BackupError } from '../../../src/core/errors.js';
import { createVirtualClock } from '../../../src/local/index.js';
import { addReading, nothingRead, type ProbeReading } from '../../../src/restore/failover/outage-meter.js';
import { type ProbeSession, probeServer } from '../../../src/restore/failover/probe-server.js';

const unreachable = new BackupError({
  code: 'database-unreachable',
  message: 'refused',
  hint: 'None.',
  retryable: true,
});

/** A server whose answers are told one after the other: an id, an error, or silence; the last one stays. */
function serverOf(answers: readonly (string | Error | 'silence')[]) {
  const clock = createVirtualClock();
  const stop = new AbortController();
  const readings: ProbeReading[] = [];
  const state = { asked: 0, connects: 0, open: 0, meter: nothingRead };
  const next = async (signal: AbortSignal | undefined): Promise<string> => {
    const answer = answers[Math.min(state.asked, answers.length - 1)] ?? 'silence';
    state.asked += 1;
    if (answer === 'silence') {
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason ?? new Error('stopped')), { once: true });
      });
    }
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const connect = async (): Promise<ProbeSession> => {
    state.connects += 1;
    state.open += 1;
    let isOpen = true;
    const close = async (): Promise<void> => {
      if (isOpen) state.open -= 1;
      isOpen = false;
    };
    return { ask: ({ signal }) => next(signal), close };
  };
  const probing = (until: number): Promise<void> =>
    probeServer({
      connect,
      clock,
      everyMilliseconds: 1_000,
      signal: stop.signal,
      meter: () => state.meter,
      onReading: (reading) => {
        readings.push(reading);
        state.meter = addReading(state.meter, reading);
        if (readings.length >= until) stop.abort(new Error('enough'));
      },
    });
  return { clock, stop, readings, state, probing };
}

const servers = (readings: readonly ProbeReading[]) => readings.map(({ server, problem }) => server ?? problem);

describe('a server that is asked all the time', () => {
  it('is asked over one connection while it answers, once in every period', async () => {
    const { probing, readings, state, stop } = serverOf(['a']);
    await probing(4);
    expect(servers(readings)).toEqual(['a', 'a', 'a', 'a']);
    const times = readings.map(({ askedAt }) => askedAt.getTime() - (readings[0]?.askedAt.getTime() ?? 0));
    expect(times).toEqual([0, 1_000, 2_000, 3_000]);
    expect(state).toMatchObject({ connects: 1, open: 0 });
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  it('gets a new connection at once when one breaks, and then one in every period', async () => {
    const { probing, readings, state } = serverOf(['a', unreachable, unreachable, unreachable, 'b']);
    await probing(5);
    expect(servers(readings)).toEqual(['a', 'refused', 'refused', 'refused', 'b']);
    const times = readings.map(({ askedAt }) => askedAt.getTime() - (readings[0]?.askedAt.getTime() ?? 0));
    expect(times).toEqual([0, 1_000, 1_000, 2_000, 3_000]);
    expect(state).toMatchObject({ connects: 4, open: 0 });
  });

  it('that is silent has not answered: it is not waited for longer than five seconds, and nothing of it is left', async () => {
    const { probing, readings, state } = serverOf(['a', 'silence', 'b']);
    await probing(3);
    expect(servers(readings)).toEqual(['a', 'no answer', 'b']);
    const [, silent] = readings;
    expect((silent?.endedAt.getTime() ?? 0) - (silent?.askedAt.getTime() ?? 0)).toBe(5_000);
    expect(state).toMatchObject({ connects: 2, open: 0 });
  });

  it('is left in peace at once by whoever is stopped meanwhile', async () => {
    const { probing, readings, state, stop, clock } = serverOf(['a', 'silence']);
    const ended = probing(99);
    await clock.sleep(1_500);
    stop.abort(new Error('enough'));
    await ended;
    expect(servers(readings)).toEqual(['a']);
    expect(state.open).toBe(0);
  });

  it('is asked ten times more rarely when the outage has been over for a minute', async () => {
    const { probing, readings } = serverOf(['a', unreachable, 'b']);
    await probing(80);
    const times = readings.map(({ askedAt }) => askedAt.getTime());
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(pauses.slice(5, 50)).toEqual(pauses.slice(5, 50).map(() => 1_000));
    expect(pauses.slice(-10)).toEqual(Array.from({ length: 10 }, () => 10_000));
  });

  it('ends with what is no answer of a server', async () => {
    const { probing, state } = serverOf(['a', new TypeError('a mistake')]);
    await expect(probing(99)).rejects.toThrow('a mistake');
    expect(state.open).toBe(0);
  });
});
