import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Duration, formatMilliseconds, parseDuration } from '../../src/core/duration.js';
import { isBackupError } from '../../src/core/errors.js';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['30d', 2_592_000_000],
    ['2w', 1_209_600_000],
    ['1.5h', 5_400_000],
  ] as const)('reads %s', (text, milliseconds) => {
    expect(parseDuration(text, 'x')).toBe(milliseconds);
  });

  it.each(['', '5', 'm', '-5m', '0s', '1e3s', ' 5m', '5 m', '5M', 'P30D', '9999999999999999d', 'Infinityd'])(
    'refuses %j and names the field',
    (text) => {
      expect(() => parseDuration(text as Duration, 'objectives.recoveryTime')).toThrow(
        expect.objectContaining({ code: 'invalid-input', field: 'objectives.recoveryTime' }),
      );
    },
  );

  it('refuses what is no string', () => {
    expect(() => parseDuration(300 as unknown as Duration, 'pace')).toThrow(/pace is not a duration: 300/);
  });

  it('never returns anything but a positive number, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          return parseDuration(text as Duration, 'x') > 0;
        } catch (error) {
          return isBackupError(error, 'invalid-input');
        }
      }),
    );
  });
});

describe('formatMilliseconds', () => {
  it.each([
    [0, '0 ms'],
    [850, '850 ms'],
    [12_400, '12.4 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [3_600_000, '1 h 00 min'],
    [7_800_000, '2 h 10 min'],
    [356_400_000, '4 d 03 h'],
    [-185_000, '-3 min 05 s'],
  ])('writes %d as %s', (milliseconds, text) => {
    expect(formatMilliseconds(milliseconds)).toBe(text);
  });
});
