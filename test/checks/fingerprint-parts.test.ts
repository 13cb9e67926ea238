import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CheckDatabaseOptions, checkDatabase } from '../../src/checks/check-database.js';
import { compareFingerprints } from '../../src/checks/compare-fingerprints.js';
import { withDatabaseSnapshot } from '../../src/checks/database-snapshot.js';
import type { DatabaseExpectation } from '../../src/checks/expectation.js';
import type { DatabaseFingerprint } from '../../src/checks/fingerprint.js';
import { type FingerprintOptions, fingerprintDatabase } from '../../src/checks/fingerprint-database.js';
import type { CheckReport } from '../../src/core/check-result.js';
import { systemClock } from '../../src/core/clock.js';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.js';

const filled = `
CREATE TABLE votes (id bigserial PRIMARY KEY, choice text, created_at timestamptz);
INSERT INTO votes (choice, created_at) SELECT 'choice ' || g % 5, timestamptz '2025-11-09 00:00Z' + g * interval '1 s' FROM generate_series(1, 50000) g;
CREATE TABLE people (id uuid PRIMARY KEY, name text);
INSERT INTO people SELECT md5(g::text)::uuid, 'name ' || g FROM generate_series(1, 20000) g;
CREATE TABLE logs (line text);
INSERT INTO logs SELECT repeat('x', 100) FROM generate_series(1, 5000);
CREATE TABLE void (id int PRIMARY KEY);
ANALYZE`;
let server: TemporaryPostgres;
let source: string;

beforeAll(async () => {
  server = await startTemporaryPostgres();
  source = await server.createDatabase();
  await server.sql(source, filled);
});
afterAll(() => server?.stop());

const fingerprintOf = (database: string, options: FingerprintOptions = {}): Promise<DatabaseFingerprint> =>
  withDatabaseSnapshot(
    () => server.connect(database),
    { sessions: 2 },
    ({ sessions }) => fingerprintDatabase(sessions, options),
  );

const check = (
  database: string,
  expectation: DatabaseExpectation,
  options: Partial<CheckDatabaseOptions> = {},
): Promise<CheckReport> =>
  checkDatabase(() => server.connect(database), expectation, {
    clock: systemClock,
    connectTo: async (place) => () => server.connect(place.database ?? ''),
    ...options,
  });

const sample = { above: 100_000, rows: 2_000, ranges: 8 };

