import { readManifest } from '../backup/find-dump.js';
import { BackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import { archiveStore } from '../system/archive-store.js';
import type { System } from '../system/define-system.js';

/**
 * Makes sure that a dump holds the rows that are to go: whole or of this table, of the same database, and of an instant at which all
 * of them were there (facts K29).
 *
 * Errors: `dump-not-found`, `dump-corrupt`, `precondition-failed`, those of the store.
 */
export async function checkArchived(
  system: System,
  dump: string,
  rows: { readonly database: string; readonly schema: string; readonly table: string; readonly cutoff: string },
  call: PortCall,
): Promise<void> {
  const manifest = await readManifest(archiveStore(system).store, dump, call);
  const { database, dataTime, schemas, tables } = manifest;
  const holds = (schemas?.includes(rows.schema) ?? true) && (tables?.includes(rows.table) ?? true);
  const problem =
    database !== rows.database
      ? `is of database ${database}`
      : !holds
        ? `does not hold ${rows.table}`
        : dataTime < rows.cutoff
          ? `is of ${dataTime}, before the last rows that are to go`
          : undefined;
  if (problem === undefined) return;
  throw new BackupError({
    code: 'precondition-failed',
    message: `the dump ${dump} ${problem}`,
    hint: `Dump it now: createDump({ tables: ['${rows.table}'] }).`,
    details: { dump, ...rows },
  });
}
