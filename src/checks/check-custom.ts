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
  if (!looked.known) return inconclusive(check, looked, { name, expect }, name);
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
  const [row] = rows;
  const [value] = row === undefined ? [] : Object.values(JSON.parse(row.found) as Readonly<Record<string, unknown>>);
  if (rows.length !== 1 || row?.columns !== 1 || typeof value !== 'boolean') {
    return result('inconclusive', 'the statement does not give one row with one boolean');
  }
  return value ? result('passed', 'it is true') : result('failed', 'it is false');
}

interface FoundRow extends Readonly<Record<string, unknown>> {
  /** The row as JSON. Columns of one name are one there once it is parsed: hence their number. */
  readonly found: string;
  readonly columns: number;
}

/**
 * The parameter makes the driver send the statement by the extended protocol, in which a text can hold no second one: one that
 * ended our read-only transaction could do anything.
 */
async function firstRows(session: SqlSession, sql: string, call: PortCall): Promise<readonly FoundRow[]> {
  const statement = sql.trim().replace(/;$/, '');
  return session.query<FoundRow>(
    `SELECT json::text AS found, (SELECT pg_catalog.count(*)::int FROM pg_catalog.json_each(json)) AS columns
     FROM (SELECT pg_catalog.to_json(found) AS json FROM (\n${statement}\n) AS found LIMIT $1::int) AS rows`,
    [shownRows + 1],
    call,
  );
}

function shown({ found }: FoundRow): string {
  return found.length > shownCharacters ? `${found.slice(0, shownCharacters)}...` : found;
}