describe('a sampled fingerprint', () => {
  it('hashes parts of the large tables, counts all their rows, and says so', async () => {
    const { tables } = await fingerprintOf(source, { sample });
    const byName = Object.fromEntries(tables.map((table) => [table.table, table]));
    for (const [name, of] of [
      ['public.votes', 50_000],
      ['public.people', 20_000],
    ] as const) {
      expect(byName[name]?.coverage).toMatchObject({ column: 'id', of });
      expect(byName[name]?.coverage?.ranges).toHaveLength(8);
      expect(byName[name]?.rows).toBeGreaterThan(1_000);
      expect(byName[name]?.rows).toBeLessThan(3_000);
    }
    // Without a key to choose from, and with nothing in it.
    expect([byName['public.logs']?.rows, byName['public.logs']?.coverage]).toEqual([5_000, undefined]);
    expect(byName['public.void']?.coverage).toBeUndefined();
  });

  it('is equal after a dump and restore, and the check says what it proves', async () => {
    const fingerprint = await fingerprintOf(source, { sample });
    const restored = await server.dumpAndRestore(source);
    const report = await check(restored, { fingerprint });
    expect(report.verdict).toBe('passed');
    expect(report.checks[0]?.summary).toMatch(/of public\.people \d+ of 20000 rows were compared/);
    expect(report.checks[0]?.evidence.hashedInPart).toMatchObject({ 'public.votes': { of: 50_000, ranges: 8 } });
  });

  it('finds what changed in its part, and rows that are gone anywhere', async () => {
    const fingerprint = await fingerprintOf(source, { sample });
    const last = await server.createDatabase(source);
    await server.sql(last, "UPDATE votes SET choice = 'x' WHERE id = 50000");
    expect((await check(last, { fingerprint })).checks[0]).toMatchObject({
      verdict: 'failed',
      evidence: { different: 1 },
    });
    const ranges = fingerprint.tables.find(({ table }) => table === 'public.votes')?.coverage?.ranges ?? [];
    const outside = Array.from({ length: 50_000 }, (_, index) => index + 1).find((id) =>
      ranges.every(({ from, to }) => id < Number(from) || id > Number(to)),
    );
    const fewer = await server.createDatabase(source);
    await server.sql(fewer, `DELETE FROM votes WHERE id = ${outside}`);
    expect((await check(fewer, { fingerprint })).checks[0]).toMatchObject({
      verdict: 'failed',
      summary: expect.stringContaining('public.votes has 49999 rows instead of 50000'),
    });
    const emptied = await server.createDatabase(source);
    await server.sql(emptied, `DELETE FROM votes WHERE id = 50000; INSERT INTO votes VALUES (60000, 'x', now())`);
    expect((await check(emptied, { fingerprint })).checks[0]?.summary).toMatch(/rows in its sample instead of/);
  });

  it('of given ranges hashes those rows, together with a slice', async () => {
    const ranges = {
      'public.votes': {
        column: 'id',
        ranges: [
          { from: '1', to: '10' },
          { from: '90', to: '99' },
        ],
      },
    };
    const { tables } = await fingerprintOf(source, { ranges, tables: ['public.votes'] });
    expect(tables).toMatchObject([{ rows: 20, coverage: { of: 50_000 } }]);
    const slice = { column: 'created_at', notAfter: '2025-11-09T00:01:35Z' };
    const sliced = await fingerprintOf(source, { ranges, slice, tables: ['public.votes'] });
    expect(sliced.tables).toMatchObject([{ rows: 16, coverage: { of: 95 } }]);
  });

  it.each([
    [{ 'public.nothing': { column: 'id', ranges: [{ from: '1', to: '2' }] } }, 'ranges.public.nothing'],
    [{ 'public.votes': { column: 'choice', ranges: [{ from: '1', to: '2' }] } }, 'ranges.public.votes'],
    [{ 'public.votes': { column: 'id', ranges: [] } }, 'ranges.public.votes'],
  ])('of ranges that cannot be is refused: %j', async (ranges, field) => {
    await expect(fingerprintOf(source, { ranges })).rejects.toMatchObject({ code: 'invalid-input', field });
  });

  it('cannot be held against a table that lost its key', async () => {
    const fingerprint = await fingerprintOf(source, { sample });
    const other = await server.createDatabase(source);
    await server.sql(other, 'ALTER TABLE votes RENAME COLUMN id TO number');
    expect((await check(other, { fingerprint })).verdict).toBe('inconclusive');
  });
});

describe('databases in different encodings', () => {
  const latin = "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'";
  const texts = `SET client_encoding = 'UTF8'; CREATE TABLE t (id int PRIMARY KEY, v text, list text[], doc jsonb);
    INSERT INTO t VALUES (1, 'Tür', '{ä,b}', '{"a":"ö"}'), (2, 'plain', '{}', '{}'), (3, 'ÿ÷×', null, null)`;

  it('have the same fingerprint where a character is one byte or the encoding UTF-8', async () => {
    const utf8 = await server.createDatabase();
    await server.sql(utf8, texts);
    const restored = await server.dumpAndRestore(utf8, { databaseOptions: latin });
    expect(await server.sql(restored, 'SHOW server_encoding')).toEqual([{ server_encoding: 'LATIN1' }]);
    for (const bits of [64, 128] as const) {
      const [taken, again] = [await fingerprintOf(utf8, { bits }), await fingerprintOf(restored, { bits })];
      expect(again).toEqual(taken);
      expect(compareFingerprints(taken, again)).toMatchObject({ outcome: 'equal', rows: 3 });
    }
    expect((await check(restored, { fingerprint: await fingerprintOf(utf8) })).verdict).toBe('passed');
    expect((await check(restored, { sameAs: { database: utf8 } })).checks[0]).toMatchObject({
      check: 'same-as',
      verdict: 'passed',
      evidence: { algorithm: 'column-hash-64/1' },
    });
    await server.sql(restored, "UPDATE t SET v = 'Tur' WHERE id = 1");
    expect((await check(restored, { sameAs: { database: utf8 } })).verdict).toBe('failed');
  });

  it('of several bytes a character are compared among themselves, and else not at all', async () => {
    const euc = await server.createDatabase('template0', "ENCODING 'EUC_JP' LC_COLLATE 'C' LC_CTYPE 'C'");
    await server.sql(euc, "SET client_encoding = 'UTF8'; CREATE TABLE t (v text); INSERT INTO t VALUES ('東京')");
    const own = await fingerprintOf(euc);
    expect(own.algorithm).toBe('column-hash-64/1/EUC_JP');
    expect((await check(await server.createDatabase(euc), { fingerprint: own })).verdict).toBe('passed');
    const utf8 = await server.dumpAndRestore(euc);
    const inconclusive = { verdict: 'inconclusive', evidence: { reason: { code: 'version-mismatch' } } };
    expect((await check(utf8, { fingerprint: own })).checks[0]).toMatchObject(inconclusive);
    expect((await check(utf8, { sameAs: { database: euc } })).checks[0]).toMatchObject(inconclusive);
    expect((await check(euc, { fingerprint: await fingerprintOf(utf8) })).checks[0]).toMatchObject(inconclusive);
  });
});

