import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { clearingUpSignal, systemClock } from '../../src/core/clock.js';

describe('systemClock', () => {
  it('tells the time of the machine', () => {
    const before = Date.now();
    const now = systemClock.now().getTime();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it('sleeps, with and without a signal, and leaves no listener', async () => {
    const { signal } = new AbortController();
    await systemClock.sleep(1);
    await systemClock.sleep(1, { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('wakes with the reason when aborted, and leaves no timer', async () => {
    const controller = new AbortController();
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const sleeping = systemClock.sleep(3_600_000, { signal: controller.signal });
    expect(timers()).toBe(before + 1);
    controller.abort(new Error('wake up'));
    await expect(sleeping).rejects.toThrow('wake up');
    expect(timers()).toBe(before);
    await expect(systemClock.sleep(3_600_000, { signal: controller.signal })).rejects.toThrow('wake up');
  });

  it('sleeps longer than a timer of Node can, and can be woken in any of its parts', async () => {
    vi.useFakeTimers();
    try {
      const month = 30 * 86_400_000;
      let awake = false;
      const sleeping = systemClock.sleep(month).then(() => {
        awake = true;
      });
      await vi.advanceTimersByTimeAsync(month - 1);
      expect(awake).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      await sleeping;
      expect(awake).toBe(true);
      const controller = new AbortController();
      const woken = expect(systemClock.sleep(month, { signal: controller.signal })).rejects.toThrow('wake up');
      await vi.advanceTimersByTimeAsync(26 * 86_400_000);
      controller.abort(new Error('wake up'));
      await woken;
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('what clears up', () => {
  it('is given up as a service that does not answer is', async () => {
    const signal = clearingUpSignal(5);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    expect(signal.reason).toMatchObject({ name: 'BackupError', code: 'service-unreachable', retryable: true });
  });
});
