import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepingLease } from '../../src/restore/execution/keeping-lease.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('keeps the lease while a program says nothing, and no longer', async () => {
  const keepLease = vi.fn(async () => undefined);
  const working = keepingLease(
    { keepLease },
    () => new Promise((resolve) => setTimeout(resolve, 1_800_000, 'restored')),
  );
  await vi.advanceTimersByTimeAsync(1_800_000);
  expect(await working).toBe('restored');
  expect(keepLease.mock.calls.length).toBeGreaterThanOrEqual(29);
  const kept = keepLease.mock.calls.length;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(keepLease).toHaveBeenCalledTimes(kept);
});

it('leaves it to the signal that a lost lease aborts to end the work', async () => {
  const keepLease = vi.fn(() => Promise.reject(new Error('lost')));
  const working = keepingLease({ keepLease }, () => new Promise((_, reject) => setTimeout(reject, 120_000, 'ended')));
  const ended = expect(working).rejects.toBe('ended');
  await vi.advanceTimersByTimeAsync(120_000);
  await ended;
});
