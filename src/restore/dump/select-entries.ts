import type { ArchiveContents } from '../../ports/postgres.js';

type Listing = ArchiveContents['listing'];

/** What of an archive's contents belongs to some tables. */
export interface SelectedEntries {
  /** All but the rows of other tables, large objects, and the foreign keys of these. */
  readonly wanted: readonly number[];
  /** The foreign keys of these tables: whether they hold is seen when the rows are there. */
  readonly foreignKeys: readonly { readonly id: number; readonly name: string }[];
  /** Of these tables, those that the archive holds the rows of. */
  readonly found: readonly string[];
}

/**
 * Selects what restores some tables whole. Definitions are all taken, since nobody tells what of them a table rests on: types,
 * functions, sequences. So are the indexes over tables that stay empty. What is left out is what would bring other rows, and what
 * would need them.
 */
export function selectEntries(listing: Listing, tables: readonly string[]): SelectedEntries {
  const rowsOf = (text: string): string | undefined =>
    tables.find((table) => isNamed(text, `TABLE DATA ${spaced(table)} `));
  const foreignKeys = listing.flatMap(({ id, text }) => {
    const table = tables.find((one) => text.startsWith(`FK CONSTRAINT ${spaced(one)} `));
    return table === undefined ? [] : [{ id, name: nameOf(text, table) }];
  });
  const keys = new Set(foreignKeys.map(({ id }) => id));
  const wanted = listing.filter(({ id, text }) => {
    if (text.startsWith('TABLE DATA ')) return rowsOf(text) !== undefined;
    return !text.startsWith('BLOB') && !keys.has(id);
  });
  return {
    wanted: wanted.map(({ id }) => id),
    foreignKeys,
    found: tables.filter((table) => listing.some(({ text }) => rowsOf(text) === table)),
  };
}

/** As pg_restore lists it: schema and table apart, nothing quoted. */
function spaced(table: string): string {
  const dot = table.indexOf('.');
  return `${table.slice(0, dot)} ${table.slice(dot + 1)}`;
}

/** Only the owner follows: with more behind it, it is a table whose name only begins so. */
function isNamed(text: string, beginning: string): boolean {
  return text.startsWith(beginning) && !text.slice(beginning.length).includes(' ');
}

/** `FK CONSTRAINT public votes votes_poll_id_fkey app`: what is between the table and the owner. */
function nameOf(text: string, table: string): string {
  const rest = text.slice(`FK CONSTRAINT ${spaced(table)} `.length);
  return rest.slice(0, Math.max(rest.lastIndexOf(' '), 0)) || rest;
}
