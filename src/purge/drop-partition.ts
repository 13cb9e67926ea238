import type { Clock } from '../core/clock.js';
import { isBackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import type { PurgedPartition } from './purge-facts.js';

/** How often a partition is tried to be dropped that others use, and the pause between, in milliseconds. */
const attempts = 5;
const attemptPause = 1_000;

/** Drops a partition. A lock that others hold is not waited for long, because everybody else would wait behind: it is come back to. */
export async function dropPartition(
  session: SqlSession,
  partition: PurgedPartition,
  clock: Clock,
  call: PortCall,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await session.query(`DROP TABLE ${partition.sql}`, [], call);
      return;
    } catch (error) {
      if (!isBackupError(error, 'statement-timeout') || attempt === attempts) throw error;
    }
    await clock.sleep(attemptPause, call);
  }
}
