import { BackupError } from '../core/errors.js';
import type { Row } from '../ports/postgres.js';

/** The row of a statement that always gives one. Without it nothing was learned, which must never look like zero. */
export function onlyRow<R extends Row>(rows: readonly R[], what: string): R {
  const [row] = rows;
  if (row !== undefined && rows.length === 1) return row;
  throw new BackupError({
    code: 'query-failed',
    message: `the server gave ${rows.length} rows for ${what} where there is always one`,
    hint: 'Check what stands between this program and the server: a proxy or a client that drops rows.',
    details: { what, rows: rows.length },
  });
}
