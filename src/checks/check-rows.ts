import type { CheckResult } from '../core/check-result.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { attempt } from './attempt.js';
import { inconclusive } from './findings.js';
import { onlyRow } from './only-row.js';
import type { UserTable } from './user-tables.js';

/** Counts a table's rows; a table that is not there has lost them all. */
export async function checkRows(
  session: SqlSession,
  table: UserTable | undefined,
  expected: { readonly table: string; readonly atLeast: number; readonly atMost?: number | undefined },
  call: PortCall,
): Promise<CheckResult> {
  const check = 'rows';
  if (table === undefined) {
    return { check, verdict: 'failed', summary: `there is no table ${expected.table}`, evidence: expected };
  }
  const counted = await attempt(session, call, async () => {
    const found = await session.query<{ rows: string }>(
      `SELECT pg_catalog.count(*)::text AS rows FROM ${table.from}`,
      [],
      call,
    );
    return Number(onlyRow(found, `the count of ${table.name}`).rows);
  });
  if (!counted.known) return inconclusive(check, counted, expected, expected.table);
  const rows = counted.value;
  const { atMost = Number.POSITIVE_INFINITY } = expected;
  const atLeast = `at least ${expected.atLeast}${expected.atMost === undefined ? '' : ` and at most ${expected.atMost}`}`;
  return {
    check,
    verdict: rows >= expected.atLeast && rows <= atMost ? 'passed' : 'failed',
    summary: `${expected.table} has ${rows} rows; ${atLeast} expected`,
    evidence: { ...expected, rows },
  };
}
