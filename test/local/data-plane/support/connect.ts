import { Client } from 'pg';
import type { Endpoint } from '../../../../src/local/data-plane/data-plane.js';
import type { PostgresDataPlane } from '../../../../src/local/data-plane/postgres-data-plane.js';

/** The master user of the clusters in these tests. */
export const master = { masterUsername: 'zephyr_admin', masterPassword: "s3cret'\\;\n\nx", databaseName: 'zephyr' };

/** How a test connects, where not as the master with its first password and TLS. */
export interface ConnectOptions {
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly tls?: boolean;
}

/** Connects, does `work`, disconnects. */
export async function connected<Result>(
  plane: PostgresDataPlane,
  endpoint: Endpoint,
  work: (client: Client) => Promise<Result>,
  options: ConnectOptions = {},
): Promise<Result> {
  const client = new Client({
    host: endpoint.address,
    port: endpoint.port,
    user: options.user ?? master.masterUsername,
    password: options.password ?? master.masterPassword,
    database: options.database ?? master.databaseName,
    ssl: options.tls === false ? false : { ca: plane.caCertificate },
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The first column of the first row. */
export async function value(client: Client, sql: string, parameters: unknown[] = []): Promise<unknown> {
  const { rows } = await client.query<Record<string, unknown>>(sql, parameters);
  return Object.values(rows[0] ?? {})[0];
}
