import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CheckDatabaseOptions, checkDatabase } from '../../src/checks/check-database.js';
import type { FunctionCheck } from '../../src/checks/check-function.js';
import type { DatabaseExpectation } from '../../src/checks/expectation.js';
import type { CheckReport } from '../../src/core/check-result.js';
import { systemClock } from '../../src/core/clock.js';
import type { Row, SqlSession } from '../../src/ports/postgres.js';
import { connectPostgres } from '../../src/postgres/connect-postgres.js';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.js';
import { zephyrDatabase } from './zephyr-database.sql.js';

let server: TemporaryPostgres;
let zephyr: string;

beforeAll(async () => {
  server = await startTemporaryPostgres();
  zephyr = await server.createDatabase();
  await server.sql(zephyr, zephyrDatabase);
});
afterAll(() => server?.stop());

const counted: DatabaseExpectation = { atLeastRows: { 'public.votes': 1 } };
const check = (
  connect: () => Promise<SqlSession>,
  expectation: DatabaseExpectation = counted,
  options: Partial<CheckDatabaseOptions> = {},
): Promise<CheckReport> => checkDatabase(connect, expectation, { clock: systemClock, ...options });
const here = (): Promise<SqlSession> => server.connect(zephyr);

/** The same server, saying that it is of another version. */
const asVersion = (serverVersion: number) => async (): Promise<SqlSession> => {
  const session = await here();
  return {
    serverVersion,
    // The setting of another version is not there to be set.
    query: <R extends Row>(text: string, ...rest: [(readonly unknown[])?]) =>
      text.includes('transaction_timeout') ? Promise.resolve([]) : session.query<R>(text, ...rest),
    close: () => session.close(),
  };
};

