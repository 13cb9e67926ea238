import { expect, it } from 'vitest';
import { parseLocalDuration, parseLocalDurations } from '../../src/local/local-duration.js';

it('takes lengths of time, none at all, and what never ends', () => {
  expect(parseLocalDuration('5m', 'restore')).toBe(300_000);
  expect(parseLocalDuration('0s', 'restore')).toBe(0);
  expect(parseLocalDuration('0ms', 'restore')).toBe(0);
  expect(parseLocalDuration('never', 'restore')).toBe(Number.POSITIVE_INFINITY);
});

it.each(['', '0', 'ever', '-1s', '5'])('refuses %j, naming the option', (text) => {
  expect(() => parseLocalDuration(text as '5m', 'durations.restore')).toThrow(
    expect.objectContaining({ code: 'invalid-input', field: 'durations.restore' }),
  );
});

it('lays what is given over what is usual, and knows every name', () => {
  const usual = { create: 1, restore: 2 };
  expect(parseLocalDurations(usual, { restore: '1h', create: undefined }, 'durations')).toEqual({
    create: 1,
    restore: 3_600_000,
  });
  expect(parseLocalDurations(usual, undefined, 'durations')).toEqual(usual);
  expect(() => parseLocalDurations(usual, { resotre: '1h' } as object, 'durations')).toThrow(
    expect.objectContaining({ code: 'invalid-input', field: 'durations.resotre' }),
  );
});
