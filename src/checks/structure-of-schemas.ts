import { own, type StructureQuery } from './structure-query.js';

/** Schemas, and what lies in them beside tables. */
export function structureOfSchemas(): readonly StructureQuery[] {
  return [schemas(), extensions(), types(), sequences(), views(), functions()];
}

/** `public` is there before a restore, even where the source has none. */
const schemas = (): StructureQuery => ({
  kind: 'schema',
  query: `
SELECT pg_catalog.json_build_array(nspname)::text AS name, '' AS rest, '{}' AS properties
FROM pg_catalog.pg_namespace AS space WHERE nspname <> 'public' AND ${own('pg_namespace', 'space.oid')}`,
});

const extensions = (): StructureQuery => ({
  kind: 'extension',
  query: `
SELECT pg_catalog.json_build_array(extname)::text AS name, '' AS rest,
       pg_catalog.json_build_object('version', extversion, 'schema', nspname)::text AS properties
FROM pg_catalog.pg_extension JOIN pg_catalog.pg_namespace AS space ON space.oid = extnamespace`,
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
