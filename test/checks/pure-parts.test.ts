import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExpectation } from '../../src/checks/check-expectation.js';
import { checkInstant } from '../../src/checks/check-instant.js';
import type { DatabaseExpectation } from '../../src/checks/expectation.js';
import { type Finding, resultOfFindings } from '../../src/checks/findings.js';
import {
  chooseAlgorithm,
  encodingOf,
  type HashingServer,
  hashTerms,
  hashText,
  isFingerprintAlgorithm,
} from '../../src/checks/fingerprint-algorithm.js';
import { type ColumnType, hashedAs } from '../../src/checks/hashed-column.js';
import { onlyRow } from '../../src/checks/only-row.js';
import { quoteIdentifier, quoteLiteral } from '../../src/checks/quote-sql.js';
import { tableName } from '../../src/checks/table-name.js';
import { withinDeadline } from '../../src/checks/within-deadline.js';
import { systemClock } from '../../src/core/clock.js';

describe('names', () => {
  it('are told apart whatever they hold', () => {
    const part = fc.string({ unit: fc.constantFrom('a', '.', '"', ' ', 'B') });
    fc.assert(
      fc.property(part, part, part, part, (a, b, c, d) => {
        expect(tableName(a, b) === tableName(c, d)).toBe(a === c && b === d);
      }),
    );
    expect(tableName('public', 'votes')).toBe('public.votes');
    expect(tableName('a.b', 'c"d')).toBe('"a.b"."c""d"');
  });

  it('are quoted so that nothing ends the quotes', () => {
    expect(quoteIdentifier('a"; DROP TABLE x; --')).toBe('"a""; DROP TABLE x; --"');
    expect(quoteLiteral("it's")).toBe("'it''s'");
    expect(quoteLiteral("\\'")).toBe("E'\\\\'''");
  });
});

describe('the formula', () => {
  const server = (serverVersion: number, encoding = 'UTF8'): HashingServer => ({ serverVersion, encoding });

  it('is the portable one where asked for or where the server cannot hash records', () => {
    expect(chooseAlgorithm({}, server(150_018))).toBe('record-hash-64/1');
    expect(chooseAlgorithm({ bits: 128 }, server(140_000))).toBe('record-hash-128/1');
    expect(chooseAlgorithm({ portable: true }, server(150_018))).toBe('text-hash-64/1');
    expect(chooseAlgorithm({ bits: 128 }, server(130_099))).toBe('text-hash-128/1');
  });

  it('is known by its whole name only', () => {
    expect(isFingerprintAlgorithm('text-hash-128/1')).toBe(true);
    expect(isFingerprintAlgorithm('record-hash-64/2')).toBe(false);
    expect(isFingerprintAlgorithm('record-hash-64/11')).toBe(false);
    expect(isFingerprintAlgorithm('text-hash-64/1/LATIN1')).toBe(false);
  });

  it('names the encoding where it hashes bytes that depend on it', () => {
    const latin = chooseAlgorithm({}, server(150_018, 'LATIN1'));
    expect(latin).toBe('record-hash-64/1/LATIN1');
    expect(isFingerprintAlgorithm(latin)).toBe(true);
    expect([latin, 'record-hash-64/1' as const, 'text-hash-64/1' as const].map(encodingOf)).toEqual([
      'LATIN1',
      'UTF8',
      undefined,
    ]);
    expect(chooseAlgorithm({ portable: true }, server(150_018, 'LATIN1'))).toBe('text-hash-64/1');
    expect(hashTerms('text-hash-64/1', [{ name: 'a', hashedAs: 'value' }], 'LATIN1')).toEqual([
      `pg_catalog.hashtextextended(pg_catalog.convert_from(pg_catalog.convert_to(ROW(t."a")::pg_catalog.text, 'UTF8'), 'LATIN1') COLLATE pg_catalog."C", 0)`,
    ]);
  });

  it('gives one sum for each 64 bits, under different seeds, with every column quoted', () => {
    const columns = [
      { name: 'a"b', hashedAs: 'value' },
      { name: 'list', hashedAs: 'array' },
      { name: 'doc', hashedAs: 'text' },
    ] as const;
    expect(hashTerms('record-hash-64/1', columns, 'UTF8')).toEqual([
      'pg_catalog.hashint8extended(pg_catalog.hash_record_extended(ROW(t."a""b", t."list", pg_catalog.array_dims(t."list"), t."doc"::pg_catalog.text COLLATE pg_catalog."C"), 0), 0)',
    ]);
    expect(hashTerms('text-hash-128/1', columns, 'UTF8')).toEqual([
      'pg_catalog.hashtextextended(ROW(t."a""b", t."list", t."doc")::pg_catalog.text COLLATE pg_catalog."C", 0)',
      'pg_catalog.hashtextextended(ROW(t."a""b", t."list", t."doc")::pg_catalog.text COLLATE pg_catalog."C", 1)',
    ]);
  });

  it('prints sums of any sign and size in fixed width, equal exactly where they are equal modulo 2^64', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
        expect(hashText([String(a)])).toMatch(/^[0-9a-f]{16}$/);
        expect(hashText([String(a)]) === hashText([String(b)])).toBe((a - b) % 2n ** 64n === 0n);
      }),
    );
    expect(hashText(['-1', '1'])).toBe('ffffffffffffffff0000000000000001');
  });
});

