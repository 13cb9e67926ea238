import { BackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';

/** What tells one running server from another. JSON-safe. */
export interface ServerIdentity {
  /** Seconds since 1970 to the microsecond: no two servers started at the same one. */
  readonly startedAt: string;
  readonly address: string | null;
  readonly port: number | null;
  readonly recovering: boolean;
}

interface IdentityRow extends Readonly<Record<string, unknown>> {
  readonly started_at: string;
  readonly address: string | null;
  readonly port: number | null;
  readonly recovering: boolean;
}

/**
 * Asks a server who it is. Not its system identifier: a restored copy has that of its source (facts C6.6).
 *
 * Errors: those of `SqlSession.query`.
 */
export async function readServerIdentity(session: SqlSession, call: PortCall): Promise<ServerIdentity> {
  const [row] = await session.query<IdentityRow>(
    `SELECT pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time())::numeric(20, 6)::text AS started_at,
            pg_catalog.host(pg_catalog.inet_server_addr()) AS address,
            pg_catalog.inet_server_port() AS port,
            pg_catalog.pg_is_in_recovery() AS recovering`,
    [],
    call,
  );
  if (row === undefined) {
    throw new BackupError({
      code: 'query-failed',
      message: 'the server did not say who it is',
      hint: 'What answers at this address is no PostgreSQL server.',
    });
  }
  return { startedAt: row.started_at, address: row.address, port: row.port, recovering: row.recovering };
}

/**
 * Has a server write to its log, and to nothing else: a transaction's id is assigned, which one that only reads refuses.
 *
 * Errors: `query-failed` where it does not, and those of `SqlSession.query`.
 */
export async function writeSomething(session: SqlSession, call: PortCall): Promise<void> {
  const [row] = await session.query<{ readonly writes: boolean }>(
    `SELECT pg_catalog.txid_current() > 0 AND pg_catalog.current_setting('transaction_read_only') = 'off' AS writes`,
    [],
    call,
  );
  if (row?.writes === true) return;
  throw new BackupError({
    code: 'query-failed',
    message: 'the server takes no writes: its transactions are read-only',
    hint: 'Look at default_transaction_read_only of the server, the database and the user; then execute the plan again.',
  });
}
