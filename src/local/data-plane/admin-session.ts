import type { Client } from 'pg';
import { type Cluster, clusterFailed, wrongState } from './cluster.js';
import { adminDatabase, adminUser } from './server-configuration.js';

/**
 * Works on a running cluster as `rdsadmin`, through the socket that no one else can reach. Errors of the session become
 * `server-failed` with the end of the server's log.
 */
export async function asAdmin<Result>(
  cluster: Cluster,
  work: (client: Client) => Promise<Result>,
  database: string = adminDatabase,
): Promise<Result> {
  const server = cluster.server;
  if (server?.isRunning() !== true) throw wrongState(cluster.resourceId, 'is not running');
  // Loaded when first needed: it costs more than starting a region without servers.
  const { Client } = await import('pg');
  const client = new Client({
    host: cluster.socketDirectory,
    port: server.port,
    user: adminUser,
    database,
    ssl: false,
    application_name: adminUser,
    connectionTimeoutMillis: 30_000,
  });
  // Without a listener a lost connection ends the process (facts I2); the query in flight reports it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    if (isServerError(error)) throw await clusterFailed(cluster, error.message, error);
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Of the session, not of this library. */
function isServerError(error: unknown): error is Error {
  return error instanceof Error && error.name !== 'BackupError' && error.name !== 'AbortError';
}
