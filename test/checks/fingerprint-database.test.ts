import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareFingerprints } from '../../src/checks/compare-fingerprints.js';
import { withDatabaseSnapshot } from '../../src/checks/database-snapshot.js';
import type { DatabaseFingerprint } from '../../src/checks/fingerprint.js';
import { type FingerprintOptions, fingerprintDatabase } from '../../src/checks/fingerprint-database.js';
import type { SqlSession } from '../../src/ports/postgres.js';
import { oddDatabase } from './odd-database.sql.js';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.js';

let server: TemporaryPostgres;
let odd: string;

beforeAll(async () => {
  server = await startTemporaryPostgres();
  odd = await server.createDatabase();
  await server.sql(odd, oddDatabase);
});
afterAll(() => server?.stop());

async function fingerprintOf(
  database: string,
  options: FingerprintOptions = {},
  connection: { sessions?: number; user?: string; settings?: readonly string[] } = {},
): Promise<DatabaseFingerprint> {
  return withDatabaseSnapshot(
    () => server.connect(database, connection),
    { sessions: connection.sessions ?? 2 },
    ({ sessions }) => fingerprintDatabase(sessions, options),
  );
}

const formulas: readonly FingerprintOptions[] = [{}, { bits: 128 }];

describe('an undamaged database', () => {
  it.each(formulas)('has the same fingerprint after pg_dump and pg_restore: %j', async (options) => {
    const restored = await server.dumpAndRestore(odd);
    const before = await fingerprintOf(odd, options);
    expect(compareFingerprints(before, await fingerprintOf(restored, options))).toMatchObject({ outcome: 'equal' });
    expect(before.tables.length).toBeGreaterThanOrEqual(20);
  });

  it.each([
    ['locale C', "LC_COLLATE 'C' LC_CTYPE 'C'"],
    ['ICU', "LOCALE_PROVIDER icu ICU_LOCALE 'de'"],
  ])('has the same fingerprint in a database of another locale: %s', async (_name, databaseOptions) => {
    const restored = await server.dumpAndRestore(odd, { databaseOptions });
    expect(compareFingerprints(await fingerprintOf(odd), await fingerprintOf(restored))).toMatchObject({
      outcome: 'equal',
    });
  });

  it.each([
    [["TimeZone = 'Asia/Kolkata'", "DateStyle = 'German'", "IntervalStyle = 'iso_8601'"]],
    [['extra_float_digits = -15', "bytea_output = 'escape'", "xmlbinary = 'hex'"]],
    [['search_path = public, pg_temp', 'quote_all_identifiers = on']],
    [['max_parallel_workers_per_gather = 0', 'jit = on', 'jit_above_cost = 0']],
  ])('has the same fingerprint for a session with %s', async (settings) => {
    for (const options of formulas) {
      const plain = await fingerprintOf(odd, options);
      expect(compareFingerprints(plain, await fingerprintOf(odd, options, { settings }))).toMatchObject({
        outcome: 'equal',
      });
    }
  });

  it('has the same fingerprint however many sessions read it, and whatever order its rows lie in', async () => {
    const copy = await server.createDatabase(odd);
    await server.sql(
      copy,
      'CREATE TABLE x AS SELECT * FROM twins ORDER BY v DESC; TRUNCATE twins; INSERT INTO twins SELECT * FROM x; DROP TABLE x',
    );
    await server.sql(copy, 'UPDATE numbers SET n = n; CREATE INDEX byn ON numbers (n DESC); CLUSTER numbers USING byn');
    const one = await fingerprintOf(odd, {}, { sessions: 1 });
    expect(await fingerprintOf(odd, {}, { sessions: 5 })).toEqual(one);
    expect(compareFingerprints(one, await fingerprintOf(copy))).toMatchObject({ outcome: 'equal' });
  });
});

