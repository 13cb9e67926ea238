import type { DatabaseTarget, SqlPort } from '../ports/postgres.js';

/** How long ending them may take, in milliseconds. */
const patience = 5_000;

/**
 * Ends what a killed program left running on the server: a backend notices that its client is gone only when it next writes
 * to it (facts H20). Found by the name of that one run. Where the server cannot be asked there is nothing to end, or it
 * notices by itself; so this never rejects.
 */
export async function endBackends(sql: SqlPort, target: DatabaseTarget, applicationName: string): Promise<void> {
  const signal = AbortSignal.timeout(patience);
  try {
    const session = await sql.connect(
      { ...target, applicationName: `${applicationName.slice(0, 59)}/end` },
      { signal },
    );
    try {
      await session.query(
        'select pg_terminate_backend(pid, $2) from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()',
        [applicationName, patience / 2],
        { signal },
      );
    } finally {
      await session.close();
    }
  } catch {
    // See above.
  }
}
