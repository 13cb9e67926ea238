import { onlyRow } from '../checks/only-row.js';
import { tableName } from '../checks/table-name.js';
import { BackupError, invalidInput } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import type { CheckedDump } from './dump-request.js';

/** A relation in the dump's reach, as the connected role sees it. */
export interface DumpedRelation {
  readonly schema: string;
  /** `schema.relation`. */
  readonly name: string;
  /** The role may read it. */
  readonly readable: boolean;
  /** Row-level security would hide rows from the role: pg_dump refuses it (facts H5). */
  readonly filtered: boolean;
  /** Of a partition: the table it is part of. */
  readonly partitionOf?: string | undefined;
  /** Of a sequence: the table whose column it feeds, with which pg_dump takes it along. */
  readonly ownedBy?: string | undefined;
}

/** What is known of the database before it is dumped. */
export interface DumpFacts {
  readonly databaseBytes: number;
  /** Those of users, the ones without tables too: they may hold functions or views. */
  readonly schemas: readonly string[];
  readonly relations: readonly DumpedRelation[];
}

interface RelationRow extends Readonly<Record<string, unknown>> {
  readonly schema: string;
  readonly name: string;
  readonly readable: boolean;
  readonly filtered: boolean;
  readonly whole_schema: string | null;
  readonly whole_name: string | null;
  readonly owner_schema: string | null;
  readonly owner_name: string | null;
}

/** Refuses a pg_dump older than the server: so does pg_dump itself, but only after everything else was begun (facts H4). */
export function checkToolVersion(pgDump: number, server: number): void {
  if (Math.floor(pgDump / 10_000) >= Math.floor(server / 10_000)) return;
  const major = (version: number): number => Math.floor(version / 10_000);
  throw new BackupError({
    code: 'version-mismatch',
    message: `pg_dump ${major(pgDump)} cannot dump a server of version ${major(server)}`,
    hint: `Install the client tools of PostgreSQL ${major(server)} or later, and name their directory if there are several.`,
    details: { pgDumpVersion: pgDump, serverVersion: server },
  });
}

/** Reads what {@link checkDumpable} decides upon: tables and sequences outside of the system's schemas and of extensions. */
export async function readDumpFacts(session: SqlSession, call?: PortCall): Promise<DumpFacts> {
  const size = await session.query<{ readonly bytes: string }>(
    'SELECT pg_catalog.pg_database_size(pg_catalog.current_database())::text AS bytes',
    [],
    call,
  );
  const rows = await session.query<RelationRow>(
    `SELECT n.nspname AS schema, c.relname AS name, whole_space.nspname AS whole_schema, whole.relname AS whole_name,
            owner_space.nspname AS owner_schema, owner.relname AS owner_name,
            pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND CASE c.relkind
              WHEN 'S' THEN pg_catalog.has_sequence_privilege(c.oid, 'SELECT')
              ELSE pg_catalog.has_table_privilege(c.oid, 'SELECT') END AS readable,
            CASE c.relkind WHEN 'S' THEN false ELSE pg_catalog.row_security_active(c.oid) END AS filtered
       FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_catalog.pg_inherits part ON c.relispartition AND part.inhrelid = c.oid
       LEFT JOIN pg_catalog.pg_class whole ON whole.oid = part.inhparent
       LEFT JOIN pg_catalog.pg_namespace whole_space ON whole_space.oid = whole.relnamespace
       LEFT JOIN pg_catalog.pg_depend feeds ON c.relkind = 'S' AND feeds.objid = c.oid AND feeds.deptype IN ('a', 'i')
        AND feeds.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND feeds.refclassid = feeds.classid
       LEFT JOIN pg_catalog.pg_class owner ON owner.oid = feeds.refobjid
       LEFT JOIN pg_catalog.pg_namespace owner_space ON owner_space.oid = owner.relnamespace
      WHERE c.relkind IN ('r', 'p', 'S') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
        AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                         WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
      ORDER BY 1, 2`,
    [],
    call,
  );
  const spaces = await session.query<{ readonly schema: string }>(
    `SELECT nspname AS schema FROM pg_catalog.pg_namespace WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'`,
    [],
    call,
  );
  return {
    databaseBytes: Number(onlyRow(size, 'the size of the database').bytes),
    schemas: spaces.map(({ schema }) => schema),
    relations: rows.map(dumpedRelation),
  };
}

