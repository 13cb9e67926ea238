import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareFingerprints } from '../../src/checks/compare-fingerprints.js';
import { chooseRanges, isCountable } from '../../src/checks/key-coverage.js';
import { checkParts } from '../../src/checks/table-parts.js';
import { type DatabaseFingerprint, expectRows, type TableFingerprint } from '../../src/index.js';

const wide = { baseType: 'int8', lowest: '1', highest: '4000000' };
const votes = { name: 'public.votes', rows: 4_000_000 };

describe('ranges of keys', () => {
  it('hold about as many rows as are wanted, apart from each other, with the newest key, always the same', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
        fc.bigInt({ min: 1n, max: 2n ** 60n }),
        fc.record({
          rows: fc.integer({ min: 1, max: 1_000 }),
          ranges: fc.integer({ min: 1, max: 100 }),
          seed: fc.nat(),
        }),
        (lowest, span, sample) => {
          const key = { baseType: 'int8', lowest: String(lowest), highest: String(lowest + span) };
          const table = { name: 'public.votes', rows: 1_000_000 };
          const chosen = chooseRanges(key, table, sample);
          expect(chooseRanges(key, table, sample)).toEqual(chosen);
          if (chosen === undefined) return;
          expect(chosen).toHaveLength(sample.ranges);
          const bounds = chosen.flatMap(({ from, to }) => [BigInt(from), BigInt(to)]);
          expect(bounds.every((bound, index) => index === 0 || bound >= (bounds[index - 1] ?? 0n))).toBe(true);
          expect(bounds.at(-1)).toBe(lowest + span);
          expect((bounds[0] ?? lowest) >= lowest).toBe(true);
          const covered = chosen.reduce((sum, { from, to }) => sum + BigInt(to) - BigInt(from) + 1n, 0n);
          const wanted = ((span + 1n) * BigInt(sample.rows)) / 1_000_000n;
          expect(covered <= wanted || covered === BigInt(sample.ranges)).toBe(true);
          expect(covered + BigInt(sample.ranges) >= wanted).toBe(true);
        },
      ),
    );
  });

  it('are others for another seed and another table, and none where the sample is the whole', () => {
    const chosen = chooseRanges(wide, votes, { seed: 1 });
    expect(chosen).not.toEqual(chooseRanges(wide, votes, { seed: 2 }));
    expect(chosen).not.toEqual(chooseRanges(wide, { ...votes, name: 'public.polls' }, { seed: 1 }));
    expect(chooseRanges(wide, votes, { rows: 4_000_000 })).toBeUndefined();
    expect(chooseRanges({ ...wide, highest: '3' }, votes, { rows: 1 })).toBeUndefined();
    expect(chooseRanges({ ...wide, baseType: 'text' }, votes, {})).toBeUndefined();
  });

  it('are written as the key is', () => {
    const key = {
      baseType: 'uuid',
      lowest: '00000000-0000-4000-8000-000000000001',
      highest: 'ffffffff-ffff-4fff-bfff-ffffffffffff',
    };
    const chosen = chooseRanges(key, votes, { ranges: 4, rows: 1_000 });
    expect(chosen?.at(-1)?.to).toBe(key.highest);
    for (const { from, to } of chosen ?? []) {
      for (const bound of [from, to]) expect(bound).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
    expect([isCountable('uuid'), isCountable('text'), isCountable('toString')]).toEqual([true, false, false]);
  });

  it.each([
    [{ sample: { above: -1 } }, 'sample.above'],
    [{ sample: { rows: 0 } }, 'sample.rows'],
    [{ sample: { ranges: 101 } }, 'sample.ranges'],
    [{ sample: { seed: 0.5 } }, 'sample.seed'],
    [{ ranges: { 'public.votes': {} } }, 'ranges.public.votes'],
    [{ ranges: { 'public.votes': { column: 'id', ranges: 'all' } } }, 'ranges.public.votes'],
  ])('asked for with %j are refused', (options, field) => {
    expect(() => checkParts(options as never)).toThrow(expect.objectContaining({ code: 'invalid-input', field }));
  });
});

const fingerprint = (...tables: readonly TableFingerprint[]): DatabaseFingerprint => ({
  algorithm: 'column-hash-64/1',
  serverVersion: 150_018,
  tables,
});
const sampled = (of: number, from = '1'): TableFingerprint => ({
  table: 'public.votes',
  rows: 10,
  hash: '0',
  coverage: { column: 'id', ranges: [{ from, to: '10' }], of },
});

describe('fingerprints of parts', () => {
  it('are compared with those of the same part only', () => {
    const whole: TableFingerprint = { table: 'public.votes', rows: 10, hash: '0' };
    expect(compareFingerprints(fingerprint(sampled(99)), fingerprint(sampled(99)))).toMatchObject({ outcome: 'equal' });
    expect(compareFingerprints(fingerprint(sampled(99)), fingerprint(sampled(99, '2')))).toMatchObject({
      outcome: 'not-comparable',
      reason: 'of public.votes they hash different parts',
    });
    expect(compareFingerprints(fingerprint(whole), fingerprint(sampled(10))).outcome).toBe('not-comparable');
    expect(compareFingerprints(fingerprint(whole), fingerprint())).toMatchObject({
      differences: [{ kind: 'missing' }],
    });
  });

  it('still differ where the whole has another number of rows', () => {
    expect(compareFingerprints(fingerprint(sampled(99)), fingerprint(sampled(98)))).toMatchObject({
      differences: [{ kind: 'rows' }],
    });
  });
});

describe('an expectation from an earlier fingerprint', () => {
  const earlier = fingerprint({ table: 'public.polls', rows: 10, hash: '0' }, sampled(100));

  it('is never silently fewer', () => {
    expect(expectRows(earlier)).toEqual({ atLeastRows: { 'public.polls': 10, 'public.votes': 100 } });
  });

  it('has bounds where counts may move', () => {
    expect(expectRows(earlier, { fewer: 0.25, more: 0.5 })).toEqual({
      atLeastRows: { 'public.polls': 8, 'public.votes': 75 },
      atMostRows: { 'public.polls': 15, 'public.votes': 150 },
    });
  });

  it.each([
    [earlier, { fewer: 2 }, 'fewer'],
    [earlier, { more: -1 }, 'more'],
    [{ ...earlier, slice: { column: 'created_at', notAfter: '2025-11-09T14:25:00Z' } }, {}, 'earlier'],
  ])('is not made with %j, %j', (from, options, field) => {
    expect(() => expectRows(from, options)).toThrow(expect.objectContaining({ code: 'invalid-input', field }));
  });
});