describe('hashedAs', () => {
  const type = (
    name: string,
    kind: string,
    inner: readonly string[] = [],
    more: Partial<ColumnType> = {},
  ): ColumnType => ({
    name,
    builtIn: true,
    kind,
    inner,
    looseCollation: false,
    ...more,
  });
  const types = new Map<string, ColumnType>([
    ['int', type('int4', 'b')],
    ['json', type('json', 'b')],
    ['interval', type('interval', 'b')],
    ['citext', type('citext', 'b', [], { builtIn: false })],
    ['my int4', type('int4', 'b', [], { builtIn: false })],
    ['mood', type('mood', 'e')],
    ['record', type('record', 'p')],
    ['ints', type('_int4', 'a', ['int'])],
    ['jsons', type('_json', 'a', ['json'])],
    ['moods', type('_mood', 'a', ['mood'])],
    ['pair', type('pair', 'c', ['int', 'int'])],
    ['odd pair', type('pair', 'c', ['int', 'json'])],
    ['pair of lists', type('pair', 'c', ['int', 'ints'])],
    ['pairs', type('_pair', 'a', ['pair'])],
    ['age', type('age', 'd', ['int'])],
    ['loose name', type('name', 'd', ['int'], { looseCollation: true })],
    ['list domain', type('list', 'd', ['ints'])],
    ['range', type('int4range', 'r', ['int'])],
    ['multirange', type('int4multirange', 'm', ['range'])],
    ['deep', type('deep', 'c', ['age', 'multirange', 'pair'])],
    ['broken', type('broken', 'c', ['gone'])],
  ]);

  it.each(['int', 'pair', 'age', 'range', 'multirange', 'deep'])('takes %s as it is', (name) => {
    expect(hashedAs(name, false, types)).toBe('value');
  });
  it.each(['ints', 'pairs'])('takes %s with their dimensions', (name) => {
    expect(hashedAs(name, false, types)).toBe('array');
  });
  it.each([
    'json',
    'interval',
    'citext',
    'my int4',
    'mood',
    'record',
    'jsons',
    'moods',
    'odd pair',
    'pair of lists',
    'loose name',
    'list domain',
    'broken',
    'unheard of',
  ])('takes %s as text', (name) => {
    expect(hashedAs(name, false, types)).toBe('text');
  });
  it('takes what compares loosely as text', () => {
    expect(hashedAs('int', true, types)).toBe('text');
  });
});

describe('checkInstant', () => {
  it('takes instants with their zone only', () => {
    expect(checkInstant('2025-11-09T14:25:00.123456+05:30', 'x')).toBe('2025-11-09T14:25:00.123456+05:30');
    for (const wrong of ['2025-11-09', '2025-11-09T14:25:00', '2025-13-09T14:25:00Z', 'now', '', undefined]) {
      expect(() => checkInstant(wrong as string, 'when')).toThrow(
        expect.objectContaining({ code: 'invalid-input', field: 'when' }),
      );
    }
  });
});

