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
