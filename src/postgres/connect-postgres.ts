import { type Duration, parseDuration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';
import type { PostgresPorts } from '../ports/postgres.js';
import { postgresTools } from './postgres-tools.js';
import { sqlPort } from './sql-port.js';

/** How PostgreSQL is reached. */
export interface PostgresOptions {
  /**
   * Directory with pg_dump and pg_restore. Default: the environment's `ZEPHYR_POSTGRES_BIN`, then the newest below
   * `/usr/lib/postgresql`, then `PATH`.
   */
  readonly binDirectory?: string | undefined;
  /** The longest that one statement may run; the server ends it. Default `'1h'`. */
  readonly statementTimeout?: Duration | undefined;
}

/**
 * PostgreSQL for `defineSystem`: connections through `pg`, dumps through pg_dump and pg_restore. Connects to nothing and
 * looks for no program until it is used. `defineSystem` makes one of these by itself; make one to say where the programs are.
 *
 * Errors: `invalid-input`.
 *
 * @example
 * ```ts
 * const postgres = connectPostgres({ binDirectory: '/usr/lib/postgresql/15/bin' });
 * ```
 */
export function connectPostgres(options: PostgresOptions = {}): PostgresPorts {
  const { binDirectory, statementTimeout = '1h' } = options;
  if (binDirectory !== undefined && (typeof binDirectory !== 'string' || binDirectory === '')) {
    throw invalidInput('binDirectory', 'is not a directory', 'Write the directory that holds pg_dump.');
  }
  const sql = sqlPort({ statementTimeoutMilliseconds: parseDuration(statementTimeout, 'statementTimeout') });
  return { sql, tools: postgresTools({ binDirectory, sql }) };
}