describe('checkExpectation', () => {
  const boundary = {
    table: 'public.votes',
    column: 'at',
    notAfter: '2025-11-09T14:25:00Z',
    notBefore: '2025-11-09T14:20:00Z',
  };

  it('takes what can be checked', () => {
    const expectation: DatabaseExpectation = {
      fingerprint: { algorithm: 'x', serverVersion: 1, tables: [] },
      atLeastRows: { 'public.votes': 0 },
      boundaries: [boundary],
      consistency: ['foreign-keys', 'sequences', 'indexes', 'primary-keys'],
    };
    expect(checkExpectation(expectation)).toBeUndefined();
    expect(checkExpectation({})).toBeUndefined();
  });

  it.each<readonly [string, unknown]>([
    ['expectation', null],
    ['expectation', 'all'],
    ['expectation.boundary', { boundary: [] }],
    ['expectation.fingerprint', { fingerprint: {} }],
    ['expectation.atLeastRows.public.votes', { atLeastRows: { 'public.votes': -1 } }],
    ['expectation.atLeastRows.public.votes', { atLeastRows: { 'public.votes': '5' } }],
    ['expectation.atLeastRows.public.votes', { atLeastRows: { 'public.votes': Number.NaN } }],
    ['expectation.boundaries[0]', { boundaries: [{ ...boundary, table: undefined }] }],
    ['expectation.boundaries[0]', { boundaries: [{ ...boundary, column: undefined }] }],
    ['expectation.boundaries[1].notBefore', { boundaries: [boundary, { ...boundary, notBefore: 'soon' }] }],
    ['expectation.boundaries[0].notAfter', { boundaries: [{ ...boundary, notAfter: '2025' }] }],
    ['expectation.boundaries[0].notBefore', { boundaries: [{ ...boundary, notBefore: '2025-11-09T14:26:00Z' }] }],
    ['expectation.consistency', { consistency: ['indices'] }],
  ])('refuses a part that is wrong: %s', (field, expectation) => {
    expect(() => checkExpectation(expectation as DatabaseExpectation)).toThrow(
      expect.objectContaining({ code: 'invalid-input', field }),
    );
  });
});

describe('resultOfFindings', () => {
  const passed: Finding = { subject: 'a', verdict: 'passed' };
  const failed: Finding = { subject: 'b', verdict: 'failed', reason: 'gone' };
  const unknown: Finding = { subject: 'c', verdict: 'inconclusive', reason: 'timeout' };
  const of = (findings: readonly Finding[], tables = 1) => resultOfFindings('k', 'keys', findings, tables);

  it('passes only where everything passed', () => {
    expect(of([passed])).toMatchObject({ verdict: 'passed', summary: '1 keys are sound' });
    expect(of([passed, unknown])).toMatchObject({
      verdict: 'inconclusive',
      summary: '1 of 2 keys could not be checked: c: timeout',
    });
    expect(of([unknown, failed, passed])).toMatchObject({ verdict: 'failed', summary: '1 of 3 keys failed: b: gone' });
    expect(of([{ subject: 'd', verdict: 'failed' }])).toMatchObject({ summary: '1 of 1 keys failed: d: ' });
  });

  it('proves nothing about a database without tables', () => {
    expect(of([], 0)).toMatchObject({ verdict: 'inconclusive' });
    expect(of([])).toMatchObject({ verdict: 'passed', summary: 'there are no keys' });
  });
});

describe('onlyRow', () => {
  it('takes one row for one row only', () => {
    expect(onlyRow([{ a: 1 }], 'it')).toEqual({ a: 1 });
    for (const rows of [[], [{ a: 1 }, { a: 2 }]]) {
      expect(() => onlyRow(rows, 'it')).toThrow(expect.objectContaining({ code: 'query-failed' }));
    }
  });
});

describe('withinDeadline', () => {
  const forever = (signal: AbortSignal | undefined): Promise<never> =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));

  it('gives what the work gives, and its error', async () => {
    const deadline = new Date(Date.now() + 60_000);
    expect(await withinDeadline('it', { clock: systemClock, deadline }, async () => 7)).toBe(7);
    expect(await withinDeadline('it', { clock: systemClock }, async (signal) => signal)).toBeUndefined();
    const error = new Error('no');
    await expect(withinDeadline('it', { clock: systemClock, deadline }, () => Promise.reject(error))).rejects.toBe(
      error,
    );
  });

  it('aborts the work at the deadline, or with the caller’s reason', async () => {
    const deadline = new Date(Date.now() + 20);
    await expect(withinDeadline('it', { clock: systemClock, deadline }, forever)).rejects.toMatchObject({
      code: 'deadline-exceeded',
    });
    const stop = new AbortController();
    const later = new Date(Date.now() + 60_000);
    const waiting = withinDeadline('it', { clock: systemClock, deadline: later, signal: stop.signal }, forever);
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(withinDeadline('it', { clock: systemClock, signal: stop.signal }, forever)).rejects.toBe(reason);
  });
});
