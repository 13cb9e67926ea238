import type { CheckResult } from '../core/check-result.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { attempt } from './attempt.js';
import { type Finding, inconclusive, resultOfFindings, unknownFinding } from './findings.js';
import { onlyRow } from './only-row.js';
import { quoteIdentifier } from './quote-sql.js';
import { tableName } from './table-name.js';
import { isUserTable } from './user-tables.js';

/** Unique indexes, those of partitioned tables as wholes, with their keys as expressions. */
const readUniqueIndexes = (): string => `
SELECT space.nspname AS schema, class.relname AS table_name, class.relkind = 'p' AS partitioned, index_class.relname AS name,
       pg_catalog.pg_get_expr(indpred, indrelid) AS predicate,
       coalesce(pg_catalog.to_jsonb(ind) ->> 'indnullsnotdistinct', 'false') = 'true' AS nulls_count,
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
                 'key', pg_catalog.pg_get_indexdef(indexrelid, place, false),
                 'collation', (SELECT pg_catalog.format('%I.%I', nspname, collname) FROM pg_catalog.pg_collation AS coll
                               JOIN pg_catalog.pg_namespace AS coll_space ON coll_space.oid = collnamespace
                               WHERE coll.oid = indcollation[place - 1] AND collname <> 'default')) ORDER BY place)::text
        FROM pg_catalog.generate_series(1, indnkeyatts) AS place) AS keys
FROM pg_catalog.pg_index AS ind
JOIN pg_catalog.pg_class AS index_class ON index_class.oid = indexrelid AND NOT index_class.relispartition
JOIN pg_catalog.pg_class AS class ON class.oid = indrelid
JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
WHERE indisunique AND indislive AND ${isUserTable}
ORDER BY 1, 2, 4`;

interface UniqueIndex extends Readonly<Record<string, unknown>> {
  readonly schema: string;
  readonly table_name: string;
  readonly partitioned: boolean;
  readonly name: string;
  readonly predicate: string | null;
  readonly nulls_count: boolean;
  readonly keys: string;
}

/**
 * What every unique index stands for holds, found by a scan of its table: an index that was damaged, or built under another
 * sort order of texts, lets duplicates in and does not show them.
 */
export async function checkUniqueness(session: SqlSession, tables: number, call: PortCall): Promise<CheckResult> {
  const indexes = await attempt(session, call, () => session.query<UniqueIndex>(readUniqueIndexes(), [], call));
  if (!indexes.known) return inconclusive('uniqueness', indexes);
  const findings: Finding[] = [];
  for (const index of indexes.value) findings.push(await checkUniqueIndex(session, index, call));
  return resultOfFindings('uniqueness', 'unique keys', findings, tables);
}

async function checkUniqueIndex(session: SqlSession, index: UniqueIndex, call: PortCall): Promise<Finding> {
  const subject = `${tableName(index.schema, index.table_name)} ${index.name}`;
  const counted = await attempt(session, call, async () => {
    // The index is what is in doubt.
    for (const way of ['indexscan', 'indexonlyscan', 'bitmapscan']) {
      await session.query(`SET LOCAL enable_${way} = off`, [], call);
    }
    const found = await session.query<{ repeated: string }>(repeatedQuery(index), [], call);
    return Number(onlyRow(found, `the duplicates of ${subject}`).repeated);
  });
  if (!counted.known) return unknownFinding(subject, counted);
  if (counted.value === 0) return { subject, verdict: 'passed' };
  return {
    subject,
    verdict: 'failed',
    reason: `${counted.value} values that should be unique are there more than once`,
  };
}

function repeatedQuery(index: UniqueIndex): string {
  const { schema, table_name, partitioned, predicate, nulls_count } = index;
  const keys = (JSON.parse(index.keys) as readonly { readonly key: string; readonly collation: string | null }[]).map(
    ({ key, collation }) => (collation === null ? `(${key})` : `(${key}) COLLATE ${collation}`),
  );
  const table = `${partitioned ? '' : 'ONLY '}${quoteIdentifier(schema)}.${quoteIdentifier(table_name)}`;
  const conditions = [
    ...(predicate === null ? [] : [`(${predicate})`]),
    ...(nulls_count ? [] : keys.map((key) => `(${key}) IS NOT NULL`)),
  ];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return `SELECT pg_catalog.count(*)::text AS repeated
          FROM (SELECT FROM ${table}${where} GROUP BY ${keys.join(', ')} HAVING pg_catalog.count(*) > 1) AS repeated`;
}
