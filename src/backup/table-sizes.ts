import { quoteIdentifier } from '../checks/quote-sql.js';
import { tableName } from '../checks/table-name.js';
import { isUserTable } from '../checks/user-tables.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';

/** A table that holds rows of its own, and how large it is. */
export interface TableSize {
  readonly schema: string;
  /** `schema.table`. */
  readonly name: string;
  /** On disk, with what is stored out of line; without indexes. */
  readonly bytes: number;
}

interface NameRow extends Readonly<Record<string, unknown>> {
  readonly schema: string;
  readonly name: string;
}

interface SizeRow extends NameRow {
  readonly bytes: string;
}

/**
 * Locks the tables of a dump as pg_dump does, until the transaction ends, and measures them. Several pg_dumps that start one
 * after the other need it: a table truncated or rewritten between two of them would look empty in the snapshot of all.
 *
 * Errors: `statement-timeout` where a lock is not had in time, `permission-denied`, `query-failed`.
 */
export async function lockAndMeasureTables(
  session: SqlSession,
  scope: {
    readonly schemas?: readonly string[] | undefined;
    readonly tables?: readonly string[] | undefined;
    readonly lockTimeoutMilliseconds: number;
  },
  call: PortCall,
): Promise<readonly TableSize[]> {
  const from = `FROM pg_catalog.pg_class AS class JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
    WHERE class.relkind = 'r' AND ${isUserTable}`;
  const inScope = ({ schema, name }: NameRow): boolean =>
    (scope.schemas?.includes(schema) ?? true) && (scope.tables?.includes(tableName(schema, name)) ?? true);
  const found = await session.query<NameRow>(`SELECT nspname AS schema, relname AS name ${from}`, [], call);
  const wanted = found.filter(inScope);
  if (wanted.length === 0) return [];
  const lockable = wanted.map(({ schema, name }) => `ONLY ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`);
  await session.query(`SET LOCAL lock_timeout = ${scope.lockTimeoutMilliseconds}`, [], call);
  await session.query(`LOCK TABLE ${lockable.join(', ')} IN ACCESS SHARE MODE`, [], call);
  const measured = await session.query<SizeRow>(
    `SELECT nspname AS schema, relname AS name, pg_catalog.pg_table_size(class.oid)::text AS bytes ${from}
       AND class.oid IN (SELECT relation FROM pg_catalog.pg_locks WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation')
     ORDER BY 1, 2`,
    [],
    call,
  );
  return measured
    .filter(inScope)
    .map(({ schema, name, bytes }) => ({ schema, name: tableName(schema, name), bytes: Number(bytes) }));
}
