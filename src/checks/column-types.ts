import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import type { ColumnType } from './hashed-column.js';

/** Server 14 or later: what the types of all columns, and of what they are made of, are. */
const readTypes = `
WITH RECURSIVE used(oid) AS (
  SELECT DISTINCT atttypid FROM pg_catalog.pg_attribute
  JOIN pg_catalog.pg_class ON pg_class.oid = attrelid AND relkind IN ('r', 'p') AND relpersistence <> 't'
  WHERE attnum > 0 AND NOT attisdropped
  UNION
  SELECT inner_type.oid FROM used CROSS JOIN LATERAL (
    SELECT typelem FROM pg_catalog.pg_type AS list WHERE list.oid = used.oid AND list.typelem <> 0
    UNION ALL SELECT typbasetype FROM pg_catalog.pg_type WHERE pg_type.oid = used.oid AND typbasetype <> 0
    UNION ALL SELECT rngsubtype FROM pg_catalog.pg_range WHERE rngtypid = used.oid
    UNION ALL SELECT rngtypid FROM pg_catalog.pg_range WHERE rngmultitypid = used.oid
    UNION ALL SELECT atttypid FROM pg_catalog.pg_attribute JOIN pg_catalog.pg_type ON typrelid = attrelid
              WHERE pg_type.oid = used.oid AND typtype = 'c' AND attnum > 0 AND NOT attisdropped
  ) AS inner_type(oid)),
loose AS (SELECT oid FROM pg_catalog.pg_collation WHERE NOT collisdeterministic)
SELECT typ.oid::text AS id, typ.typname AS name, typ.typnamespace = 'pg_catalog'::regnamespace AS built_in,
       CASE WHEN list.oid IS NULL THEN typ.typtype::text ELSE 'a' END AS kind,
       (SELECT pg_catalog.json_agg(part::text) FROM (
          SELECT list.oid AS part WHERE list.oid IS NOT NULL
          UNION ALL SELECT typ.typbasetype WHERE typ.typbasetype <> 0
          UNION ALL SELECT rngsubtype FROM pg_catalog.pg_range WHERE rngtypid = typ.oid
          UNION ALL SELECT rngtypid FROM pg_catalog.pg_range WHERE rngmultitypid = typ.oid
          UNION ALL SELECT atttypid FROM pg_catalog.pg_attribute
                    WHERE typ.typtype = 'c' AND attrelid = typ.typrelid AND attnum > 0 AND NOT attisdropped) AS made(part)
       )::text AS made_of,
       typ.typcollation IN (SELECT oid FROM loose)
       OR EXISTS (SELECT FROM pg_catalog.pg_range WHERE rngtypid = typ.oid AND rngcollation IN (SELECT oid FROM loose))
       OR EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE typ.typtype = 'c' AND attrelid = typ.typrelid AND attnum > 0
                  AND NOT attisdropped AND attcollation IN (SELECT oid FROM loose)) AS loose
FROM used JOIN pg_catalog.pg_type AS typ USING (oid)
LEFT JOIN pg_catalog.pg_type AS list ON list.oid = typ.typelem AND list.typarray = typ.oid`;

interface TypeRow extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly name: string;
  readonly built_in: boolean;
  readonly kind: string;
  readonly made_of: string | null;
  readonly loose: boolean;
}

/** The types that a database's tables use, by id. */
export async function readColumnTypes(
  session: SqlSession,
  call: PortCall = {},
): Promise<ReadonlyMap<string, ColumnType>> {
  const rows = await session.query<TypeRow>(readTypes, [], call);
  return new Map(
    rows.map(({ id, name, built_in, kind, made_of, loose }) => [
      id,
      { name, builtIn: built_in, kind, inner: JSON.parse(made_of ?? '[]') as string[], looseCollation: loose },
    ]),
  );
}
