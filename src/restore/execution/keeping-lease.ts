import { every } from '../../core/clock.js';
import type { Execution } from './execution.js';

/** Well within the time that a lease is good for. */
const intervalMilliseconds = 60_000;

/**
 * Keeps the journal's lease while a program works that says nothing for long, such as pg_restore building an index: on the machine's
 * own time, which is the program's. A lease that is lost aborts the execution's signal.
 */
export async function keepingLease<Result>(
  execution: Pick<Execution, 'keepLease'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const stop = every(intervalMilliseconds, () => {
    // Its failure has aborted the signal.
    execution.keepLease().catch(() => undefined);
  });
  try {
    return await work();
  } finally {
    stop();
  }
}
