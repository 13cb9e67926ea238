import type { CheckResult } from '../core/check-result.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { attempt } from './attempt.js';
import { type Finding, inconclusive, resultOfFindings, unknownFinding } from './findings.js';
import { knownUnsound } from './known-unsound.js';
import { onlyRow } from './only-row.js';
import { quoteIdentifier } from './quote-sql.js';
import type { DatabaseStructure } from './structure.js';
import { qualifiedName, tableName } from './table-name.js';
import { isUserTable } from './user-tables.js';

/** With the very operators the constraint compares by; keys of partitions are those of the whole. */
const readForeignKeys = (): string => `
SELECT con.conname AS name, space.nspname AS schema, class.relname AS table_name, class.relkind = 'p' AS partitioned,
       to_space.nspname AS to_schema, to_class.relname AS to_table, to_class.relkind = 'p' AS to_partitioned,
       con.convalidated AS validated, con.confmatchtype = 'f' AS full_match,
       coalesce(pg_catalog.to_jsonb(con) ->> 'conperiod', 'false') = 'true' AS temporal,
       EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgconstraint = con.oid AND tgenabled IN ('D', 'R')) AS switched_off,
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
                 'column', own.attname, 'references', other.attname,
                 'operator', pg_catalog.format('OPERATOR(%I.%s)', op_space.nspname, op.oprname),
                 'collation', CASE WHEN own.attcollation <> other.attcollation
                   THEN (SELECT pg_catalog.format('%I.%I', nspname, collname) FROM pg_catalog.pg_collation AS coll
                         JOIN pg_catalog.pg_namespace AS coll_space ON coll_space.oid = collnamespace
                         WHERE coll.oid = other.attcollation) END) ORDER BY key.place)::text
        FROM ROWS FROM (pg_catalog.unnest(con.conkey), pg_catalog.unnest(con.confkey), pg_catalog.unnest(con.conpfeqop))
             WITH ORDINALITY AS key(own, other, op, place)
        JOIN pg_catalog.pg_attribute AS own ON own.attrelid = con.conrelid AND own.attnum = key.own
        JOIN pg_catalog.pg_attribute AS other ON other.attrelid = con.confrelid AND other.attnum = key.other
        JOIN pg_catalog.pg_operator AS op ON op.oid = key.op
        JOIN pg_catalog.pg_namespace AS op_space ON op_space.oid = op.oprnamespace) AS keys
FROM pg_catalog.pg_constraint AS con
JOIN pg_catalog.pg_class AS class ON class.oid = con.conrelid
JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
JOIN pg_catalog.pg_class AS to_class ON to_class.oid = con.confrelid
JOIN pg_catalog.pg_namespace AS to_space ON to_space.oid = to_class.relnamespace
WHERE con.contype = 'f' AND con.conparentid = 0 AND ${isUserTable}
  AND coalesce(pg_catalog.to_jsonb(con) ->> 'conenforced', 'true') = 'true'
ORDER BY space.nspname, class.relname, con.conname`;

interface ForeignKey extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly schema: string;
  readonly table_name: string;
  readonly partitioned: boolean;
  readonly to_schema: string;
  readonly to_table: string;
  readonly to_partitioned: boolean;
  readonly validated: boolean;
  readonly full_match: boolean;
  readonly temporal: boolean;
  readonly switched_off: boolean;
  readonly keys: string;
}

interface KeyColumn {
  readonly column: string;
  readonly references: string;
  readonly operator: string;
  readonly collation: string | null;
}

/**
 * Every foreign key is validated, switched on, and holds: no row points to one that is not there. One that the `expected` structure has
 * as not validated either may have such rows.
 */
export async function checkForeignKeys(
  session: SqlSession,
  tables: number,
  call: PortCall,
  expected?: DatabaseStructure,
): Promise<CheckResult> {
  const keys = await attempt(session, call, () => session.query<ForeignKey>(readForeignKeys(), [], call));
  if (!keys.known) return inconclusive('foreign-keys', keys);
  const known = knownUnsound(expected);
  const findings: Finding[] = [];
  for (const key of keys.value) findings.push(await checkForeignKey(session, key, known, call));
  return resultOfFindings('foreign-keys', 'foreign keys', findings, tables);
}

async function checkForeignKey(
  session: SqlSession,
  key: ForeignKey,
  known: ReadonlySet<string>,
  call: PortCall,
): Promise<Finding> {
  const subject = `${tableName(key.schema, key.table_name)} ${key.name}`;
  const excused = known.has(`constraint ${qualifiedName([key.schema, key.table_name, key.name])}`);
  if (!key.validated && !excused) return { subject, verdict: 'failed', reason: 'it is not validated' };
  if (key.switched_off)
    return { subject, verdict: 'failed', reason: 'its triggers are switched off, so nothing enforces it' };
  if (!key.validated) return { subject, verdict: 'passed', reason: 'it is not validated, as is expected' };
  if (key.temporal) return { subject, verdict: 'inconclusive', reason: 'keys over periods are not checked' };
  const orphans = await attempt(session, call, async () => {
    const found = await session.query<{ orphans: string }>(orphanQuery(key), [], call);
    return Number(onlyRow(found, `the orphans of ${subject}`).orphans);
  });
  if (!orphans.known) return unknownFinding(subject, orphans);
  if (orphans.value === 0) return { subject, verdict: 'passed' };
  const missing = tableName(key.to_schema, key.to_table);
  return { subject, verdict: 'failed', reason: `${orphans.value} rows point to rows of ${missing} that are not there` };
}

function orphanQuery(key: ForeignKey): string {
  const columns = JSON.parse(key.keys) as readonly KeyColumn[];
  const own = columns.map(({ column }) => `child.${quoteIdentifier(column)}`);
  const matches = columns.map(({ references, operator, collation }, place) => {
    const collate = collation === null ? '' : ` COLLATE ${collation}`;
    return `parent.${quoteIdentifier(references)} ${operator} ${own[place]}${collate}`;
  });
  const child = `${key.partitioned ? '' : 'ONLY '}${quoteIdentifier(key.schema)}.${quoteIdentifier(key.table_name)}`;
  const parent = `${key.to_partitioned ? '' : 'ONLY '}${quoteIdentifier(key.to_schema)}.${quoteIdentifier(key.to_table)}`;
  const all = own.map((column) => `${column} IS NOT NULL`).join(' AND ');
  const orphaned = `${all} AND NOT EXISTS (SELECT FROM ${parent} AS parent WHERE ${matches.join(' AND ')})`;
  // MATCH SIMPLE lets a key with any NULL be; MATCH FULL only one that is NULL throughout.
  const partly = `NOT (${all}) AND (${own.map((column) => `${column} IS NOT NULL`).join(' OR ')})`;
  return `SELECT pg_catalog.count(*)::text AS orphans FROM ${child} AS child
          WHERE (${orphaned})${key.full_match ? ` OR (${partly})` : ''}`;
}
