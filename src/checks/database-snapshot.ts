import { type Duration, parseDuration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { onlyRow } from './only-row.js';
import { quoteLiteral } from './quote-sql.js';

/** Several connections that all see the database as it was at one instant. It lives until the work it was handed to settles. */
export interface DatabaseSnapshot {
  /** Each in its own REPEATABLE READ, READ ONLY transaction on the same snapshot; at least one. */
  readonly sessions: readonly [SqlSession, ...SqlSession[]];
  /** The exported snapshot's name, for `pg_dump --snapshot`. */
  readonly snapshot: string;
  /** The server's clock just before the snapshot was taken: whatever had been committed by then is in it. */
  readonly takenAt: Date;
  /** `txid_current_snapshot()`: `xmin:xmax:in-progress`, which tells exactly what is visible. */
  readonly transactions: string;
}

/** How to hold a snapshot. */
export interface DatabaseSnapshotOptions extends PortCall {
  /** Connections that read in parallel, 1 to 64. Default 1. */
  readonly sessions?: number | undefined;
  /** Ends a statement that runs longer, with `statement-timeout`. Default: the session's own. */
  readonly statementTimeout?: Duration | undefined;
}

interface SnapshotRow extends Readonly<Record<string, unknown>> {
  readonly snapshot: string;
  readonly taken_at: string;
  readonly transactions: string;
}

/**
 * Runs `work` on one snapshot of a database and closes every connection it opened, however `work` ends. The first
 * connection exports the snapshot and keeps it alive, so `work` may also hand its name to pg_dump.
 *
 * Errors: `invalid-input`, those of `connect`, of the statements, and of `work`.
 *
 * @example
 * ```ts
 * await withDatabaseSnapshot(connect, { sessions: 2 }, async ({ sessions, snapshot, takenAt }) => {
 *   const fingerprint = await fingerprintDatabase(sessions); // agrees with what pg_dump --snapshot writes
 * });
 * ```
 */
export async function withDatabaseSnapshot<Result>(
  connect: (call: PortCall) => Promise<SqlSession>,
  options: DatabaseSnapshotOptions,
  work: (snapshot: DatabaseSnapshot) => Promise<Result>,
): Promise<Result> {
  const { sessions: wanted = 1, statementTimeout, signal } = options;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > 64) {
    throw invalidInput('sessions', `is not a number of connections: ${wanted}`, 'Give a whole number from 1 to 64.');
  }
  const timeout =
    statementTimeout === undefined ? undefined : Math.ceil(parseDuration(statementTimeout, 'statementTimeout'));
  const opened: SqlSession[] = [];
  const open = async (): Promise<SqlSession> => {
    signal?.throwIfAborted();
    const session = await connect({ signal });
    opened.push(session);
    return session;
  };
  try {
    const first = await open();
    const taken = await exportSnapshot(first, timeout, { signal });
    const join = async (): Promise<void> => joinSnapshot(await open(), taken.snapshot, timeout, { signal });
    // Settled, not raced: a connection that opens after another one failed must be closed too.
    const joined = await Promise.allSettled(Array.from({ length: wanted - 1 }, join));
    for (const outcome of joined) if (outcome.status === 'rejected') throw outcome.reason;
    return await work({ ...taken, sessions: [first, ...opened.filter((session) => session !== first)] });
  } finally {
    await Promise.all(opened.map((session) => session.close()));
  }
}

async function exportSnapshot(
  session: SqlSession,
  timeout: number | undefined,
  call: PortCall,
): Promise<Omit<DatabaseSnapshot, 'sessions'>> {
  await begin(session, undefined, timeout, call);
  // The first query takes the transaction's snapshot; the statement's timestamp was read before that.
  const rows = await session.query<SnapshotRow>(
    `SELECT pg_catalog.pg_export_snapshot() AS snapshot,
            pg_catalog.to_char(pg_catalog.statement_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS taken_at,
            pg_catalog.txid_current_snapshot()::text AS transactions`,
    [],
    call,
  );
  const { snapshot, taken_at, transactions } = onlyRow(rows, 'the exported snapshot');
  return { snapshot, takenAt: new Date(taken_at), transactions };
}

async function joinSnapshot(
  session: SqlSession,
  snapshot: string,
  timeout: number | undefined,
  call: PortCall,
): Promise<void> {
  await begin(session, snapshot, timeout, call);
}

async function begin(
  session: SqlSession,
  snapshot: string | undefined,
  timeout: number | undefined,
  call: PortCall,
): Promise<void> {
  const run = (text: string): Promise<unknown> => session.query(text, [], call);
  await run('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
  if (snapshot !== undefined) await run(`SET TRANSACTION SNAPSHOT ${quoteLiteral(snapshot)}`);
  if (timeout !== undefined) await run(`SET LOCAL statement_timeout = ${timeout}`);
  // The exporting session sits idle while pg_dump runs: it must not be ended for the length of its transaction. How long it
  // may be idle is the connection's to say.
  if (session.serverVersion >= 170_000) await run('SET LOCAL transaction_timeout = 0');
}
