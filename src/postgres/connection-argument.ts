import type { DatabaseTarget } from '../ports/postgres.js';

/**
 * `--dbname=` with a connection string that holds everything but the password. A bare database name with `=` or `://` in it
 * would be read as a connection string of its own; quoted inside of one it is only a name (facts H16).
 */
export function connectionArgument({ host, port, database, credentials }: DatabaseTarget): string {
  const parts = {
    host,
    port: String(port),
    dbname: database,
    user: credentials.user,
    // A server that vanished is noticed within a minute instead of a quarter of an hour (facts I4).
    keepalives_idle: '10',
    keepalives_interval: '10',
    keepalives_count: '5',
  };
  const quoted = Object.entries(parts).map(([name, value]) => `${name}='${value.replace(/[\\']/g, '\\$&')}'`);
  return `--dbname=${quoted.join(' ')}`;
}
