import type { CheckResult, Verdict } from '../core/check-result.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { attempt } from './attempt.js';
import type { CustomExpectation } from './expectation.js';
import { inconclusive } from './findings.js';

/** Rows that evidence shows, and the characters that it shows of each. */
const shownRows = 10;
const shownCharacters = 500;

/** Runs a caller's own statement and holds what it gives against what is expected of it. */
export async function checkCustom(
  session: SqlSession,
  { name, sql, expect }: CustomExpectation,
  call: PortCall,
): Promise<CheckResult> {
  const check = 'custom';
  const looked = await attempt(session, call, () => firstRows(session, sql, call));
  if (!looked.known) return inconclusive(check, looked, { name, expect });
  const rows = looked.value;
  const result = (verdict: Verdict, summary: string): CheckResult => ({
    check,
    verdict,
    summary: `${name}: ${summary}`,
    evidence: { name, expect, ...(rows.length === 0 ? {} : { rows: rows.slice(0, shownRows).map(shown) }) },
  });
  if (expect === 'no-rows') {
    if (rows.length === 0) return result('passed', 'there are no rows');
    const count = rows.length > shownRows ? `more than ${shownRows}` : rows.length;
    return result('failed', `there are ${count} rows where there should be none`);
  }
  const values =
    rows.length === 1 ? Object.values(JSON.parse(rows[0] ?? '{}') as Readonly<Record<string, unknown>>) : [];
  if (values.length !== 1 || typeof values[0] !== 'boolean') {
    return result('inconclusive', 'the statement does not give one row with one boolean');
  }
  return values[0] ? result('passed', 'it is true') : result('failed', 'it is false');
}

/**
 * As JSON. The parameter makes the driver send it by the extended protocol, in which a text can hold no second statement:
 * one that ended our read-only transaction could do anything.
 */
async function firstRows(session: SqlSession, sql: string, call: PortCall): Promise<readonly string[]> {
  const statement = sql.trim().replace(/;$/, '');
  const rows = await session.query<{ found: string }>(
    `SELECT pg_catalog.to_json(found)::text AS found FROM (\n${statement}\n) AS found LIMIT $1::int`,
    [shownRows + 1],
    call,
  );
  return rows.map(({ found }) => found);
}

function shown(row: string): string {
  return row.length > shownCharacters ? `${row.slice(0, shownCharacters)}...` : row;
}