describe('another database', () => {
  it('is equal, also where it goes on and only a slice stands still', async () => {
    const living = await server.createDatabase(source);
    expect((await check(living, { sameAs: { database: source } })).verdict).toBe('passed');
    await server.sql(living, "INSERT INTO votes (choice, created_at) VALUES ('new', '2025-11-10 00:00Z')");
    expect((await check(source, { sameAs: { database: living } })).checks[0]).toMatchObject({
      verdict: 'failed',
      summary: expect.stringContaining('public.votes has 50000 rows instead of 50001'),
    });
    const slice = { column: 'created_at', notAfter: '2025-11-09T23:59:59Z' };
    expect((await check(source, { sameAs: { database: living, slice } })).checks[0]).toMatchObject({
      check: 'same-as',
      verdict: 'passed',
      evidence: { source: { database: living }, slice },
    });
    await server.sql(living, "UPDATE votes SET choice = 'changed' WHERE id = 7");
    expect((await check(source, { sameAs: { database: living, slice } })).verdict).toBe('failed');
    expect((await check(source, { sameAs: { database: living, slice, tables: ['public.people'] } })).verdict).toBe(
      'passed',
    );
  });

  it('that cannot be reached makes it inconclusive, with the reason', async () => {
    const report = await check(source, { sameAs: { database: 'no_such_database' } });
    expect(report.checks[0]).toMatchObject({
      verdict: 'inconclusive',
      evidence: { reason: { code: 'database-missing' } },
    });
    const alone = await check(source, { sameAs: { database: source } }, { connectTo: undefined });
    expect(alone.checks[0]).toMatchObject({ check: 'same-as', verdict: 'inconclusive' });
  });

  it('is not asked for what it cannot have', async () => {
    const database = await server.createDatabase(source);
    await expect(check(source, { sameAs: { database, tables: ['public.nothing'] } })).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});

describe('row counts', () => {
  it('stay within bounds', async () => {
    const verdict = async (atMost: number, atLeast?: number): Promise<string> =>
      (
        await check(source, {
          atMostRows: { 'public.votes': atMost },
          ...(atLeast === undefined ? {} : { atLeastRows: { 'public.votes': atLeast } }),
        })
      ).verdict;
    expect(await verdict(50_000, 50_000)).toBe('passed');
    expect(await verdict(50_000)).toBe('passed');
    expect(await verdict(49_999)).toBe('failed');
  });

  it.each([
    [{ atMostRows: { a: -1 } }, 'expectation.atMostRows.a'],
    [{ atMostRows: { a: 1 }, atLeastRows: { a: 2 } }, 'expectation.atMostRows.a'],
    [{ sameAs: 'production' }, 'expectation.sameAs'],
    [{ sameAs: { name: 'production' } }, 'expectation.sameAs.name'],
    [{ sameAs: { slice: { column: 'a', notAfter: 'yesterday' } } }, 'expectation.sameAs.slice.notAfter'],
  ])('and other wrong expectations are refused: %j', async (expectation, field) => {
    await expect(check(source, expectation as never)).rejects.toMatchObject({ code: 'invalid-input', field });
  });
});
