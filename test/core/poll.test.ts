import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/clock.js';
import { BackupError } from '../../src/core/errors.js';
import { type Judgement, type PollRequest, pollUntil } from '../../src/core/poll.js';
import { createVirtualClock } from '../../src/local/virtual-clock.js';

const start = new Date('2025-11-09T14:00:00Z');
const minutes = (count: number): number => count * 60_000;

function request(
  observe: (at: number) => Promise<string>,
  overrides: Partial<PollRequest<string>> = {},
): PollRequest<string> & { readonly looks: number[] } {
  const clock: Clock = overrides.clock ?? createVirtualClock(start);
  const looks: number[] = [];
  return {
    what: 'instance a to become available',
    judge: (status): Judgement => {
      if (status === 'available') return { state: 'ready' };
      if (status === 'failed') {
        return {
          state: 'failed',
          error: new BackupError({ code: 'resource-failed', message: 'it failed', hint: '-' }),
        };
      }
      return { state: 'pending', status };
    },
    deadline: new Date(start.getTime() + minutes(60)),
    shortestMilliseconds: 5_000,
    longestMilliseconds: 15_000,
    random: () => 0.5,
    ...overrides,
    clock,
    looks,
    observe: () => {
      const at = clock.now().getTime() - start.getTime();
      looks.push(at);
      return observe(at);
    },
  };
}

const readyAt = (milliseconds: number) => async (at: number) => (at >= milliseconds ? 'available' : 'creating');
const unreachable = (retryable: boolean): BackupError =>
  new BackupError({ code: 'service-unreachable', message: 'rds did not answer', hint: '-', retryable });

