import type { StructureQuery } from './structure-query.js';

/** What is the users' own: neither the system's nor, for `oid` in `catalog`, part of an extension or a type. */
const own = (catalog: string, oid: string, part = "'e'"): string =>
  `space.nspname !~ '^pg_' AND space.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS member
                  WHERE member.classid = 'pg_catalog.${catalog}'::regclass AND member.objid = ${oid} AND member.deptype IN (${part}))`;

/** What lies in schemas beside tables, and who may use it. */
export function structureOfSchemas(): readonly StructureQuery[] {
  return [extensions(), types(), sequences(), views(), functions(), grants()];
}

const extensions = (): StructureQuery => ({
  kind: 'extension',
  query: `
SELECT pg_catalog.json_build_array(extname)::text AS name, '' AS rest,
       pg_catalog.json_build_object('version', extversion)::text AS properties
FROM pg_catalog.pg_extension`,
});

/** Enums, domains, ranges, and composite types that are no table's. */
const types = (): StructureQuery => ({
  kind: 'type',
  query: `
SELECT pg_catalog.json_build_array(space.nspname, typname)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'values', (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(enumlabel), ', ' ORDER BY enumsortorder)
             FROM pg_catalog.pg_enum WHERE enumtypid = typ.oid),
  'domainOf', CASE WHEN typtype = 'd' THEN pg_catalog.format_type(typbasetype, typtypmod) END,
  'nullable', CASE WHEN typtype = 'd' THEN NOT typnotnull END,
  'default', CASE WHEN typtype = 'd' THEN typdefault END,
  'checks', (SELECT pg_catalog.string_agg(conname || ' ' || pg_catalog.pg_get_constraintdef(con.oid), ', ' ORDER BY conname)
             FROM pg_catalog.pg_constraint AS con WHERE contypid = typ.oid AND contype = 'c'),
  'fields', (SELECT pg_catalog.string_agg(pg_catalog.format('%I %s', attname, pg_catalog.format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
             FROM pg_catalog.pg_attribute WHERE attrelid = typrelid AND attnum > 0 AND NOT attisdropped),
  'rangeOf', (SELECT pg_catalog.format_type(rngsubtype, NULL) FROM pg_catalog.pg_range WHERE rngtypid = typ.oid)
)::text AS properties
FROM pg_catalog.pg_type AS typ
JOIN pg_catalog.pg_namespace AS space ON space.oid = typnamespace
WHERE (typtype IN ('e', 'd', 'r')
       OR typtype = 'c' AND EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = typrelid AND relkind = 'c'))
  AND ${own('pg_type', 'typ.oid')}`,
});

const sequences = (): StructureQuery => ({
  kind: 'sequence',
  query: `
SELECT pg_catalog.json_build_array(space.nspname, relname)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'type', pg_catalog.format_type(seqtypid, NULL), 'start', seqstart::text, 'increment', seqincrement::text,
  'minimum', seqmin::text, 'maximum', seqmax::text, 'cache', seqcache::text, 'cycle', seqcycle,
  'ownedBy', (SELECT pg_catalog.format('%s.%I', refobjid::regclass, attname) FROM pg_catalog.pg_depend
              JOIN pg_catalog.pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
              WHERE classid = 'pg_catalog.pg_class'::regclass AND objid = class.oid AND refobjsubid > 0
                AND refclassid = 'pg_catalog.pg_class'::regclass AND deptype IN ('a', 'i'))
)::text AS properties
FROM pg_catalog.pg_sequence
JOIN pg_catalog.pg_class AS class ON class.oid = seqrelid AND relpersistence <> 't'
JOIN pg_catalog.pg_namespace AS space ON space.oid = relnamespace
WHERE ${own('pg_class', 'class.oid')}`,
});

const views = (): StructureQuery => ({
  kind: 'view',
  query: `
SELECT pg_catalog.json_build_array(space.nspname, relname)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'materialized', relkind = 'm',
  'filled', CASE WHEN relkind = 'm' THEN relispopulated END,
  'options', pg_catalog.array_to_string(reloptions, ', '),
  'definition', pg_catalog.pg_get_viewdef(class.oid)
)::text AS properties
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_namespace AS space ON space.oid = relnamespace
WHERE relkind IN ('v', 'm') AND relpersistence <> 't' AND ${own('pg_class', 'class.oid')}`,
});

/** Aggregates have no definition that could be printed. */
const functions = (): StructureQuery => ({
  kind: 'function',
  query: `
SELECT pg_catalog.json_build_array(space.nspname, proname)::text AS name,
       '(' || pg_catalog.pg_get_function_identity_arguments(proc.oid) || ')' AS rest, pg_catalog.json_build_object(
  'returns', pg_catalog.pg_get_function_result(proc.oid),
  'definition', CASE WHEN prokind <> 'a' THEN pg_catalog.pg_get_functiondef(proc.oid) END,
  'aggregate', (SELECT pg_catalog.concat_ws(' ', aggtransfn, pg_catalog.format_type(aggtranstype, NULL), nullif(aggfinalfn, 0::regproc), agginitval)
                FROM pg_catalog.pg_aggregate WHERE aggfnoid = proc.oid)
)::text AS properties
FROM pg_catalog.pg_proc AS proc
JOIN pg_catalog.pg_namespace AS space ON space.oid = pronamespace
WHERE ${own('pg_proc', 'proc.oid', "'e', 'i'")}`,
});

/** Of tables, views and sequences and of their columns, to others than their owners. `*`: may be passed on. */
const grants = (): StructureQuery => ({
  kind: 'grant',
  query: `
WITH granted AS (
  SELECT class.oid, relnamespace, ARRAY[relname] AS parts, relowner, acl.* FROM pg_catalog.pg_class AS class
  CROSS JOIN pg_catalog.aclexplode(relacl) AS acl WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL
  SELECT class.oid, relnamespace, ARRAY[relname, attname], relowner, acl.* FROM pg_catalog.pg_class AS class
  JOIN pg_catalog.pg_attribute ON attrelid = class.oid AND NOT attisdropped
  CROSS JOIN pg_catalog.aclexplode(attacl) AS acl WHERE relkind IN ('r', 'p', 'v', 'm', 'f'))
SELECT pg_catalog.array_to_json(ARRAY[space.nspname] || parts)::text AS name,
       ' to ' || CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE coalesce(rolname, grantee::text) END AS rest,
       pg_catalog.json_build_object('privileges', pg_catalog.string_agg(
         DISTINCT privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END, ', '))::text AS properties
FROM granted
JOIN pg_catalog.pg_namespace AS space ON space.oid = relnamespace
LEFT JOIN pg_catalog.pg_roles ON pg_roles.oid = grantee
WHERE grantee <> relowner AND ${own('pg_class', 'granted.oid')}
GROUP BY space.nspname, parts, grantee, rolname`,
});
