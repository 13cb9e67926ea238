import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pauseBefore } from '../../src/core/pause.js';

const pace = { shortest: 5_000, longest: 15_000 };
const minutes = (count: number): number => count * 60_000;
const expected = { milliseconds: minutes(20), spreadMilliseconds: minutes(2) };

describe('the pause before the next look', () => {
  it('without an expectation is 1 % of the time waited, within its bounds', () => {
    expect(pauseBefore({ ...pace, elapsed: 0 })).toBe(5_000);
    expect(pauseBefore({ ...pace, elapsed: minutes(20) })).toBe(12_000);
    expect(pauseBefore({ ...pace, elapsed: minutes(50) })).toBe(15_000);
  });

  it('with one is long at first, short about the end, and steady once it has proved wrong', () => {
    const at = (elapsed: number): number => pauseBefore({ ...pace, elapsed, expected });
    expect(at(0)).toBe(90_000);
    expect(at(minutes(16))).toBeLessThan(30_000);
    expect(at(minutes(16))).toBeGreaterThan(10_000);
    expect(at(minutes(20))).toBe(5_000);
    expect(at(minutes(26))).toBe(5_000);
    expect(at(minutes(26) + 1)).toBe(15_000);
  });

  it('does not sleep through the time when it may end', () => {
    const elapsed = minutes(14);
    const pause = pauseBefore({ ...pace, elapsed, expected });
    expect(pause).toBeLessThanOrEqual(90_000);
    expect(pause).toBeLessThanOrEqual(4 * pauseBefore({ ...pace, elapsed: elapsed + pause, expected }));
  });

  it('is within its bounds whatever is expected', () => {
    const arbitrary = fc.record({
      elapsed: fc.integer({ min: 0, max: minutes(24 * 60) }),
      shortest: fc.integer({ min: 1, max: 60_000 }),
      more: fc.integer({ min: 0, max: 60_000 }),
      milliseconds: fc.integer({ min: -minutes(60), max: minutes(24 * 60) }),
      spreadMilliseconds: fc.integer({ min: 1, max: minutes(120) }),
    });
    fc.assert(
      fc.property(arbitrary, ({ elapsed, shortest, more, ...wait }) => {
        const pause = pauseBefore({ elapsed, shortest, longest: shortest + more, expected: wait });
        expect(pause).toBeGreaterThanOrEqual(shortest);
        expect(pause).toBeLessThanOrEqual(6 * (shortest + more));
      }),
    );
  });

  it('never grows on the way to the expected end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: minutes(20) }),
        fc.integer({ min: 0, max: minutes(5) }),
        (elapsed, more) => {
          const pause = pauseBefore({ ...pace, elapsed, expected });
          expect(pauseBefore({ ...pace, elapsed: elapsed + more, expected })).toBeLessThanOrEqual(pause + 1e-6);
        },
      ),
    );
  });
});