describe('pollUntil', () => {
  it('notices a restore of 20 minutes at most 15 seconds late', async () => {
    const wait = request(readyAt(minutes(20)));
    await expect(pollUntil(wait)).resolves.toBe('available');
    expect(wait.looks.at(-1)).toBeLessThan(minutes(20) + 15_000);
  });

  it('looks at once, then every 5 seconds, later every 1 % of the time waited, never less often than every 15 seconds', async () => {
    const wait = request(readyAt(minutes(55)));
    await pollUntil(wait);
    const gaps = wait.looks.slice(1).map((look, index) => look - (wait.looks[index] ?? 0));
    expect(wait.looks[0]).toBe(0);
    expect(gaps[0]).toBe(5_000);
    expect(Math.max(...gaps)).toBe(15_000);
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
  });

  it('spreads its looks by up to a tenth', async () => {
    const early = request(readyAt(1), { random: () => 0 });
    const late = request(readyAt(1), { random: () => 0.999999 });
    await pollUntil(early);
    await pollUntil(late);
    expect(early.looks[1]).toBe(4_500);
    expect(late.looks[1]).toBeGreaterThan(5_490);
  });

  it('wants as many ready reads in a row as asked for, and starts over when one is not', async () => {
    const statuses = ['available', 'modifying', 'available', 'available', 'available'];
    const wait = request(async () => statuses.shift() ?? 'creating', { consecutive: 3 });
    await pollUntil(wait);
    expect(wait.looks).toHaveLength(5);
  });

  it('confirms soon what is ready, however long it has waited', async () => {
    const wait = request(readyAt(minutes(20)), { consecutive: 3 });
    await pollUntil(wait);
    const [first = 0, second = 0, third = 0] = wait.looks.slice(-3);
    expect([second - first, third - second]).toEqual([5_000, 5_000]);
  });

  it('looks rarely before the time that it usually takes, and often about then', async () => {
    const expected = { milliseconds: minutes(20), spreadMilliseconds: minutes(2) };
    const wait = request(readyAt(minutes(20)), { expected });
    const without = request(readyAt(minutes(20)));
    await pollUntil(wait);
    await pollUntil(without);
    expect(wait.looks.length).toBeLessThan(without.looks.length / 3);
    expect((wait.looks.at(-1) ?? 0) - minutes(20)).toBeLessThanOrEqual(5_000);
  });

  it('fails at once on a terminal state', async () => {
    const wait = request(async (at) => (at > 0 ? 'failed' : 'creating'));
    await expect(pollUntil(wait)).rejects.toMatchObject({ code: 'resource-failed' });
    expect(wait.looks).toHaveLength(2);
  });

  it('takes a last look at the deadline and then says what it saw', async () => {
    const wait = request(async () => 'creating', { deadline: new Date(start.getTime() + 12_000) });
    await expect(pollUntil(wait)).rejects.toMatchObject({
      code: 'deadline-exceeded',
      message: 'gave up waiting for instance a to become available after 12.0 s; last seen: creating',
    });
    expect(wait.looks.at(-1)).toBe(12_000);
  });

  it('still finds it ready at the very deadline', async () => {
    const wait = request(readyAt(12_000), { deadline: new Date(start.getTime() + 12_000) });
    await expect(pollUntil(wait)).resolves.toBe('available');
  });

  it('looks once even when the deadline has passed', async () => {
    const wait = request(readyAt(0), { deadline: new Date(start.getTime() - 1) });
    await expect(pollUntil(wait)).resolves.toBe('available');
  });

  it('fails at once on an error that a retry cannot help', async () => {
    const denied = new BackupError({ code: 'access-denied', message: 'denied', hint: '-' });
    const wait = request(async () => Promise.reject(denied));
    await expect(pollUntil(wait)).rejects.toBe(denied);
    expect(wait.looks).toHaveLength(1);
  });

  it('fails at once on an error it does not know', async () => {
    await expect(pollUntil(request(async () => Promise.reject(new TypeError('bug'))))).rejects.toThrow('bug');
  });

  it('outlasts a few retryable errors', async () => {
    let failures = 7;
    const wait = request(async () => {
      if (failures-- > 0) throw unreachable(true);
      return 'available';
    });
    await expect(pollUntil(wait)).resolves.toBe('available');
  });

  it('gives up on retryable errors that do not end', async () => {
    const wait = request(async () => Promise.reject(unreachable(true)));
    await expect(pollUntil(wait)).rejects.toMatchObject({ code: 'service-unreachable' });
    expect(wait.looks).toHaveLength(8);
  });

  it('says what kept failing when the deadline comes first', async () => {
    const wait = request(async () => Promise.reject(unreachable(true)), {
      deadline: new Date(start.getTime() + 6_000),
    });
    await expect(pollUntil(wait)).rejects.toMatchObject({
      code: 'deadline-exceeded',
      details: { lastStatus: 'rds did not answer' },
    });
  });

  it('counts failures in a row only', async () => {
    let look = 0;
    const wait = request(async () => {
      look += 1;
      if (look === 40) return 'available';
      if (look % 5 === 0) return 'creating';
      throw unreachable(true);
    });
    await expect(pollUntil(wait)).resolves.toBe('available');
  });

  it('tells what it sees while it waits', async () => {
    const seen: [string, number][] = [];
    await pollUntil(request(readyAt(10_000), { onPending: (status, elapsed) => seen.push([status, elapsed]) }));
    expect(seen).toEqual([
      ['creating', 0],
      ['creating', 5_000],
    ]);
  });

  it('does not look when it is aborted already', async () => {
    const wait = request(readyAt(0), { signal: AbortSignal.abort(new Error('stop')) });
    await expect(pollUntil(wait)).rejects.toThrow('stop');
    expect(wait.looks).toEqual([]);
  });

  it('rejects with the reason when it is aborted in its sleep', async () => {
    const controller = new AbortController();
    const wait = request(
      async () => {
        controller.abort(new Error('enough'));
        return 'creating';
      },
      { signal: controller.signal },
    );
    await expect(pollUntil(wait)).rejects.toThrow('enough');
    expect(wait.looks).toHaveLength(1);
  });

  it('does not tolerate a retryable error that came of the abort', async () => {
    const controller = new AbortController();
    const wait = request(
      async () => {
        controller.abort(new Error('enough'));
        throw unreachable(true);
      },
      { signal: controller.signal },
    );
    await expect(pollUntil(wait)).rejects.toMatchObject({ code: 'service-unreachable' });
    expect(wait.looks).toHaveLength(1);
  });
});
