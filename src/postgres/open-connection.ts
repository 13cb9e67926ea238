import type { Socket } from 'node:net';
import type { Client } from 'pg';
import type { DatabaseTarget } from '../ports/postgres.js';
import { clientSettings } from './client-settings.js';

/** An open connection, with what is needed to end it in any state. */
export interface Connection {
  readonly client: Client;
  readonly socket: Socket;
  /** `server_version_num`. */
  readonly serverVersion: number;
  /** The server's process behind it. */
  readonly processId: number;
  /** Why it was lost, once it was. */
  readonly lost: () => Error | undefined;
}

/** Makes one connection, once. Errors are the driver's, an abort is the signal's reason. */
export async function openConnection(
  target: DatabaseTarget,
  statementTimeoutMilliseconds: number,
  signal: AbortSignal | undefined,
): Promise<Connection> {
  signal?.throwIfAborted();
  const { default: pg } = await import('pg');
  const { settings, socket } = await clientSettings(target, statementTimeoutMilliseconds);
  signal?.throwIfAborted();
  const client = new pg.Client(settings);
  let lost: Error | undefined;
  // The first reason is the one that tells; without a listener it would end the process (facts I2).
  client.on('error', (error: Error) => {
    lost ??= error;
  });
  const onAbort = (): void => {
    socket.destroy();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number; pid: number }>(
      `select current_setting('server_version_num')::int as version, pg_backend_pid() as pid`,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('the server did not say its version');
    return { client, socket, serverVersion: row.version, processId: row.pid, lost: () => lost };
  } catch (error) {
    socket.destroy();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
