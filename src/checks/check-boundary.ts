import type { CheckResult, Verdict } from '../core/check-result.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { attempt } from './attempt.js';
import type { BoundaryExpectation } from './expectation.js';
import { inconclusive } from './findings.js';
import { onlyRow } from './only-row.js';
import { quoteIdentifier } from './quote-sql.js';
import type { UserTable } from './user-tables.js';

interface NewestRow extends Readonly<Record<string, unknown>> {
  readonly newest: string | null;
  readonly late: boolean | null;
  readonly stale: boolean | null;
  readonly gap: string | null;
}

/**
 * Finds a table's newest row and where it lies. Its distance to `notAfter` is the data loss that this table can show, in
 * evidence as `gapMilliseconds`.
 */
export async function checkBoundary(
  session: SqlSession,
  table: UserTable | undefined,
  boundary: BoundaryExpectation,
  call: PortCall,
): Promise<CheckResult> {
  const check = 'boundary';
  const result = (verdict: Verdict, summary: string, found: Readonly<Record<string, unknown>> = {}): CheckResult => ({
    check,
    verdict,
    summary: `${boundary.table}: ${summary}`,
    evidence: { ...boundary, ...found },
  });
  if (table === undefined) return result('inconclusive', 'there is no such table');
  const baseType = table.columns.find(({ name }) => name === boundary.column)?.baseType;
  if (baseType === undefined || !['timestamptz', 'timestamp', 'date'].includes(baseType)) {
    return result('inconclusive', `there is no column ${boundary.column} that holds instants`);
  }
  const looked = await attempt(session, call, () => newestRow(session, table, boundary, call));
  if (!looked.known) return inconclusive(check, looked, { ...boundary }, boundary.table);
  const { newest, late, stale, gap, after } = looked.value;
  if (newest === null) return result('failed', `there is no row with a ${boundary.column}`);
  const found = { newest, ...(gap === null ? {} : { gapMilliseconds: Number(gap) }) };
  if (late !== false) {
    return result('failed', `${after} rows after ${boundary.notAfter}, the newest at ${newest}`, {
      ...found,
      rowsAfter: after,
    });
  }
  if (stale !== false) return result('failed', `the newest row is of ${newest}, before ${boundary.notBefore}`, found);
  return result('passed', `the newest row is of ${newest}`, found);
}

async function newestRow(
  session: SqlSession,
  table: UserTable,
  { column, notAfter, notBefore }: BoundaryExpectation,
  call: PortCall,
): Promise<NewestRow & { readonly after: number }> {
  const value = `t.${quoteIdentifier(column)}`;
  const rows = await session.query<NewestRow>(
    `SELECT newest::text AS newest, newest > $1::timestamptz AS late, newest < $2::timestamptz AS stale,
            CASE WHEN pg_catalog.isfinite(newest)
                 THEN pg_catalog.round(1000 * pg_catalog.date_part('epoch', $1::timestamptz - newest))::text END AS gap
     FROM (SELECT pg_catalog.max(${value})::timestamptz AS newest FROM ${table.from} AS t) AS found`,
    [notAfter, notBefore],
    call,
  );
  const found = onlyRow(rows, `the newest row of ${table.name}`);
  const newest = isoInstant(found.newest);
  if (found.late !== true) return { ...found, newest, after: 0 };
  const counted = await session.query<{ after: string }>(
    `SELECT pg_catalog.count(*)::text AS after FROM ${table.from} AS t WHERE ${value} > $1::timestamptz`,
    [notAfter],
    call,
  );
  return { ...found, newest, after: Number(onlyRow(counted, `the late rows of ${table.name}`).after) };
}

/** `2025-11-09 14:25:00+00`, as the pinned settings print it, with its microseconds kept. */
function isoInstant(printed: string | null): string | null {
  return printed?.replace(/^(\d{4}-\d\d-\d\d) (\S+)\+00$/, '$1T$2Z') ?? null;
}