describe('fingerprintDatabase', () => {
  it('takes tables and partitions, and leaves out what is not the user’s or holds no rows', async () => {
    await server.sql(odd, 'CREATE TABLE IF NOT EXISTS in_extension (id int)');
    await server.sql(odd, 'ALTER EXTENSION citext ADD TABLE in_extension');
    const { tables, algorithm, serverVersion } = await fingerprintOf(odd);
    const names = tables.map(({ table }) => table);
    await server.sql(odd, 'ALTER EXTENSION citext DROP TABLE in_extension; DROP TABLE in_extension');
    expect(algorithm).toBe('column-hash-64/1');
    expect(serverVersion).toBeGreaterThan(110_000);
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(
      expect.arrayContaining(['public.measures_2024', 'public.scratch', 'public.dogs', 'public.no_columns']),
    );
    expect(names).toContain('"Odd ""Schema"".x"."Ta.ble ""1"""');
    for (const absent of [
      'public.measures',
      'public.measures_2025',
      'public.summary',
      'public.looking',
      'public.in_extension',
    ]) {
      expect(names).not.toContain(absent);
    }
    expect(tables.find(({ table }) => table === 'public.measures_2025_1')).toMatchObject({
      partitionOf: 'public.measures_2025',
    });
    expect(tables.find(({ table }) => table === 'public.animals')).toMatchObject({ rows: 1 });
    expect(tables.find(({ table }) => table === 'public.no_columns')).toMatchObject({ rows: 2 });
    expect(tables.find(({ table }) => table === 'public.empty_one')).toEqual({
      table: 'public.empty_one',
      rows: 0,
      hash: '0'.repeat(16),
    });
  });

  it('takes only the tables or schemas asked for, a partitioned one by its partitions', async () => {
    const { tables } = await fingerprintOf(odd, { tables: ['public.measures', 'public.twins'] });
    expect(tables.map(({ table }) => table)).toEqual([
      'public.measures_2024',
      'public.measures_2025_0',
      'public.measures_2025_1',
      'public.twins',
    ]);
    const schema = await fingerprintOf(odd, { schemas: ['Odd "Schema".x'] });
    expect(schema.tables).toHaveLength(1);
  });

  it('refuses a table, a schema or a slice that cannot be right', async () => {
    await expect(fingerprintOf(odd, { tables: ['public.pols'] })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'tables',
    });
    await expect(fingerprintOf(odd, { schemas: ['pubic'] })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'schemas',
    });
    const slice = { column: 'at', notAfter: '2024-12-31' };
    await expect(fingerprintOf(odd, { slice })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'slice.notAfter',
    });
    await expect(fingerprintOf(odd, { bits: 32 as never })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'bits',
    });
    await expect(fingerprintDatabase([])).rejects.toMatchObject({ code: 'invalid-input', field: 'sessions' });
  });

  it('takes the slice of tables that have such a column, and others whole', async () => {
    const slice = { column: 'at', notAfter: '2024-06-11T00:00:00.000001Z' };
    const { tables, slice: stated } = await fingerprintOf(odd, { slice });
    expect(stated).toEqual(slice);
    expect(tables.find(({ table }) => table === 'public.measures_2024')).toMatchObject({ rows: 10 });
    expect(tables.find(({ table }) => table === 'public.measures_2025_0')).toMatchObject({ rows: 0 });
    expect(tables.find(({ table }) => table === 'public.twins')).toMatchObject({ rows: 5 });
  });

  it('refuses to read a table of which the role would see only some rows', async () => {
    const copy = await server.createDatabase(odd);
    await server.sql(copy, 'CREATE ROLE reader LOGIN; GRANT pg_read_all_data TO reader');
    await expect(fingerprintOf(copy, {}, { user: 'reader' })).rejects.toMatchObject({ code: 'permission-denied' });
    await server.sql(copy, 'DROP TABLE secret');
    expect((await fingerprintOf(copy, {}, { user: 'reader' })).tables).not.toHaveLength(0);
  });

  it('says how far it is, and leaves the sessions as they were', async () => {
    const seen: number[] = [];
    await withDatabaseSnapshot(
      () => server.connect(odd),
      {},
      async ({ sessions: [session] }) => {
        if (session === undefined) throw new Error('no session');
        await session.query("SET LOCAL TimeZone = 'Asia/Tokyo'");
        const before = await session.query('SHOW search_path');
        await fingerprintDatabase([session], { onProgress: ({ percent }) => seen.push(percent ?? -1) });
        expect(await session.query('SHOW TimeZone')).toEqual([{ TimeZone: 'Asia/Tokyo' }]);
        expect(await session.query('SHOW search_path')).toEqual(before);
      },
    );
    expect(seen.at(-1)).toBeCloseTo(100);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  });

  it('stops when aborted, at its deadline, and when progress throws', async () => {
    const reason = new Error('enough');
    await expect(fingerprintOf(odd, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(fingerprintOf(odd, { deadline: new Date(0) })).rejects.toMatchObject({ code: 'deadline-exceeded' });
    const onProgress = (): void => {
      throw reason;
    };
    await expect(fingerprintOf(odd, { onProgress })).rejects.toBe(reason);
    expect((await fingerprintOf(odd, { deadline: new Date(Date.now() + 60_000) })).tables).not.toHaveLength(0);
  });
});

