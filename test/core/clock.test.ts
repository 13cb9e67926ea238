import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';

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
});
