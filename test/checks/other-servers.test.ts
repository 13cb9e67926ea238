import { describe, expect, it } from 'vitest';
import { attempt } from '../../src/checks/attempt.js';
import { checkDatabase } from '../../src/checks/check-database.js';
import type { DatabaseExpectation } from '../../src/checks/expectation.js';
import { fingerprintDatabase } from '../../src/checks/fingerprint-database.js';
import type { CheckReport } from '../../src/core/check-result.js';
import { systemClock } from '../../src/core/clock.js';
import type { Row, SqlSession } from '../../src/ports/postgres.js';

/** A server as a script of answers: for what no server of the tests' own version does. */
function scripted(
  serverVersion: number,
  answers: readonly (readonly [part: string, rows: readonly Row[] | Error])[],
): SqlSession {
  return {
    serverVersion,
    query: async <R extends Row>(text: string) => {
      const answer = answers.find(([part]) => text.includes(part))?.[1] ?? [];
      if (answer instanceof Error) throw answer;
      return answer as readonly R[];
    },
    close: async () => undefined,
  };
}

const snapshot = [
  'pg_export_snapshot',
  [{ snapshot: '1', taken_at: '2025-11-09T14:25:00.000Z', transactions: '1:1:' }],
] as const;
const table = [
  'AS whole_schema',
  [
    {
      schema: 'public',
      name: 'a',
      partitioned: false,
      bytes: '8192',
      key: null,
      whole_schema: null,
      whole_name: null,
      columns: null,
    },
  ],
] as const;
const encoding = ['server_encoding', [{ encoding: 'UTF8', bytes: 4 }]] as const;
const check = (session: SqlSession, expectation: DatabaseExpectation): Promise<CheckReport> =>
  checkDatabase(async () => session, expectation, { clock: systemClock });

describe('a server of another version', () => {
  it('takes the same formula, and before 11 none', async () => {
    const old = scripted(110_022, [encoding, table, ['hash_0', [{ rows: '2', hash_0: '5' }]]]);
    expect(await fingerprintDatabase([old])).toEqual({
      algorithm: 'column-hash-64/1',
      serverVersion: 110_022,
      tables: [{ table: 'public.a', rows: 2, hash: '0000000000000005' }],
    });
    await expect(fingerprintDatabase([scripted(100_023, [encoding, table])])).rejects.toMatchObject({
      code: 'version-mismatch',
    });
  });

  it('that cannot compute the expected formula makes the check inconclusive', async () => {
    const fingerprint = {
      algorithm: 'column-hash-64/1',
      serverVersion: 110_001,
      tables: [{ table: 'public.a', rows: 1, hash: '1' }],
    };
    const report = await check(scripted(100_023, [snapshot, encoding, table]), { fingerprint });
    expect(report.checks).toMatchObject([
      { check: 'fingerprint', verdict: 'inconclusive', evidence: { reason: { code: 'version-mismatch' } } },
    ]);
  });

  it('with foreign keys over periods makes them inconclusive', async () => {
    const key = {
      name: 'k',
      schema: 'public',
      table_name: 'a',
      partitioned: false,
      to_schema: 'public',
      to_table: 'b',
      to_partitioned: false,
      validated: true,
      full_match: false,
      temporal: true,
      switched_off: false,
      keys: '[]',
    };
    const report = await check(scripted(180_001, [snapshot, table, ["con.contype = 'f'", [key]]]), {
      consistency: ['foreign-keys'],
    });
    expect(report.checks).toMatchObject([
      { verdict: 'inconclusive', summary: expect.stringMatching(/keys over periods are not checked/) },
    ]);
  });
});

describe('an error that is not the database’s', () => {
  it('is no verdict: it is thrown', async () => {
    const bug = new TypeError('bug');
    await expect(
      check(scripted(150_001, [snapshot, table, ['count(*)', bug]]), { atLeastRows: { 'public.a': 1 } }),
    ).rejects.toBe(bug);
    await expect(attempt(scripted(150_001, []), {}, () => Promise.reject(bug))).rejects.toBe(bug);
  });

  it('of a server that gives no rows is never taken for zero', async () => {
    const report = await check(scripted(150_001, [snapshot, table]), { atLeastRows: { 'public.a': 0 } });
    expect(report.checks).toMatchObject([{ verdict: 'inconclusive', evidence: { reason: { code: 'query-failed' } } }]);
  });
});