describe('damage to content', () => {
  const damages: readonly (readonly [name: string, damage: string, table: string, kind: string])[] = [
    [
      'a row changed',
      "UPDATE twins SET v = 'b' WHERE ctid = (SELECT ctid FROM twins WHERE v = 'a' LIMIT 1)",
      'twins',
      'content',
    ],
    [
      'values swapped between two rows',
      'UPDATE numbers SET i2 = CASE id WHEN 1 THEN 2 ELSE 1 END WHERE id IN (1, 2)',
      'numbers',
      'content',
    ],
    [
      'last column swapped between two rows',
      "UPDATE numbers SET nm = CASE id WHEN 1 THEN 'nm2' ELSE 'nm1' END WHERE id IN (1, 2)",
      'numbers',
      'content',
    ],
    [
      'values swapped between two columns',
      'UPDATE measures_2024 SET v = id + 1, id = v + 1',
      'measures_2024',
      'content',
    ],
    [
      'one row lost, another doubled',
      'DELETE FROM numbers WHERE id = 5; ALTER TABLE numbers DROP CONSTRAINT numbers_pkey; INSERT INTO numbers SELECT * FROM numbers WHERE id = 6',
      'numbers',
      'content',
    ],
    ['a pair of rows exchanged for another pair', "UPDATE twins SET v = 'z' WHERE v = 'a'", 'twins', 'content'],
    ['rows doubled in pairs', 'INSERT INTO twins SELECT v FROM twins', 'twins', 'rows'],
    ['a row lost', 'DELETE FROM numbers WHERE id = 5', 'numbers', 'rows'],
    ['all rows lost', 'TRUNCATE numbers', 'numbers', 'rows'],
    [
      'NULL become empty',
      "UPDATE twins SET v = '' WHERE ctid = (SELECT ctid FROM twins WHERE v IS NULL LIMIT 1)",
      'twins',
      'content',
    ],
    [
      'NULL become the word',
      "UPDATE twins SET v = 'NULL' WHERE ctid = (SELECT ctid FROM twins WHERE v IS NULL LIMIT 1)",
      'twins',
      'content',
    ],
    ['a space at the end', "UPDATE ONLY animals SET name = 'cat '", 'animals', 'content'],
    ['one bit in a bytea', "UPDATE shapes SET b = '\\x00fe10' WHERE id = 1", 'shapes', 'content'],
    [
      'one bit far into a large value',
      "UPDATE toasted SET big = overlay(big placing 'x' from 90000 for 1) WHERE id = 3",
      'toasted',
      'content',
    ],
    ['jsonb value', `UPDATE documents SET jb = jsonb_set(jb, '{b}', '-7') WHERE id = 3`, 'documents', 'content'],
    [
      'jsonb number to text',
      `UPDATE documents SET jb = jsonb_set(jb, '{b}', '"3"') WHERE id = 3`,
      'documents',
      'content',
    ],
    ['json white space', `UPDATE documents SET j = '{"b": 3, "a": 1}' WHERE id = 3`, 'documents', 'content'],
    ['xml', `UPDATE documents SET x = '<a b="3">ö</a>' WHERE id = 3`, 'documents', 'content'],
    [
      'numeric in the last place',
      'UPDATE numbers SET n = n + 0.0000000000000000001 WHERE id = 7',
      'numbers',
      'content',
    ],
    ['numeric scale', 'UPDATE numbers SET n = 3.00 WHERE id = 9', 'numbers', 'content'],
    ['numeric sign', 'UPDATE numbers SET n = -n WHERE id = 7', 'numbers', 'content'],
    ['numeric that is none', "UPDATE numbers SET n = 'Infinity' WHERE id = -1", 'numbers', 'content'],
    ['numeric NaN become NULL', 'UPDATE numbers SET n = NULL WHERE id = -1', 'numbers', 'content'],
    ['NULL become zero', 'UPDATE shapes SET fl = 0 WHERE id = 2', 'shapes', 'content'],
    ['bigint read without its sign', 'UPDATE numbers SET i8 = 4294967295 WHERE id = -1', 'numbers', 'content'],
    ['bigint with its halves swapped', 'UPDATE numbers SET i8 = id WHERE id = 1', 'numbers', 'content'],
    [
      'instant with its halves swapped',
      "UPDATE times SET t = '2000-01-01 01:11:34.967296' WHERE id = -4",
      'times',
      'content',
    ],
    [
      'sign of a number in a jsonb',
      `UPDATE documents SET jb = '{"b": -3, "a": [1, null]}' WHERE id = 3`,
      'documents',
      'content',
    ],
    [
      'elements of a long jsonb swapped',
      `UPDATE documents SET jb = jsonb_set(jsonb_set(jb, '{0}', '33'), '{32}', '1') WHERE id = -1`,
      'documents',
      'content',
    ],
    [
      'elements of a long jsonb changed in pairs',
      'UPDATE documents SET jb = (SELECT jsonb_agg(1) FROM generate_series(1, 64)) WHERE id = -2',
      'documents',
      'content',
    ],
    ['bytes become NULL', 'UPDATE shapes SET b = NULL WHERE id = 1', 'shapes', 'content'],
    ['array become NULL', 'UPDATE lists SET a = NULL WHERE id = 2', 'lists', 'content'],
    ['a boolean', 'UPDATE shapes SET yes = false WHERE id = 1', 'shapes', 'content'],
    ['a network', "UPDATE shapes SET ip = '10.0.0.1/16' WHERE id = 1", 'shapes', 'content'],
    ['a column of NULLs lost', 'ALTER TABLE shapes DROP COLUMN nothing', 'shapes', 'content'],
    ['float in the last bit', "UPDATE numbers SET f = '1.2857142857142856' WHERE id = 9", 'numbers', 'content'],
    ['microsecond', "UPDATE times SET tz = tz + interval '1 microsecond' WHERE id = 4", 'times', 'content'],
    ['interval equal by span', "UPDATE times SET i = '1 day' WHERE id = -3", 'times', 'content'],
    ['array element', 'UPDATE lists SET a[2] = 9 WHERE id = 1', 'lists', 'content'],
    ['array order', "UPDATE lists SET a = '{3,2,1}' WHERE id = 1", 'lists', 'content'],
    ['array dimensions', "UPDATE lists SET a = '{1,2,3,4}' WHERE id = 3", 'lists', 'content'],
    ['array bounds', "UPDATE lists SET big = '{1.5,2}' WHERE id = 1", 'lists', 'content'],
    ['enum', "UPDATE shapes SET mood = 'sad' WHERE id = 1", 'shapes', 'content'],
    ['composite', "UPDATE shapes SET p = '(1,x)' WHERE id = 1", 'shapes', 'content'],
    ['range bound', "UPDATE shapes SET s = '[1,2]' WHERE id = 1", 'shapes', 'content'],
    ['case in a caseless type', "UPDATE shapes SET ct = 'case' WHERE id = 1", 'shapes', 'content'],
    ['case under a caseless collation', "UPDATE shapes SET cl = 'case' WHERE id = 1", 'shapes', 'content'],
    ['point', "UPDATE shapes SET pt = '(1,3)' WHERE id = 1", 'shapes', 'content'],
    ['money', 'UPDATE numbers SET m = m + 0.01::money WHERE id = 2', 'numbers', 'content'],
    ['bits', "UPDATE numbers SET vb = B'0101' WHERE id = 2", 'numbers', 'content'],
    ['a table lost', 'DROP TABLE twins CASCADE', 'twins', 'missing'],
    ['a table added', 'CREATE TABLE added ()', 'added', 'extra'],
    ['a column lost', 'ALTER TABLE dogs DROP COLUMN breed', 'dogs', 'content'],
    ['a partition detached', 'ALTER TABLE measures DETACH PARTITION measures_2024', 'measures_2024', 'detached'],
    [
      'a row without columns lost',
      'DELETE FROM no_columns WHERE ctid = (SELECT ctid FROM no_columns LIMIT 1)',
      'no_columns',
      'rows',
    ],
  ];

  let session: SqlSession;
  let before: readonly DatabaseFingerprint[];
  beforeAll(async () => {
    session = await server.connect(odd);
    await session.query('BEGIN');
    before = await fingerprintAll();
    await session.query('ROLLBACK');
  });
  afterAll(() => session?.close());
  const fingerprintAll = async (): Promise<readonly DatabaseFingerprint[]> => {
    const taken: DatabaseFingerprint[] = [];
    for (const options of formulas) taken.push(await fingerprintDatabase([session], options));
    return taken;
  };

  it.each(damages)('%s is seen', async (_name, damage, table, kind) => {
    await session.query('BEGIN');
    for (const statement of String(damage).split('; ')) await session.query(statement);
    const after = await fingerprintAll();
    await session.query('ROLLBACK');
    for (const [index, options] of formulas.entries()) {
      const comparison = compareFingerprints(before[index] as DatabaseFingerprint, after[index] as DatabaseFingerprint);
      expect([options, comparison]).toMatchObject([
        options,
        { outcome: 'different', differences: [{ table: `public.${table}`, kind }] },
      ]);
    }
  });
});
