import { quoteIdentifier } from './quote-sql.js';

/**
 * `schema.table` as fingerprints and expectations name a table. A part that holds a dot or a quote is quoted, so that two
 * tables never share a name.
 */
export function tableName(schema: string, table: string): string {
  return `${namePart(schema)}.${namePart(table)}`;
}

function namePart(name: string): string {
  return /[."]/.test(name) ? quoteIdentifier(name) : name;
}
