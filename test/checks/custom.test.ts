import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDatabase } from '../../src/checks/check-database.js';
import type { CustomExpectation } from '../../src/checks/expectation.js';
import type { CheckResult } from '../../src/core/check-result.js';
import { systemClock } from '../../src/core/clock.js';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.js';

let server: TemporaryPostgres;
let database: string;

beforeAll(async () => {
  server = await startTemporaryPostgres();
  database = await server.createDatabase();
  await server.sql(
    database,
    "CREATE SEQUENCE s; CREATE TABLE t AS SELECT g AS id, repeat('x', 2000) AS v FROM generate_series(1, 40) g",
  );
});
afterAll(() => server?.stop());

const check = async (sql: string, wanted: CustomExpectation['expect']): Promise<CheckResult | undefined> => {
  const custom = [{ name: 'mine', sql, expect: wanted }];
  const options = { clock: systemClock, statementTimeout: '500ms' } as const;
  const report = await checkDatabase(() => server.connect(database), { custom }, options);
  return report.checks[0];
};

describe('a check in SQL', () => {
  it.each([
    ['SELECT FROM public.t WHERE id > 40', 'no-rows', 'passed', /^mine: there are no rows$/],
    ['SELECT id FROM public.t WHERE id > 38;', 'no-rows', 'failed', /there are 2 rows where there should be none/],
    ['SELECT id FROM public.t -- all of them', 'no-rows', 'failed', /there are more than 10 rows/],
    ['SELECT count(*) = 40 FROM public.t', 'true', 'passed', /it is true/],
    ['SELECT count(*) = 41 FROM public.t', 'true', 'failed', /it is false/],
    ['WITH a AS (SELECT 1) SELECT false AS ok FROM a', 'true', 'failed', /it is false/],
    ['SELECT NULL::boolean', 'true', 'inconclusive', /does not give one row with one boolean/],
    ['SELECT 1', 'true', 'inconclusive', /does not give/],
    ['SELECT true, true', 'true', 'inconclusive', /does not give/],
    ['SELECT false AS ok, true AS ok', 'true', 'inconclusive', /does not give/],
    ['SELECT true FROM public.t', 'true', 'inconclusive', /does not give/],
    ['SELECT true WHERE false', 'true', 'inconclusive', /does not give/],
    ['SELECT FROM public.lost', 'no-rows', 'inconclusive', /SQLSTATE 42P01/],
    ['SELECT FROM t', 'no-rows', 'inconclusive', /SQLSTATE 42P01/],
    ['SELEKT', 'no-rows', 'inconclusive', /SQLSTATE 42601/],
    ['SELECT pg_sleep(5)', 'no-rows', 'inconclusive', /statement timeout/],
    ['DELETE FROM public.t RETURNING id', 'no-rows', 'inconclusive', /SQLSTATE 42601/],
    ['SELECT 1) AS found; COMMIT; DROP TABLE public.t; --', 'no-rows', 'inconclusive', /SQLSTATE 42601/],
    ["SELECT pg_catalog.nextval('public.s')", 'no-rows', 'inconclusive', /SQLSTATE 25006/],
  ] as const)('%s: %s', async (sql, wanted, verdict, summary) => {
    expect(await check(sql, wanted)).toMatchObject({
      check: 'custom',
      verdict,
      summary: expect.stringMatching(summary),
    });
    expect(await server.sql(database, 'SELECT count(*)::int AS n FROM t')).toEqual([{ n: 40 }]);
  });

  it('keeps a few rows as evidence, and a part of each', async () => {
    const rows = (await check('SELECT * FROM public.t ORDER BY id', 'no-rows'))?.evidence.rows as readonly string[];
    expect(rows).toHaveLength(10);
    expect(rows[0]).toMatch(/^\{"id":1,"v":"x+\.\.\.$/);
    expect(rows[0]?.length).toBe(503);
  });

  it.each([
    ['without a name', { name: '', sql: 'SELECT 1', expect: 'true' }, 'expectation.custom[0].name'],
    ['without a statement', { name: 'a', sql: ' ', expect: 'true' }, 'expectation.custom[0].sql'],
    [
      'that expects something else',
      { name: 'a', sql: 'SELECT 1', expect: 'rows' as 'true' },
      'expectation.custom[0].expect',
    ],
  ] as const)('is refused %s', async (_name, one, field) => {
    const checking = checkDatabase(() => server.connect(database), { custom: [one] }, { clock: systemClock });
    await expect(checking).rejects.toMatchObject({ code: 'invalid-input', field });
  });

  it('is refused where two have one name', async () => {
    const one = { name: 'a', sql: 'SELECT true', expect: 'true' } as const;
    const checking = checkDatabase(() => server.connect(database), { custom: [one, one] }, { clock: systemClock });
    await expect(checking).rejects.toMatchObject({ field: 'expectation.custom[1].name' });
  });
});
