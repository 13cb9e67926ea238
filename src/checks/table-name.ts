import { quoteIdentifier } from './quote-sql.js';

/**
 * `schema.table` as fingerprints and expectations name a table. A part that holds a dot or a quote is quoted, so that two
 * tables never share a name.
 */
export function tableName(schema: string, table: string): string {
  return qualifiedName([schema, table]);
}

/** The same for any number of parts: `schema.table.column`. */
export function qualifiedName(parts: readonly string[]): string {
  return parts.map((part) => (/[."]/.test(part) ? quoteIdentifier(part) : part)).join('.');
}

/** The parts of a {@link qualifiedName}. */
export function namePartsOf(name: string): readonly string[] {
  const parts = name.match(/"(?:[^"]|"")*"|[^."]+/g) ?? [];
  return parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part));
}
