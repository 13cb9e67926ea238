import type { Client } from 'pg';
import type { RegionHome } from '../home/region-home.js';
import { asAdmin } from './admin-session.js';
import { addCluster, type ClusterStore, configure, runPrivately } from './cluster-store.js';
import { templateId } from './kept-clusters.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { runTool } from './run-tool.js';
import { adminDatabase, adminUser } from './server-configuration.js';

/** Makes the data directory that every new cluster starts as a copy of, as RDS would hand it out; returns its path. */
export async function makeTemplate(store: ClusterStore): Promise<string> {
  const { home, binaries } = store;
  const template = await addCluster(store, { resourceId: templateId, masterUsername: adminUser }, async (cluster) => {
    await initialise(binaries, home, cluster.data, store.closing);
    await configure(store, cluster);
    await runPrivately(store, cluster, { archive_mode: 'off' }, async () => {
      await asAdmin(cluster, (client) => runAll(client, templateStatements(binaries.majorVersion)), 'postgres');
      await asAdmin(cluster, (client) => runAll(client, heartbeatStatements));
    });
  });
  return template.data;
}

async function runAll(client: Client, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await client.query(statement);
}

async function initialise(
  binaries: PostgresBinaries,
  home: RegionHome,
  data: string,
  signal?: AbortSignal | undefined,
): Promise<void> {
  // Encodings that every machine has; RDS sorts by en_US, which not every machine has.
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C';
  await runTool({
    program: `${binaries.directory}/initdb`,
    arguments: [
      `--pgdata=${data}`,
      `--username=${adminUser}`,
      '--auth=trust',
      '--encoding=UTF8',
      `--locale=${locale}`,
      '--wal-segsize=4',
      '--no-sync',
      '--no-instructions',
    ],
    home,
    signal,
  });
}

/** What RDS puts into every instance: its own roles, its own database. In order, one statement each, in database `postgres`. */
export function templateStatements(majorVersion: number): readonly string[] {
  return [
    'CREATE ROLE rds_superuser NOLOGIN',
    'CREATE ROLE rds_replication NOLOGIN',
    'GRANT pg_monitor, pg_signal_backend, pg_read_all_data, pg_write_all_data, rds_replication TO rds_superuser WITH ADMIN OPTION',
    // Older servers leave it to superusers (facts H15).
    ...(majorVersion >= 15
      ? ['GRANT pg_checkpoint TO rds_superuser', 'GRANT SET ON PARAMETER session_replication_role TO rds_superuser']
      : []),
    `CREATE DATABASE ${adminDatabase}`,
    `REVOKE ALL ON DATABASE ${adminDatabase} FROM PUBLIC`,
  ];
}

/** What goes into the database `rdsadmin`: a table to write a heartbeat to, so that there is always something to recover to. */
export const heartbeatStatements = [
  'CREATE TABLE rds_heartbeat2 (id integer PRIMARY KEY, value bigint NOT NULL)',
  'INSERT INTO rds_heartbeat2 VALUES (1, 0)',
] as const;

/** Makes the master user, who is no superuser but owns every database, and the first database. */
export async function addMaster(
  client: Client,
  master: { readonly username: string; readonly password: string; readonly databaseName?: string | undefined },
): Promise<void> {
  const user = client.escapeIdentifier(master.username);
  // A statement that fails is written to the server's log, and this one holds a password.
  await client.query('SET log_min_error_statement = panic');
  await client.query(
    `CREATE ROLE ${user} LOGIN CREATEDB CREATEROLE IN ROLE rds_superuser PASSWORD ${client.escapeLiteral(master.password)}`,
  );
  await client.query(`ALTER DATABASE postgres OWNER TO ${user}`);
  await client.query(`ALTER DATABASE template1 OWNER TO ${user}`);
  if (master.databaseName !== undefined && master.databaseName !== 'postgres') {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(master.databaseName)} OWNER ${user}`);
  }
}

/** Gives the master user another password. */
export async function changePassword(client: Client, username: string, password: string): Promise<void> {
  await client.query('SET log_min_error_statement = panic');
  await client.query(`ALTER ROLE ${client.escapeIdentifier(username)} PASSWORD ${client.escapeLiteral(password)}`);
}
