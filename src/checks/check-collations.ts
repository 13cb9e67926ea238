import type { CheckResult } from '../core/check-result.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { attempt } from './attempt.js';
import { type Finding, inconclusive, resultOfFindings } from './findings.js';
import { isUserTable } from './user-tables.js';

/**
 * The collations that indexes of users sort by, with the version they were built under and the one that is there. The
 * database's own, `default`, has its version in `pg_database` since PostgreSQL 15; before that it is not recorded.
 */
const readCollations = (ofDatabase: string): string => `
SELECT DISTINCT coll.collname AS name,
       CASE WHEN coll.collname = 'default' THEN pg_catalog.to_jsonb(base) ->> 'datcollversion' ELSE coll.collversion END AS built_under,
       CASE WHEN coll.collname = 'default' THEN ${ofDatabase} ELSE pg_catalog.pg_collation_actual_version(coll.oid) END AS there_is
FROM pg_catalog.pg_index
CROSS JOIN LATERAL pg_catalog.unnest(indcollation) AS used
JOIN pg_catalog.pg_collation AS coll ON coll.oid = used
JOIN pg_catalog.pg_class AS class ON class.oid = indrelid
JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
JOIN pg_catalog.pg_database AS base ON base.datname = pg_catalog.current_database()
WHERE ${isUserTable}
ORDER BY 1, 2`;

interface CollationUse extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly built_under: string | null;
  readonly there_is: string | null;
}

/**
 * No index of texts was built under another version of its sort order: after a restore on a server with another operating
 * system it would miss rows and let duplicates in until it is rebuilt.
 */
export async function checkCollations(session: SqlSession, tables: number, call: PortCall): Promise<CheckResult> {
  const actual =
    session.serverVersion >= 150_000 ? 'pg_catalog.pg_database_collation_actual_version(base.oid)' : 'NULL';
  const query = readCollations(actual);
  const rows = await attempt(session, call, () => session.query<CollationUse>(query, [], call));
  if (!rows.known) return inconclusive('collations', rows);
  const findings = rows.value.map(({ name, built_under, there_is }): Finding => {
    if (built_under === null || built_under === there_is) return { subject: name, verdict: 'passed' };
    const reason = `indexes were built under version ${built_under}, there is ${there_is ?? 'none'}: reindex, then refresh its version`;
    return { subject: name, verdict: 'failed', reason };
  });
  return resultOfFindings('collations', 'collations of indexes', findings, tables);
}
