import type { PortCall } from '../ports/port-call.js';
import type { Row, SqlSession } from '../ports/postgres.js';
import { closeConnection } from './close-connection.js';
import type { Connection } from './open-connection.js';
import { translateStatementError } from './translate-sql-error.js';

/** What a session needs besides its connection. */
export interface SessionSettings {
  /** For messages: the database and where it is. */
  readonly subject: string;
  /** Opens a second connection, through which a running statement is cancelled. */
  readonly cancelFrom: () => Promise<Connection>;
}

/** One connection as the port has it: statements one after the other, each of which can be stopped. */
export function sqlSession(connection: Connection, settings: SessionSettings): SqlSession {
  let last: Promise<unknown> = Promise.resolve();
  return {
    serverVersion: connection.serverVersion,
    query: <R extends Row>(text: string, parameters?: readonly unknown[], call?: PortCall): Promise<readonly R[]> => {
      // The driver's own queue is deprecated, and a cancellation must not hit the next statement.
      const run = last.then(() => runStatement<R>(connection, settings, text, parameters ?? [], call?.signal));
      last = run.catch(() => undefined);
      return run;
    },
    close: () => closeConnection(connection),
  };
}

async function runStatement<R extends Row>(
  connection: Connection,
  settings: SessionSettings,
  text: string,
  parameters: readonly unknown[],
  signal: AbortSignal | undefined,
): Promise<readonly R[]> {
  signal?.throwIfAborted();
  let cancelled: Promise<void> | undefined;
  const onAbort = (): void => {
    cancelled = cancelStatement(connection, settings);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const result = await connection.client.query<R>(text, parameters.length === 0 ? undefined : [...parameters]);
    return result.rows;
  } catch (error) {
    if (!signal?.aborted) throw translateStatementError(error, settings.subject, connection.lost());
    return [];
  } finally {
    signal?.removeEventListener('abort', onAbort);
    // A cancellation that is still on its way would hit whatever comes next.
    await cancelled;
    signal?.throwIfAborted();
  }
}

/**
 * Ends the running statement on the server, so that nothing goes on there for nobody. Where the server cannot be told, the
 * connection is cut, and the session with it.
 */
async function cancelStatement(connection: Connection, { cancelFrom }: SessionSettings): Promise<void> {
  try {
    const second = await cancelFrom();
    try {
      await second.client.query('select pg_cancel_backend($1)', [connection.processId]);
    } finally {
      await closeConnection(second);
    }
  } catch {
    connection.socket.destroy();
  }
}
