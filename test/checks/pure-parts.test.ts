import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExpectation } from '../../src/checks/check-expectation.js';
import { checkInstant } from '../../src/checks/check-instant.js';
import type { DatabaseExpectation } from '../../src/checks/expectation.js';
import { type Finding, resultOfFindings } from '../../src/checks/findings.js';
import {
  chooseAlgorithm,
  type HashingServer,
  isFingerprintAlgorithm,
  wordsOf,
} from '../../src/checks/fingerprint-algorithm.js';
import { hashedRows, hashText } from '../../src/checks/hashed-rows.js';
import { requireComputable } from '../../src/checks/hashing-server.js';
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
  const server = (encoding: string, bytesPerCharacter: number): HashingServer => ({
    serverVersion: 150_018,
    encoding,
    bytesPerCharacter,
  });
  const utf8 = server('UTF8', 4);

  it('is the same on every server, but for encodings of several bytes a character', () => {
    expect(chooseAlgorithm(64, utf8)).toBe('column-hash-64/1');
    expect(chooseAlgorithm(128, server('LATIN1', 1))).toBe('column-hash-128/1');
    expect(chooseAlgorithm(64, server('SQL_ASCII', 1))).toBe('column-hash-64/1');
    expect(chooseAlgorithm(128, server('EUC_JP', 3))).toBe('column-hash-128/1/EUC_JP');
    expect((['column-hash-64/1', 'column-hash-128/1', 'column-hash-128/1/EUC_JP'] as const).map(wordsOf)).toEqual([
      1, 2, 2,
    ]);
  });

  it('is known by its whole name only', () => {
    expect(isFingerprintAlgorithm('column-hash-128/1')).toBe(true);
    expect(isFingerprintAlgorithm('column-hash-64/1/EUC_JP')).toBe(true);
    for (const name of [
      'column-hash-64/2',
      'column-hash-64/11',
      'record-hash-64/1',
      'text-hash-64/1',
      'column-hash-64/1/',
    ]) {
      expect(isFingerprintAlgorithm(name)).toBe(false);
    }
  });

  it('cannot be computed by a server that is too old or in another encoding', () => {
    const refusal = expect.objectContaining({ code: 'version-mismatch' });
    expect(() => requireComputable('column-hash-64/1', { ...utf8, serverVersion: 100_023 })).toThrow(refusal);
    expect(() => requireComputable('column-hash-64/1/EUC_JP', utf8)).toThrow(refusal);
    expect(() => requireComputable('column-hash-128/1', server('EUC_JP', 3))).toThrow(refusal);
    requireComputable('column-hash-128/1/EUC_JP', server('EUC_JP', 3));
    requireComputable('column-hash-128/1', server('LATIN1', 1));
  });

  it('makes each form once, with every name quoted, and of it one hash for each 64 bits', () => {
    const columns = [{ name: 'a"b', baseType: 'int8' }, { name: 'doc', baseType: 'jsonb' }, { name: 'mood' }];
    const { forms, hashes } = hashedRows(columns, 2, utf8);
    expect(forms).toBe(
      't."a""b"::pg_catalog."int8" AS c0, t."doc"::pg_catalog.text AS c1, t."mood"::pg_catalog.text AS c2',
    );
    expect(hashes).toHaveLength(2);
    for (const hash of hashes) expect(hash.match(/s\.c\d/g)).toEqual(['s.c0', 's.c1', 's.c2']);
    expect(hashedRows(columns, 1, utf8).hashes).toEqual(hashes.slice(0, 1));
    expect(hashedRows([], 1, utf8)).toEqual({ forms: '', hashes: ['pg_catalog.hashint4extended(0, 0)'] });
  });

  it('hashes every column, and each word of it, by a function of its own', () => {
    const baseTypes = ['int8', 'float8', 'bool', 'bytea', '_int4', 'text', 'numeric', undefined];
    const columns = Array.from({ length: 300 }, (_, place) => ({ name: 'a', baseType: baseTypes[place % 8] }));
    const numbers =
      hashedRows(columns, 2, utf8)
        .hashes.join()
        .match(/'-?\d+'/g) ?? [];
    expect(numbers).toHaveLength(2 * 2 * columns.length);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('takes texts in UTF-8 where the server holds them otherwise', () => {
    const forms = (where: HashingServer): string => hashedRows([{ name: 'a', baseType: 'text' }], 1, where).forms;
    expect(forms(server('LATIN1', 1))).toBe(
      `pg_catalog.convert_from(pg_catalog.convert_to(t."a"::pg_catalog.text, 'UTF8'), 'LATIN1') AS c0`,
    );
    for (const as of [utf8, server('SQL_ASCII', 1), server('EUC_JP', 3)]) {
      expect(forms(as)).toBe('t."a"::pg_catalog.text AS c0');
    }
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