describe('a candidate', () => {
  it.each<[string, object, string]>([
    ['that nobody answers for', { port: 9 }, 'database-unreachable'],
    ['whose database is not there', { database: 'nothing' }, 'database-missing'],
    ['that speaks no TLS', { tls: { mode: 'verify-full' } }, 'tls-failed'],
  ])('%s is a coded error, never a verdict', async (_name, wrong, code) => {
    const target = {
      host: '127.0.0.1',
      port: server.port,
      database: zephyr,
      credentials: { user: 'postgres', password: 'not-to-be-told' },
      tls: { mode: 'off' as const },
      applicationName: 'zephyr-backup',
      ...wrong,
    };
    const failure: unknown = await check(() => connectPostgres().sql.connect(target)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect(inspect(failure, { depth: 9 })).not.toContain('not-to-be-told');
  });

  it('that refuses the password is a coded error', async () => {
    await server.sql('postgres', "CREATE ROLE nobody NOLOGIN PASSWORD 'x'");
    await expect(check(() => server.connect(zephyr, { user: 'nobody' }))).rejects.toMatchObject({
      code: 'authentication-failed',
    });
  });

  it('without the tables that are expected fails or is inconclusive, one by one', async () => {
    const report = await check(here, {
      atLeastRows: { 'public.nothing': 1 },
      atMostRows: { 'public.nobody': 1 },
      boundaries: [
        { table: 'public.nothing', column: 'a', notAfter: '2025-11-09T14:25:00Z', notBefore: '2025-11-09T14:20:00Z' },
      ],
      custom: [{ name: 'none', sql: 'SELECT 1 FROM public.nothing', expect: 'no-rows' }],
    });
    expect(report.verdict).toBe('failed');
    expect(report.checks.map(({ verdict }) => verdict)).toEqual(['failed', 'failed', 'inconclusive', 'inconclusive']);
  });

  it('of another major version has its contents compared, and what of its structure cannot be is said', async () => {
    const session = await here();
    const { fingerprint, structure } = await (async () => {
      const { fingerprintDatabase } = await import('../../src/checks/fingerprint-database.js');
      const { describeStructure } = await import('../../src/checks/describe-structure.js');
      await session.query('BEGIN');
      return { fingerprint: await fingerprintDatabase([session]), structure: await describeStructure(session) };
    })();
    await session.close();
    const report = await check(asVersion(160_004), { fingerprint, structure });
    expect(report.checks).toMatchObject([
      { check: 'fingerprint', verdict: 'passed', evidence: { serverVersion: 160_004 } },
      { check: 'structure', verdict: 'passed' },
    ]);
    const older = { ...fingerprint, algorithm: 'record-hash-64/1' };
    expect((await check(asVersion(160_004), { fingerprint: older })).checks).toMatchObject([
      { verdict: 'inconclusive', summary: expect.stringContaining('record-hash-64/1 is not known to this release') },
    ]);
    expect(report.checks[1]).toMatchObject({
      summary: expect.stringContaining('PostgreSQL 15 and 16 print them differently'),
      evidence: { definitionsCompared: false },
    });
    const copy = await server.createDatabase(zephyr);
    const there = { connectTo: async () => () => server.connect(copy) };
    const alike = await check(asVersion(160_004), { sameAs: {} }, there);
    expect(alike.checks).toMatchObject([{ verdict: 'passed', evidence: { algorithm: 'column-hash-64/1' } }]);
  });
});

describe('a check of one’s own', () => {
  const votes: FunctionCheck = {
    name: 'votes',
    run: async (session) => {
      const [row] = await session.query<{ rows: number }>('SELECT count(*)::int AS rows FROM public.votes');
      const rows = row?.rows ?? 0;
      return {
        verdict: rows === 500 ? 'passed' : 'failed',
        summary: `${rows} votes`,
        evidence: { rows, at: new Date(0) },
      };
    },
  };
  const own = (...checks: readonly FunctionCheck[]): Promise<CheckReport> => check(here, {}, { checks });

  it('passes and fails with its evidence', async () => {
    const report = await own(votes);
    expect(report).toMatchObject({
      verdict: 'passed',
      checks: [
        {
          check: 'custom',
          summary: 'votes: 500 votes',
          evidence: { name: 'votes', rows: 500, at: '1970-01-01T00:00:00.000Z' },
        },
      ],
    });
  });

  const saying = (name: string, run: () => unknown): FunctionCheck => ({ name, run: async () => run() as never });
  const circle: Record<string, unknown> = {};
  circle.self = circle;

  it.each<[FunctionCheck, RegExp]>([
    [saying('throws', () => Promise.reject(new RangeError('out of range'))), /it threw: out of range/],
    [saying('says nothing', () => undefined), /verdict/],
    [saying('says something else', () => ({ verdict: 'ok', summary: 'fine' })), /did not return a verdict/],
    [saying('has no words', () => ({ verdict: 'passed' })), /did not return a verdict/],
    [saying('has evidence that is none', () => ({ verdict: 'passed', summary: 'x', evidence: circle })), /it threw/],
    [{ name: 'asks for what is not there', run: (session) => session.query('SELECT nonsense') as never }, /nonsense/],
    [{ name: 'writes', run: (session) => session.query('DELETE FROM public.votes') as never }, /read-only/],
  ])('that goes wrong is inconclusive, and the others go on: $name', async (wrong, says) => {
    const report = await own(wrong, votes);
    expect(report.verdict).toBe('inconclusive');
    expect(report.checks).toMatchObject([
      {
        check: 'custom',
        evidence: { name: wrong.name },
        verdict: 'inconclusive',
        summary: expect.stringMatching(says),
      },
      { check: 'custom', verdict: 'passed' },
    ]);
  });

  it('is refused without a name of its own', async () => {
    for (const checks of [[votes, votes], [{ ...votes, name: '' }], [{ name: 'a' }]]) {
      await expect(check(here, {}, { checks: checks as never })).rejects.toMatchObject({ code: 'invalid-input' });
    }
  });
});
