import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareFingerprints } from '../../src/checks/compare-fingerprints.js';
import type { DatabaseFingerprint, TableFingerprint } from '../../src/checks/fingerprint.js';

const hash = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => value.toString(16).padStart(16, '0'));
const table: fc.Arbitrary<TableFingerprint> = fc.record(
  { table: fc.string(), rows: fc.nat(), hash, partitionOf: fc.string() },
  { requiredKeys: ['table', 'rows', 'hash'] },
);
const fingerprint: fc.Arbitrary<DatabaseFingerprint> = fc.record(
  {
    algorithm: fc.constantFrom('column-hash-64/1', 'column-hash-64/1/EUC_JP', 'other/1'),
    serverVersion: fc.constantFrom(140_002, 150_018, 150_019, 170_001),
    slice: fc.record({ column: fc.constantFrom('a', 'b'), notAfter: fc.constant('2025-11-09T14:25:00Z') }),
    tables: fc.uniqueArray(table, { selector: (one) => one.table }),
  },
  { requiredKeys: ['algorithm', 'serverVersion', 'tables'] },
);

describe('compareFingerprints', () => {
  it('calls a fingerprint equal to itself and to itself in any order, with its tables and rows counted', () => {
    fc.assert(
      fc.property(fingerprint, fc.func(fc.nat()), (one, rank) => {
        const shuffled = { ...one, tables: [...one.tables].sort((a, b) => rank(a.table) - rank(b.table)) };
        const rows = one.tables.reduce((sum, { rows: n }) => sum + n, 0);
        expect(compareFingerprints(one, shuffled)).toEqual({ outcome: 'equal', tables: one.tables.length, rows });
      }),
    );
  });

  it('is equal only where each table is there once on both sides with the same rows and hash', () => {
    fc.assert(
      fc.property(fingerprint, fc.array(table), (one, others) => {
        const tables = [...new Map([...one.tables.slice(1), ...others].map((each) => [each.table, each])).values()];
        const other = { ...one, tables };
        const plain = ({ tables: all }: DatabaseFingerprint): string[] =>
          all.map(({ table: name, rows, hash: sum }) => JSON.stringify([name, rows, sum])).sort();
        const same = JSON.stringify(plain(one)) === JSON.stringify(plain(other));
        const comparison = compareFingerprints(one, other);
        if (!same) expect(comparison.outcome).toBe('different');
        if (comparison.outcome === 'equal') expect(same).toBe(true);
      }),
    );
  });

  it('reports each changed table, and only those, by name', () => {
    fc.assert(
      fc.property(
        fingerprint,
        fc.infiniteStream(fc.constantFrom('keep', 'missing', 'rows', 'content')),
        (one, fates) => {
          const wanted = one.tables.map((each) => ({ each, fate: fates.next().value ?? 'keep' }));
          const tables = wanted.flatMap(({ each, fate }): TableFingerprint[] => {
            if (fate === 'missing') return [];
            if (fate === 'rows') return [{ ...each, rows: each.rows + 1 }];
            return [fate === 'content' ? { ...each, hash: `${each.hash}0` } : each];
          });
          const expected = wanted
            .filter(({ fate }) => fate !== 'keep')
            .map(({ each, fate }) => ({ table: each.table, kind: fate }))
            .sort((a, b) => (a.table < b.table ? -1 : 1));
          const comparison = compareFingerprints(one, { ...one, tables });
          const found = comparison.outcome === 'different' ? comparison.differences : [];
          expect(found.map(({ table: name, kind }) => ({ table: name, kind }))).toEqual(expected);
        },
      ),
    );
  });

  it('turns missing into extra when the sides are changed', () => {
    fc.assert(
      fc.property(fingerprint, (one) => {
        const none = { ...one, tables: [] };
        const kinds = (a: DatabaseFingerprint, b: DatabaseFingerprint): string[] => {
          const comparison = compareFingerprints(a, b);
          return comparison.outcome === 'different' ? comparison.differences.map(({ kind }) => kind) : [];
        };
        expect(kinds(one, none)).toEqual(one.tables.map(() => 'missing'));
        expect(kinds(none, one)).toEqual(one.tables.map(() => 'extra'));
      }),
    );
  });

  it('changes nothing that it is given', () => {
    fc.assert(
      fc.property(fingerprint, fingerprint, (one, other) => {
        const before = structuredClone([one, other]);
        compareFingerprints(one, other);
        expect([one, other]).toEqual(before);
      }),
    );
  });

  const base: DatabaseFingerprint = { algorithm: 'column-hash-64/1', serverVersion: 150_018, tables: [] };
  const one = { table: 'public.a', rows: 1, hash: '00' };
  const slice = { column: 'at', notAfter: '2025-11-09T14:25:00Z' };

  it.each<readonly [string, Partial<DatabaseFingerprint>, Partial<DatabaseFingerprint>, string]>([
    [
      'formulas',
      {},
      { algorithm: 'column-hash-128/1' },
      'one was taken with column-hash-64/1, the other with column-hash-128/1',
    ],
    [
      'unknown formulas on other versions',
      { algorithm: 'x' },
      { algorithm: 'x', serverVersion: 160_001 },
      'x is not known to be the same on PostgreSQL 15 and 16',
    ],
    ['slices', {}, { slice }, 'one was taken of all rows, the other of rows with at up to 2025-11-09T14:25:00Z'],
    [
      'instants',
      { slice },
      { slice: { ...slice, notAfter: '2025-11-09T14:26:00Z' } },
      'one was taken of rows with at up to 2025-11-09T14:25:00Z, the other of rows with at up to 2025-11-09T14:26:00Z',
    ],
    ['a table named twice', { tables: [one, one] }, { tables: [one] }, 'one of them names a table twice'],
    ['a table found twice', { tables: [one] }, { tables: [one, one] }, 'one of them names a table twice'],
  ])('does not compare different %s', (_name, expected, actual, reason) => {
    expect(compareFingerprints({ ...base, ...expected }, { ...base, ...actual })).toEqual({
      outcome: 'not-comparable',
      reason,
    });
  });

  it('compares minor versions, and by a formula of this release major ones', () => {
    const unknown = { ...base, algorithm: 'x' };
    expect(compareFingerprints(unknown, { ...unknown, serverVersion: 150_001 }).outcome).toBe('equal');
    for (const algorithm of ['column-hash-64/1', 'column-hash-128/1', 'column-hash-64/1/EUC_JP']) {
      const one = { ...base, algorithm };
      expect(compareFingerprints(one, { ...one, serverVersion: 180_001 }).outcome).toBe('equal');
    }
  });

  it('sees a partition that was detached, where it was recorded that it was one', () => {
    const part = { ...one, partitionOf: 'public.whole' };
    expect(compareFingerprints({ ...base, tables: [part] }, { ...base, tables: [one] })).toMatchObject({
      outcome: 'different',
      differences: [{ table: 'public.a', kind: 'detached' }],
    });
    expect(compareFingerprints({ ...base, tables: [one] }, { ...base, tables: [part] }).outcome).toBe('equal');
  });
});
