import type { CheckResult } from '../core/check-result.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { attempt } from './attempt.js';
import { type Finding, inconclusive, resultOfFindings } from './findings.js';
import { knownUnsound } from './known-unsound.js';
import type { DatabaseStructure } from './structure.js';
import { tableName } from './table-name.js';
import { isUserTable } from './user-tables.js';

interface Named extends Readonly<Record<string, unknown>> {
  readonly schema: string;
  readonly name: string;
  readonly sound: boolean;
}

const readIndexes = (): string => `
SELECT index_space.nspname AS schema, index_class.relname AS name, indisvalid AND indisready AND indislive AS sound
FROM pg_catalog.pg_index
JOIN pg_catalog.pg_class AS index_class ON index_class.oid = indexrelid
JOIN pg_catalog.pg_namespace AS index_space ON index_space.oid = index_class.relnamespace
JOIN pg_catalog.pg_class AS class ON class.oid = indrelid
JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
WHERE ${isUserTable}
ORDER BY 1, 2`;

const readPrimaryKeys = (): string => `
SELECT space.nspname AS schema, class.relname AS name,
       EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = class.oid AND contype = 'p') AS sound
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
WHERE ${isUserTable}
ORDER BY 1, 2`;

/**
 * Every index answers queries: an invalid one, left by a build that failed, is written to and never read. One that the `expected`
 * structure has as invalid too is excused.
 */
export async function checkIndexes(
  session: SqlSession,
  tables: number,
  call: PortCall,
  expected?: DatabaseStructure,
): Promise<CheckResult> {
  const reason = 'it is not valid';
  const known = knownUnsound(expected);
  return checkNamed(
    session,
    { check: 'indexes', things: 'indexes', query: readIndexes(), reason, known },
    tables,
    call,
  );
}

/** Every table has a primary key: `pg_restore --table` loses it without a word (facts H12). */
export async function checkPrimaryKeys(session: SqlSession, tables: number, call: PortCall): Promise<CheckResult> {
  const reason = 'it has no primary key';
  const known = new Set<string>();
  return checkNamed(
    session,
    { check: 'primary-keys', things: 'tables', query: readPrimaryKeys(), reason, known },
    tables,
    call,
  );
}

async function checkNamed(
  session: SqlSession,
  of: {
    readonly check: string;
    readonly things: string;
    readonly query: string;
    readonly reason: string;
    readonly known: ReadonlySet<string>;
  },
  tables: number,
  call: PortCall,
): Promise<CheckResult> {
  const rows = await attempt(session, call, () => session.query<Named>(of.query, [], call));
  if (!rows.known) return inconclusive(of.check, rows);
  const findings = rows.value.map(({ schema, name, sound }): Finding => {
    const subject = tableName(schema, name);
    if (sound) return { subject, verdict: 'passed' };
    if (of.known.has(`index ${subject}`)) return { subject, verdict: 'passed', reason: `${of.reason}, as is expected` };
    return { subject, verdict: 'failed', reason: of.reason };
  });
  return resultOfFindings(of.check, of.things, findings, tables);
}