function dumpedRelation(row: RelationRow): DumpedRelation {
  const { schema, name, readable, filtered, whole_schema, whole_name, owner_schema, owner_name } = row;
  return {
    schema,
    name: tableName(schema, name),
    readable,
    filtered,
    ...(whole_schema === null || whole_name === null ? {} : { partitionOf: tableName(whole_schema, whole_name) }),
    ...(owner_schema === null || owner_name === null ? {} : { ownedBy: tableName(owner_schema, owner_name) }),
  };
}

/**
 * Refuses what pg_dump would fail on half-way: names that do not exist, relations the role may not read, rows it may not see.
 *
 * Errors: `invalid-input`, `permission-denied`.
 */
export function checkDumpable(facts: DumpFacts, dump: Pick<CheckedDump, 'schemas' | 'tables'>): void {
  const { schemas, tables } = dump;
  const names = facts.relations.map(({ name }) => name);
  const missingTable = tables?.find((name) => !names.includes(name));
  if (missingTable !== undefined) {
    throw invalidInput(
      'tables',
      `names a table that is not there: ${missingTable}`,
      `${didYouMean(missingTable, names)}Write schema.table, in the case the database has it; a part that holds a dot or a double quote goes in double quotes.`,
    );
  }
  const missingSchema = schemas?.find((name) => !facts.schemas.includes(name));
  if (missingSchema !== undefined) {
    throw invalidInput(
      'schemas',
      `names a schema that is not there: ${missingSchema}`,
      `${didYouMean(missingSchema, facts.schemas)}Write it in the case the database has it, without quotes.`,
    );
  }
  const reach = withPartitions(tables, facts.relations);
  const inReach = facts.relations.filter(
    ({ schema, name, ownedBy = name }) =>
      (schemas?.includes(schema) ?? true) && (reach === undefined || reach.includes(name) || reach.includes(ownedBy)),
  );
  const unreadable = inReach.filter((relation) => !relation.readable).map((relation) => relation.name);
  const filtered = inReach
    .filter((relation) => relation.readable && relation.filtered)
    .map((relation) => relation.name);
  if (unreadable.length === 0 && filtered.length === 0) return;
  const [first] = [...unreadable, ...filtered];
  const more = unreadable.length + filtered.length - 1;
  throw new BackupError({
    code: 'permission-denied',
    message: `the role cannot dump ${first}${more === 0 ? '' : ` and ${more} more`}`,
    hint:
      unreadable.length > 0
        ? 'Grant it pg_read_all_data (PostgreSQL 14 and later), or USAGE on the schemas and SELECT on their tables and sequences.'
        : 'Row-level security hides rows from it, and a dump without them is none: dump as the owner of the tables, or as a role with BYPASSRLS.',
    details: { unreadable, filteredByRowSecurity: filtered },
  });
}

/** What was written in another case, or quoted otherwise. */
function didYouMean(wanted: string, names: readonly string[]): string {
  const plain = (name: string): string => name.replaceAll('"', '').toLowerCase();
  const alike = names.filter((name) => plain(name) === plain(wanted));
  return alike.length === 0 ? '' : `Did you mean ${alike.join(' or ')}? `;
}

/** The tables named and all their partitions: pg_dump takes a partitioned table without them, and so without a single row. */
export function withPartitions(
  tables: readonly string[] | undefined,
  relations: readonly DumpedRelation[],
): readonly string[] | undefined {
  if (tables === undefined) return undefined;
  const chosen = new Set(tables);
  for (let before = 0; before < chosen.size; ) {
    before = chosen.size;
    for (const { name, partitionOf } of relations) {
      if (partitionOf !== undefined && chosen.has(partitionOf)) chosen.add(name);
    }
  }
  return [...chosen];
}
