import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { connectToDatabase } from '../system/database-target.js';
import type { System } from '../system/define-system.js';

/** What others hold longer than this is come back to: whoever waits for a lock lets others wait behind. */
const lockTimeout = '2s';

/** Runs work on a connection of its own, in UTC, which waits for no lock for long; closes it however the work ends. */
export async function withPurgeSession<Result>(
  system: System,
  database: string,
  call: PortCall,
  work: (session: SqlSession) => Promise<Result>,
): Promise<Result> {
  const session = await connectToDatabase(system, { database }, call);
  try {
    await session.query("SET TIME ZONE 'UTC'", [], call);
    await session.query("SET datestyle TO 'ISO'", [], call);
    await session.query(`SET lock_timeout TO '${lockTimeout}'`, [], call);
    return await work(session);
  } finally {
    await session.close();
  }
}
