import { quoteIdentifier } from '../../checks/quote-sql.js';
import type { PortCall } from '../../ports/port-call.js';
import type { SqlSession } from '../../ports/postgres.js';
import { connectToDatabase, type DatabasePlace } from '../../system/database-target.js';
import type { System } from '../../system/define-system.js';

/** Every server has it, and nobody restores into it. */
export const maintenanceDatabase = 'postgres';

/** Runs `work` with one connection to a server, to see to its databases. */
export async function withServer<Result>(
  system: System,
  server: Pick<DatabasePlace, 'instance' | 'endpoint'>,
  call: PortCall,
  work: (session: SqlSession) => Promise<Result>,
): Promise<Result> {
  const session = await connectToDatabase(system, { ...server, database: maintenanceDatabase }, call);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** A database of the server with its comment; `undefined`: there is none of that name. */
export async function findDatabase(
  session: SqlSession,
  name: string,
  call: PortCall,
): Promise<{ readonly comment: string | null } | undefined> {
  const [found] = await session.query<{ readonly comment: string | null }>(
    `SELECT pg_catalog.shobj_description(oid, 'pg_database') AS comment FROM pg_catalog.pg_database WHERE datname = $1`,
    [name],
    call,
  );
  return found;
}

/** Drops a database, if it is there, with whoever is connected to it. */
export async function dropDatabase(session: SqlSession, name: string, call: PortCall): Promise<void> {
  const force = session.serverVersion >= 130_000 ? ' WITH (FORCE)' : '';
  await session.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)}${force}`, [], call);
}
