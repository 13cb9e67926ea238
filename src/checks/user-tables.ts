import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { quoteIdentifier } from './quote-sql.js';
import { tableName } from './table-name.js';

/** A column of a table as the catalog shows it. */
interface UserColumn {
  readonly name: string;
  /** The built-in type it comes down to, through domains, such as `timestamptz`, or `_text` for an array. Absent: none. */
  readonly baseType?: string | undefined;
}

/** A table that is neither the system's, nor an extension's, nor temporary. */
export interface UserTable {
  /** See {@link tableName}. */
  readonly name: string;
  readonly schema: string;
  /** Of what holds rows: `ONLY` for an ordinary table, whose children are tables of their own. */
  readonly from: string;
  readonly kind: 'ordinary' | 'partitioned';
  readonly partitionOf?: string | undefined;
  /** About its size on disk, as the catalog has it: asking the table itself would wait for whoever has locked it. */
  readonly bytes: number;
  /** The column that is the primary key, where one column is. */
  readonly key?: string | undefined;
  /** Living columns in their order. */
  readonly columns: readonly UserColumn[];
}

/** True where `class` of the catalog is a user's: for ordinary, partitioned and unlogged tables of every schema. */
export const isUserTable: string = `class.relkind IN ('r', 'p') AND class.relpersistence <> 't'
  AND space.nspname !~ '^pg_' AND space.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS member
                  WHERE member.classid = 'pg_catalog.pg_class'::regclass AND member.objid = class.oid AND member.deptype = 'e')`;

const readTables = (): string => `
SELECT space.nspname AS schema, class.relname AS name, class.relkind = 'p' AS partitioned,
       (greatest(class.relpages, 1)::bigint * pg_catalog.current_setting('block_size')::bigint)::text AS bytes,
       (SELECT att.attname FROM pg_catalog.pg_index AS ix
        JOIN pg_catalog.pg_attribute AS att ON att.attrelid = ix.indrelid AND att.attnum = ix.indkey[0]
        WHERE ix.indrelid = class.oid AND ix.indisprimary AND ix.indisvalid AND ix.indnatts = 1) AS key,
       whole_space.nspname AS whole_schema, whole.relname AS whole_name,
       (SELECT pg_catalog.json_agg(pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
                 'name', attname, 'baseType', CASE WHEN base.typnamespace = 'pg_catalog'::regnamespace THEN base.typname END
               )) ORDER BY attnum)::text
        FROM pg_catalog.pg_attribute
        CROSS JOIN LATERAL (
          WITH RECURSIVE chain AS (
            SELECT typ.* FROM pg_catalog.pg_type AS typ WHERE typ.oid = atttypid
            UNION ALL
            SELECT typ.* FROM chain JOIN pg_catalog.pg_type AS typ ON typ.oid = chain.typbasetype)
          SELECT typname, typnamespace FROM chain WHERE typtype <> 'd') AS base
        WHERE attrelid = class.oid AND attnum > 0 AND NOT attisdropped) AS columns
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
LEFT JOIN pg_catalog.pg_inherits AS part ON class.relispartition AND part.inhrelid = class.oid
LEFT JOIN pg_catalog.pg_class AS whole ON whole.oid = part.inhparent
LEFT JOIN pg_catalog.pg_namespace AS whole_space ON whole_space.oid = whole.relnamespace
WHERE ${isUserTable}`;

interface TableRow extends Readonly<Record<string, unknown>> {
  readonly schema: string;
  readonly name: string;
  readonly partitioned: boolean;
  readonly bytes: string;
  readonly key: string | null;
  readonly whole_schema: string | null;
  readonly whole_name: string | null;
  readonly columns: string | null;
}

/** Every table of the users of a database, sorted by name. */
export async function readUserTables(session: SqlSession, call: PortCall = {}): Promise<readonly UserTable[]> {
  const rows = await session.query<TableRow>(readTables(), [], call);
  return rows.map(userTable).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function userTable(row: TableRow): UserTable {
  const { schema, name, key, whole_schema, whole_name } = row;
  const qualified = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  return {
    name: tableName(schema, name),
    schema,
    from: row.partitioned ? qualified : `ONLY ${qualified}`,
    kind: row.partitioned ? 'partitioned' : 'ordinary',
    ...(whole_schema === null || whole_name === null ? {} : { partitionOf: tableName(whole_schema, whole_name) }),
    bytes: Number(row.bytes),
    ...(key === null ? {} : { key }),
    columns: JSON.parse(row.columns ?? '[]') as readonly UserColumn[],
  };
}
