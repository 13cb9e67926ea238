import type { DumpArchive, DumpManifest } from '../../backup/dump-manifest.js';
import { invalidInput } from '../../core/errors.js';

/**
 * The archives of a dump that are needed for some tables: of a dump in several, the definitions and those that hold their rows.
 *
 * Errors: `invalid-input` for a table that the dump has no rows of, as far as its manifest tells.
 */
export function archivesFor(manifest: DumpManifest, tables: readonly string[] | undefined): readonly DumpArchive[] {
  if (tables === undefined) return manifest.archives;
  const known = tablesOf(manifest);
  const unknown = known === undefined ? [] : tables.filter((table) => !known.includes(table));
  if (known !== undefined && unknown.length > 0) throw noSuchTable(manifest.key, unknown, known);
  return manifest.archives.filter(
    ({ tables: held }) => held === undefined || held.some((table) => tables.includes(table)),
  );
}

/** The tables that a dump has rows of; `undefined` where its manifest does not tell. */
function tablesOf({ fingerprint, archives }: DumpManifest): readonly string[] | undefined {
  if (fingerprint !== undefined) return fingerprint.tables.map(({ table }) => table);
  if (archives.some(({ content }) => content === 'everything')) return undefined;
  return archives.flatMap(({ tables = [] }) => tables);
}

/** The error for tables that a dump has no rows of. */
export function noSuchTable(
  dump: string,
  unknown: readonly string[],
  known: readonly string[],
): ReturnType<typeof invalidInput> {
  const some = [...known].sort().slice(0, 20).join(', ');
  return invalidInput(
    'tables',
    `names what ${dump} has no rows of: ${unknown.join(', ')}`,
    `It has rows of ${some}${known.length > 20 ? ', ...' : ''}. Of a partitioned table name the partitions.`,
  );
}
