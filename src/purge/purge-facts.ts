import { onlyRow } from '../checks/only-row.js';
import { quoteIdentifier } from '../checks/quote-sql.js';
import { tableName } from '../checks/table-name.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';

/** A relation of the table's tree that holds rows itself. */
export interface PurgedLeaf {
  /** `schema.table`. */
  readonly name: string;
  /** Quoted, for statements. */
  readonly sql: string;
  readonly blocks: number;
}

/** A partition right below the table. */
export interface PurgedPartition {
  readonly name: string;
  readonly sql: string;
  /** All it can hold lies before the cutoff, and the role may drop it. */
  readonly whole: boolean;
}

/** What the catalog says of the table. */
export interface PurgeFacts {
  /** Name of the column's type; `undefined` if there is no such column. */
  readonly columnType: string | undefined;
  readonly mayDelete: boolean;
  /** Row-level security hides rows from the role. */
  readonly filtered: boolean;
  /** Tables whose rows would be deleted or changed along with the table's. */
  readonly drawnAlong: readonly string[];
  readonly leaves: readonly PurgedLeaf[];
  readonly partitions: readonly PurgedPartition[];
}

interface TableRow extends Readonly<Record<string, unknown>> {
  readonly oid: string;
  readonly column_type: string | null;
  readonly may_delete: boolean;
  readonly filtered: boolean;
  readonly drawn_along: readonly string[] | null;
}

interface NamedRow extends Readonly<Record<string, unknown>> {
  readonly schema: string;
  readonly name: string;
}

/** Reads them; `undefined` if there is no such table. Everything in one transaction's view of the catalog is not needed: it is read again. */
export async function readPurgeFacts(
  session: SqlSession,
  place: { readonly schema: string; readonly name: string; readonly column: string; readonly cutoff: string },
  call: PortCall,
): Promise<PurgeFacts | undefined> {
  const found = await session.query<TableRow>(
    `SELECT class.oid::text, type.typname AS column_type,
            pg_catalog.has_table_privilege(class.oid, 'SELECT') AND pg_catalog.has_table_privilege(class.oid, 'DELETE') AS may_delete,
            pg_catalog.row_security_active(class.oid) AS filtered,
            (SELECT pg_catalog.array_agg(DISTINCT conrelid::regclass::text) FROM pg_catalog.pg_constraint
              WHERE contype = 'f' AND confrelid = class.oid AND confdeltype IN ('c', 'n', 'd')) AS drawn_along
       FROM pg_catalog.pg_class AS class JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
       LEFT JOIN pg_catalog.pg_attribute AS att ON att.attrelid = class.oid AND att.attname = $3 AND att.attnum > 0 AND NOT att.attisdropped
       LEFT JOIN pg_catalog.pg_type AS type ON type.oid = att.atttypid
      WHERE space.nspname = $1 AND class.relname = $2 AND class.relkind IN ('r', 'p')`,
    [place.schema, place.name, place.column],
    call,
  );
  if (found.length === 0) return undefined;
  const { oid, column_type, may_delete, filtered, drawn_along } = onlyRow(found, 'the table');
  return {
    columnType: column_type ?? undefined,
    mayDelete: may_delete,
    filtered,
    drawnAlong: drawn_along ?? [],
    leaves: await readLeaves(session, oid, call),
    partitions: column_type === null ? [] : await readPartitions(session, oid, place, call),
  };
}

/** What holds rows: the table itself, or all that is below it. */
async function readLeaves(session: SqlSession, oid: string, call: PortCall): Promise<readonly PurgedLeaf[]> {
  const rows = await session.query<NamedRow & { readonly blocks: string }>(
    `WITH RECURSIVE tree AS (
       SELECT $1::oid AS oid UNION SELECT inhrelid FROM pg_catalog.pg_inherits JOIN tree ON inhparent = tree.oid)
     SELECT space.nspname AS schema, class.relname AS name,
            (pg_catalog.pg_relation_size(class.oid) / pg_catalog.current_setting('block_size')::bigint)::text AS blocks
       FROM tree JOIN pg_catalog.pg_class AS class ON class.oid = tree.oid
       JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
      WHERE class.relkind = 'r' ORDER BY 1, 2`,
    [oid],
    call,
  );
  return rows.map((row) => ({ ...named(row), blocks: Number(row.blocks) }));
}

/** What a partition's bounds end with; `MAXVALUE` has no quotes. */
const upperBound = "TO \\('([^']*)'\\)$";

/** Partitions by range of this very column. Their upper bound is not in them, so one that ends at the cutoff holds nothing after it. */
async function readPartitions(
  session: SqlSession,
  oid: string,
  { column, cutoff }: { readonly column: string; readonly cutoff: string },
  call: PortCall,
): Promise<readonly PurgedPartition[]> {
  const rows = await session.query<NamedRow & { readonly whole: boolean }>(
    `SELECT space.nspname AS schema, class.relname AS name,
            pg_catalog.pg_has_role(class.relowner, 'USAGE') AND coalesce(
              CASE WHEN upper.bound IS NULL THEN false
                   WHEN att.atttypid = 'timestamptz'::regtype THEN upper.bound::timestamptz <= $3::timestamptz
                   ELSE upper.bound::timestamp <= $3::timestamptz AT TIME ZONE 'UTC' END, false) AS whole
       FROM pg_catalog.pg_partitioned_table AS parted
       JOIN pg_catalog.pg_attribute AS att ON att.attrelid = parted.partrelid AND att.attnum = parted.partattrs[0]
       JOIN pg_catalog.pg_inherits AS part ON part.inhparent = parted.partrelid
       JOIN pg_catalog.pg_class AS class ON class.oid = part.inhrelid
       JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
       CROSS JOIN LATERAL (
         SELECT (pg_catalog.regexp_match(pg_catalog.pg_get_expr(class.relpartbound, class.oid), $4))[1] AS bound
       ) AS upper
      WHERE parted.partrelid = $1::oid AND parted.partstrat = 'r' AND parted.partnatts = 1 AND att.attname = $2
      ORDER BY 1, 2`,
    [oid, column, cutoff, upperBound],
    call,
  );
  return rows.map((row) => ({ ...named(row), whole: row.whole }));
}

function named({ schema, name }: NamedRow): { readonly name: string; readonly sql: string } {
  return { name: tableName(schema, name), sql: `${quoteIdentifier(schema)}.${quoteIdentifier(name)}` };
}
