import type { StructureQuery } from './structure-query.js';
import { isUserTable } from './user-tables.js';

const ofUserTable = (): string =>
  `JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace WHERE ${isUserTable}`;

/** Tables and what belongs to them. */
export function structureOfTables(): readonly StructureQuery[] {
  return [tables(), columns(), constraints(), indexes(), triggers(), policies()];
}

const tables = (): StructureQuery => ({
  kind: 'table',
  query: `
SELECT pg_catalog.json_build_array(space.nspname, class.relname)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'partitionedBy', CASE WHEN class.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(class.oid) END,
  'partition', pg_catalog.pg_get_expr(class.relpartbound, class.oid),
  'inherits', (SELECT pg_catalog.string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno)
               FROM pg_catalog.pg_inherits WHERE inhrelid = class.oid),
  'unlogged', CASE WHEN class.relpersistence = 'u' THEN true END,
  'rowSecurity', CASE WHEN class.relforcerowsecurity THEN 'forced' WHEN class.relrowsecurity THEN 'enabled' END,
  'options', pg_catalog.array_to_string(class.reloptions, ', '),
  'accessMethod', (SELECT amname FROM pg_catalog.pg_am WHERE oid = class.relam AND amname <> 'heap'),
  'replicaIdentity', CASE class.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' WHEN 'i' THEN 'index' END
)::text AS properties
FROM pg_catalog.pg_class AS class ${ofUserTable()}`,
});

/** A table that inherits gets its columns in another order by a restore, if its parents were given some later. */
const columns = (): StructureQuery => ({
  kind: 'column',
  query: `
SELECT pg_catalog.json_build_array(space.nspname, class.relname, attname)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'position', CASE WHEN class.relispartition OR NOT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhrelid = class.oid)
              THEN (pg_catalog.rank() OVER (PARTITION BY class.oid ORDER BY attnum))::text END,
  'type', pg_catalog.format_type(atttypid, atttypmod),
  'nullable', NOT attnotnull,
  'default', CASE WHEN attgenerated = '' THEN pg_catalog.pg_get_expr(adbin, adrelid) END,
  'generated', CASE WHEN attgenerated <> '' THEN pg_catalog.pg_get_expr(adbin, adrelid) END,
  'identity', CASE attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
  'storage', CASE WHEN attstorage <> (SELECT typstorage FROM pg_catalog.pg_type WHERE oid = atttypid) THEN attstorage END,
  'compression', nullif(pg_catalog.to_jsonb(pg_attribute) ->> 'attcompression', ''),
  'statistics', CASE WHEN attstattarget >= 0 THEN attstattarget::text END,
  'options', pg_catalog.array_to_string(attoptions, ', '),
  'collation', (SELECT pg_catalog.format('%I.%I', nspname, collname) FROM pg_catalog.pg_collation AS coll
                JOIN pg_catalog.pg_namespace AS coll_space ON coll_space.oid = collnamespace
                JOIN pg_catalog.pg_type AS typ ON typ.oid = atttypid
                WHERE coll.oid = attcollation AND attcollation <> typ.typcollation)
)::text AS properties
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_attribute ON attrelid = class.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_catalog.pg_attrdef ON adrelid = attrelid AND adnum = attnum ${ofUserTable()}`,
});

/** Foreign keys of partitions are those of the whole: a restore may name them differently. NOT NULL is the column's. */
const constraints = (): StructureQuery => ({
  kind: 'constraint',
  query: `
SELECT pg_catalog.json_build_array(space.nspname, class.relname, conname)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'type', CASE contype WHEN 'p' THEN 'primary key' WHEN 'f' THEN 'foreign key' WHEN 'u' THEN 'unique'
                       WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclusion' ELSE contype::text END,
  'definition', pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(con.oid), ' NOT VALID$', ''),
  'validated', convalidated
)::text AS properties
FROM pg_catalog.pg_constraint AS con
JOIN pg_catalog.pg_class AS class ON class.oid = conrelid ${ofUserTable()}
  AND contype IN ('p', 'u', 'c', 'x', 'f') AND (contype <> 'f' OR conparentid = 0)`,
});

const indexes = (): StructureQuery => ({
  kind: 'index',
  query: `
SELECT pg_catalog.json_build_array(index_space.nspname, index_class.relname)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'definition', pg_catalog.pg_get_indexdef(indexrelid),
  'valid', indisvalid AND indisready AND indislive,
  'clustered', CASE WHEN indisclustered THEN true END,
  'replicaIdentity', CASE WHEN indisreplident THEN true END
)::text AS properties
FROM pg_catalog.pg_index
JOIN pg_catalog.pg_class AS index_class ON index_class.oid = indexrelid
JOIN pg_catalog.pg_namespace AS index_space ON index_space.oid = index_class.relnamespace
JOIN pg_catalog.pg_class AS class ON class.oid = indrelid ${ofUserTable()}`,
});

/** Without those that constraints and partitioned tables make by themselves. Views have triggers too. */
const triggers = (): StructureQuery => ({
  kind: 'trigger',
  query: `
SELECT pg_catalog.json_build_array(space.nspname, class.relname, tgname)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'definition', pg_catalog.pg_get_triggerdef(trig.oid),
  'enabled', CASE tgenabled WHEN 'O' THEN 'yes' WHEN 'D' THEN 'no' WHEN 'R' THEN 'on replicas' WHEN 'A' THEN 'always' END
)::text AS properties
FROM pg_catalog.pg_trigger AS trig
JOIN pg_catalog.pg_class AS class ON class.oid = tgrelid
JOIN pg_catalog.pg_namespace AS space ON space.oid = class.relnamespace
WHERE NOT tgisinternal AND coalesce(pg_catalog.to_jsonb(trig) ->> 'tgparentid', '0') = '0'
  AND space.nspname !~ '^pg_' AND space.nspname <> 'information_schema'`,
});

const policies = (): StructureQuery => ({
  kind: 'policy',
  query: `
SELECT pg_catalog.json_build_array(space.nspname, class.relname, polname)::text AS name, '' AS rest, pg_catalog.json_build_object(
  'command', CASE polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' ELSE 'all' END,
  'permissive', polpermissive,
  'roles', (SELECT pg_catalog.string_agg(coalesce(rolname, 'PUBLIC'), ', ' ORDER BY rolname)
            FROM pg_catalog.unnest(polroles) AS role LEFT JOIN pg_catalog.pg_roles ON pg_roles.oid = role),
  'using', pg_catalog.pg_get_expr(polqual, polrelid),
  'check', pg_catalog.pg_get_expr(polwithcheck, polrelid)
)::text AS properties
FROM pg_catalog.pg_policy
JOIN pg_catalog.pg_class AS class ON class.oid = polrelid ${ofUserTable()}`,
});
