import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DumpArchive } from '../../src/index.js';
import { dumpCheckReport, type LeveledCheck, provenBy } from '../../src/integrity/dump-check-report.js';
import { checkSubset, coverageOf } from '../../src/integrity/dump-subset.js';

const archives = fc.uniqueArray(
  fc.record({
    key: fc.string({ minLength: 1 }),
    // Few, so that some are as large as others.
    sizeBytes: fc.nat({ max: 3 }),
    sha256: fc.constant(''),
    crc32: fc.constant(''),
    content: fc.constant('data' as const),
  }),
  { minLength: 1, selector: ({ key }) => key },
) as fc.Arbitrary<readonly DumpArchive[]>;

describe('the parts of a dump', () => {
  it('hold every archive between them, each once over as many parts as there are archives, and none is empty', () => {
    fc.assert(
      fc.property(archives, fc.integer({ min: 1, max: 366 }), (all, of) => {
        const parts = Array.from({ length: of }, (_, index) => coverageOf(all, { n: index + 1, of }, 2));
        for (const { read, notRead } of parts) {
          expect(read.length).toBeGreaterThan(0);
          expect([...read, ...notRead].sort()).toEqual(all.map(({ key }) => key).sort());
        }
        const round = parts.slice(0, Math.min(of, all.length)).flatMap(({ read }) => read);
        expect([...round].sort()).toEqual(all.map(({ key }) => key).sort());
        const [first] = parts;
        expect([...coverageOf([...all].reverse(), { n: 1, of }, 2).read].sort()).toEqual(
          [...(first?.read ?? [])].sort(),
        );
      }),
    );
  });

  it.each([
    { n: 0, of: 3 },
    { n: 4, of: 3 },
    { n: 1, of: 0 },
    { n: 1, of: 367 },
    { n: 1.5, of: 3 },
    { n: 1, of: Number.NaN },
  ])('are not %j', (subset) => {
    expect(() => checkSubset(subset)).toThrow(expect.objectContaining({ code: 'invalid-input', field: 'subset' }));
  });

  it('have the definitions each, where they are to be restored', () => {
    const archive = (key: string, content: DumpArchive['content']): DumpArchive => {
      return { key, content, sizeBytes: 1, sha256: '', crc32: '' };
    };
    const all = [archive('schema', 'schema'), archive('a', 'data'), archive('b', 'data')];
    const read = (level: number): readonly (readonly string[])[] =>
      [1, 2, 3].map((n) => coverageOf(all, { n, of: 3 }, level).read);
    for (const level of [3, 4])
      expect(read(level)).toEqual([
        ['schema', 'a'],
        ['schema', 'b'],
        ['schema', 'a'],
      ]);
    expect(read(2)).toEqual([['a'], ['b'], ['schema']]);
    expect(coverageOf([archive('x', 'everything')], { n: 2, of: 3 }, 4)).toMatchObject({ read: ['x'], notRead: [] });
  });
});

describe('the report of a part', () => {
  const passed = (level: 0 | 1 | 2 | 3): LeveledCheck => ({
    level,
    result: { check: 'a', verdict: 'passed', summary: '', evidence: {} },
  });
  const times = { startedAt: '2025-11-09T14:00:00.000Z', finishedAt: '2025-11-09T14:00:01.000Z' };
  const made = [passed(0), passed(1), passed(2)];

  it('passes for what was read, and proves nothing of the whole', () => {
    const coverage = { n: 1, of: 3, read: ['a'], notRead: ['b', 'c'] };
    const report = dumpCheckReport('key', 2, made, times, coverage);
    expect(report).toMatchObject({ verdict: 'passed', proven: undefined, coverage });
    expect(report.levels.map(({ proves }) => proves.startsWith('of 1 of 3 archives: '))).toEqual([true, false, true]);
  });

  it('says of what was restored that it is not all', () => {
    const coverage = { n: 1, of: 2, read: ['a', 'b'], notRead: ['c'] };
    const report = dumpCheckReport('key', 3, [...made, passed(3)], times, coverage);
    expect(report).toMatchObject({ verdict: 'passed', proven: undefined });
    expect(report.levels.at(-1)?.proves).toMatch(/^of 2 of 3 archives: the rows restore/);
  });

  it('is that of the whole where the part is all there is', () => {
    const coverage = { n: 1, of: 1, read: ['a'], notRead: [] };
    expect(dumpCheckReport('key', 2, made, times, coverage)).toMatchObject({ verdict: 'passed', proven: 2, coverage });
  });
});

it('a level that does not exist proves nothing', () => {
  expect(() => provenBy(5 as never)).toThrow('no such level: 5');
});
