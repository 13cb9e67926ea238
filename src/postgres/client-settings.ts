import { Socket } from 'node:net';
import type { ClientConfig } from 'pg';
import type { DatabaseTarget } from '../ports/postgres.js';
import { rootCertificates } from './root-certificates.js';

/** The longest that making a connection may take, in milliseconds. */
const connectTimeout = 5_000;

/** A session that exports a snapshot waits in its transaction for as long as the dump takes: hours, but not for ever. */
const idleInTransactionTimeout = 12 * 3_600_000;

/** By how much the client waits longer than the server, which should give up first; in milliseconds. */
const clientGrace = 30_000;

/**
 * Settings of one connection: nothing may wait for ever (facts I4). TLS is given as an object, never in a connection
 * string, where `sslmode` would silently discard it. The socket is ours, so that it can be cut at any moment.
 */
export async function clientSettings(
  target: DatabaseTarget,
  statementTimeoutMilliseconds: number,
): Promise<{ readonly settings: ClientConfig; readonly socket: Socket }> {
  const { host, port, database, credentials, tls, applicationName } = target;
  const socket = new Socket();
  const settings: ClientConfig = {
    host,
    port,
    database,
    user: credentials.user,
    // As a function: an empty string would make the driver look for a password elsewhere.
    password: () => credentials.password,
    application_name: applicationName,
    // The host is checked against the certificate by the driver, IP addresses included.
    ssl: tls.mode === 'off' ? false : { ca: await rootCertificates(tls), rejectUnauthorized: true },
    stream: () => socket,
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: statementTimeoutMilliseconds,
    query_timeout: statementTimeoutMilliseconds + clientGrace,
    idle_in_transaction_session_timeout: idleInTransactionTimeout,
  };
  return { settings, socket };
}
