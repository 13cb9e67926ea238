import { BackupError, invalidInput } from '../core/errors.js';
import type { AgeColumnType } from './purge-decision.js';
import type { PurgeFacts } from './purge-facts.js';

/** From here on a range of blocks is found without reading the whole table. */
const rangesOfBlocksSince = 140_000;

/**
 * Refuses what could only end half-way or do more than it says.
 *
 * Errors: `invalid-input`, `permission-denied`, `precondition-failed`, `version-mismatch`.
 */
export function checkPurgeable(
  facts: PurgeFacts | undefined,
  { table, column }: { readonly table: string; readonly column: string },
  serverVersion: number,
): { readonly facts: PurgeFacts; readonly columnType: AgeColumnType } {
  if (serverVersion < rangesOfBlocksSince) {
    throw new BackupError({
      code: 'version-mismatch',
      message: `the server is of version ${Math.floor(serverVersion / 10_000)}, a purge in short transactions needs 14`,
      hint: 'Upgrade the server; until then delete in steps by the primary key.',
      details: { serverVersion },
    });
  }
  if (facts === undefined)
    throw invalidInput('table', `is not there: ${table}`, 'Write schema.table, in the case the database has it.');
  const { columnType } = facts;
  if (columnType !== 'timestamptz' && columnType !== 'timestamp' && columnType !== 'date') {
    const what = columnType === undefined ? 'is not there' : `is of type ${columnType}, which tells no age`;
    throw invalidInput(
      'column',
      `${what}: ${table}.${column}`,
      'Name a column of type timestamptz, timestamp or date.',
    );
  }
  if (!facts.mayDelete || facts.filtered) {
    throw new BackupError({
      code: 'permission-denied',
      message: facts.filtered ? `row-level security hides rows of ${table}` : `the role may not delete from ${table}`,
      hint: facts.filtered
        ? 'Purge as the owner of the table, or with BYPASSRLS.'
        : `GRANT SELECT, DELETE ON ${table}.`,
      details: { table },
    });
  }
  if (facts.drawnAlong.length > 0) {
    throw new BackupError({
      code: 'precondition-failed',
      message: `with rows of ${table} those of ${facts.drawnAlong.join(', ')} would go or change`,
      hint: 'Purge the tables that refer to it first; a purge deletes from one table and nothing along with it.',
      details: { table, drawnAlong: facts.drawnAlong },
    });
  }
  return { facts, columnType };
}
