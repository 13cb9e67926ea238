import type { StructureKind } from './structure.js';

/**
 * How things of a kind are read from the catalog: for each the parts of its `name` as a JSON array, the `rest` that follows
 * them, and its `properties` as a JSON object of which nulls are left out. What only later servers have is reached through
 * `to_jsonb`, since a column that is not there would be an error.
 */
export interface StructureQuery {
  readonly kind: StructureKind;
  readonly query: string;
}

/** What is the users' own: neither the system's nor, for `oid` in `catalog`, part of an extension or a type. */
export const own = (catalog: string, oid: string, part = "'e'"): string =>
  `space.nspname !~ '^pg_' AND space.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS member
                  WHERE member.classid = 'pg_catalog.${catalog}'::regclass AND member.objid = ${oid} AND member.deptype IN (${part}))`;
