import { own, type StructureQuery } from './structure-query.js';

/**
 * Who else than an owner may use what: tables, views, sequences and their columns, schemas, functions, and what comes to be later. `*`: may be
 * passed on. What everybody may by default, such as calling a function, is a grant too, so that taking it away is one less.
 */
export function structureOfGrants(): readonly StructureQuery[] {
  return [ofRelations(), ofSchemas(), ofFunctions(), ofLaterOnes()];
}

const toWhom = "' to ' || CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE coalesce(rolname, grantee::text) END AS rest";

const privileges = `pg_catalog.json_build_object('privileges', pg_catalog.string_agg(
         DISTINCT privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END, ', '))::text AS properties`;

const ofRelations = (): StructureQuery => ({
  kind: 'grant',
  query: `
WITH granted AS (
  SELECT class.oid, relnamespace, ARRAY[relname] AS parts, relowner, acl.* FROM pg_catalog.pg_class AS class
  CROSS JOIN pg_catalog.aclexplode(relacl) AS acl WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL
  SELECT class.oid, relnamespace, ARRAY[relname, attname], relowner, acl.* FROM pg_catalog.pg_class AS class
  JOIN pg_catalog.pg_attribute ON attrelid = class.oid AND NOT attisdropped
  CROSS JOIN pg_catalog.aclexplode(attacl) AS acl WHERE relkind IN ('r', 'p', 'v', 'm', 'f'))
SELECT pg_catalog.array_to_json(ARRAY[space.nspname] || parts)::text AS name, ${toWhom}, ${privileges}
FROM granted
JOIN pg_catalog.pg_namespace AS space ON space.oid = relnamespace
LEFT JOIN pg_catalog.pg_roles ON pg_roles.oid = grantee
WHERE grantee <> relowner AND ${own('pg_class', 'granted.oid')}
GROUP BY space.nspname, parts, grantee, rolname`,
});

const ofSchemas = (): StructureQuery => ({
  kind: 'grant',
  query: `
SELECT pg_catalog.json_build_array(nspname)::text AS name, ${toWhom}, ${privileges}
FROM pg_catalog.pg_namespace AS space
CROSS JOIN pg_catalog.aclexplode(nspacl) AS acl
LEFT JOIN pg_catalog.pg_roles ON pg_roles.oid = grantee
WHERE grantee <> nspowner AND ${own('pg_namespace', 'space.oid')}
GROUP BY nspname, grantee, rolname`,
});

const ofFunctions = (): StructureQuery => ({
  kind: 'grant',
  query: `
SELECT pg_catalog.json_build_array(nspname, proname)::text AS name,
       '(' || pg_catalog.pg_get_function_identity_arguments(proc.oid) || ')' || ${toWhom}, ${privileges}
FROM pg_catalog.pg_proc AS proc
JOIN pg_catalog.pg_namespace AS space ON space.oid = pronamespace
CROSS JOIN pg_catalog.aclexplode(coalesce(proacl, pg_catalog.acldefault('f', proowner))) AS acl
LEFT JOIN pg_catalog.pg_roles ON pg_roles.oid = grantee
WHERE grantee <> proowner AND ${own('pg_proc', 'proc.oid', "'e', 'i'")}
GROUP BY nspname, proname, proc.oid, grantee, rolname`,
});

/** ALTER DEFAULT PRIVILEGES. What is not said of a schema is said of them all. */
const ofLaterOnes = (): StructureQuery => ({
  kind: 'grant',
  query: `
SELECT CASE WHEN nspname IS NULL THEN '[]' ELSE pg_catalog.json_build_array(nspname)::text END AS name,
       pg_catalog.format(' later %s of %s', CASE defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
                         WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE defaclobjtype::text END, giver.rolname) || ${toWhom.replaceAll('rolname', 'taker.rolname')},
       ${privileges}
FROM pg_catalog.pg_default_acl
LEFT JOIN pg_catalog.pg_namespace AS space ON space.oid = defaclnamespace
LEFT JOIN pg_catalog.pg_roles AS giver ON giver.oid = defaclrole
CROSS JOIN pg_catalog.aclexplode(defaclacl) AS acl
LEFT JOIN pg_catalog.pg_roles AS taker ON taker.oid = grantee
WHERE grantee <> defaclrole
GROUP BY nspname, defaclobjtype, giver.rolname, grantee, taker.rolname`,
});
