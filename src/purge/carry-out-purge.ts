import { namePartsOf } from '../checks/table-name.js';
import { withinDeadline } from '../checks/within-deadline.js';
import type { CallOptions } from '../core/call-options.js';
import { type Duration, parseDuration } from '../core/duration.js';
import { invalidInput, isBackupError } from '../core/errors.js';
import { progressReporter } from '../core/progress-reporter.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import type { System } from '../system/define-system.js';
import { ageCondition } from './age-condition.js';
import { checkPurgeDecision } from './check-purge-decision.js';
import { checkPurgeable } from './check-purgeable.js';
import { deleteRows } from './delete-rows.js';
import { dropPartition } from './drop-partition.js';
import type { PurgeDecision, PurgeOutcome } from './purge-decision.js';
import type { PurgeEnd } from './purge-evidence.js';

/** How a purge is carried out. */
export interface CarryOutPurgeOptions extends CallOptions {
  /** After each transaction, to leave room for others and for replicas. Default: none. */
  readonly pause?: Duration | undefined;
}

/** What has been done so far. */
interface Tally {
  deletedRows: number;
  transactions: number;
  longestTransaction: number;
  readonly droppedPartitions: string[];
  /** What the transaction is about that has begun and of which nothing is known yet. */
  open: string | undefined;
}

/**
 * Deletes what was decided: drops the partitions that hold nothing younger than the cutoff, each in a transaction of its own, and
 * deletes the other rows in transactions of some 25 milliseconds. It can be stopped and killed at any time: what is done is
 * done, and the same decision, or a new one, does the rest. Space becomes free for new rows once autovacuum has been there.
 *
 * Errors: `invalid-input`; `precondition-failed` for a decision older than a day, or where what it rested on has changed;
 * `statement-timeout` where others hold what is to go; those of {@link decidePurge} and of evidence.
 */
export async function carryOutPurge(
  system: System,
  decision: PurgeDecision,
  options: CarryOutPurgeOptions = {},
): Promise<PurgeOutcome> {
  const pause = options.pause === undefined ? 0 : parseDuration(options.pause, 'pause');
  checkPurgeDecision(decision, system.clock);
  const { withPurgeSession } = await import('./purge-session.js');
  const { recordPurge } = await import('./purge-evidence.js');
  const { recordStopped } = await import('../evidence/record-stopped.js');
  const limits = { clock: system.clock, deadline: options.deadline, signal: options.signal };
  return withinDeadline(`purging ${decision.table}`, limits, async (signal) => {
    const startedAt = system.clock.now();
    const report = progressReporter('purge', system.clock, options.onProgress);
    const tally: Tally = {
      deletedRows: 0,
      transactions: 0,
      longestTransaction: 0,
      droppedPartitions: [],
      open: undefined,
    };
    const outcome = (): PurgeOutcome => {
      const { open: _open, ...done } = tally;
      return { startedAt, finishedAt: system.clock.now(), ...done };
    };
    let done: PurgeOutcome | undefined;
    try {
      await withPurgeSession(system, decision.database, { signal }, (session) =>
        purge(system, session, decision, { tally, pause, report }, { signal }),
      );
      done = outcome();
      const evidence = await recordPurge(system, decision, done, { stage: 'finished' }, { signal });
      return { ...done, ...(evidence === undefined ? {} : { evidence }) };
    } catch (error) {
      const unanswered = wasUndone(error) ? undefined : tally.open;
      if (tally.transactions === 0 && unanswered === undefined) throw error;
      const end: PurgeEnd = done === undefined ? { stage: 'stopped', unanswered } : { stage: 'finished' };
      throw await recordStopped(
        error,
        (call) => recordPurge(system, decision, done ?? outcome(), end, call),
        ({ message }) => report({ phase: 'evidence-lost', subject: decision.table, status: message }),
      );
    }
  });
}

/** The server has answered: what was not confirmed is rolled back. A lost connection and an abort leave it open. */
function wasUndone(error: unknown): boolean {
  return isBackupError(error) && error.code !== 'database-unreachable' && error.code !== 'deadline-exceeded';
}

async function purge(
  system: System,
  session: SqlSession,
  decision: PurgeDecision,
  run: { readonly tally: Tally; readonly pause: number; readonly report: ReturnType<typeof progressReporter> },
  call: PortCall,
): Promise<void> {
  const { table, column, columnType, cutoff, database, archivedBy } = decision;
  const [schema = '', name = ''] = namePartsOf(table);
  const { clock } = system;
  const { tally, pause, report } = run;
  const { readPurgeFacts } = await import('./purge-facts.js');
  const { checkArchived } = await import('./archived-rows.js');
  if (archivedBy !== undefined) await checkArchived(system, archivedBy, { database, schema, table, cutoff }, call);
  const place = { schema, name, column, cutoff };
  const read = async (): Promise<ReturnType<typeof checkPurgeable>> => {
    const seen = checkPurgeable(await readPurgeFacts(session, place, call), decision, session.serverVersion);
    if (seen.columnType === columnType) return seen;
    throw invalidInput(
      'decision',
      `is of another table: ${table}.${column} is ${seen.columnType} now`,
      'Decide again.',
    );
  };
  const count = (milliseconds: number): void => {
    tally.open = undefined;
    tally.transactions += 1;
    tally.longestTransaction = Math.max(tally.longestTransaction, milliseconds);
    const percent = decision.rows === 0 ? 100 : Math.min(100, Math.floor((100 * tally.deletedRows) / decision.rows));
    report({ phase: 'deleting', subject: table, percent });
  };
  const whole = (await read()).facts.partitions.filter(
    (each) => each.whole && decision.wholePartitions.includes(each.name),
  );
  for (const partition of whole) {
    const since = clock.now().getTime();
    tally.open = partition.name;
    await dropPartition(session, partition, clock, call);
    tally.droppedPartitions.push(partition.name);
    count(clock.now().getTime() - since);
  }
  const condition = { sql: ageCondition(column, columnType), parameter: cutoff };
  for (const leaf of (await read()).facts.leaves) {
    tally.open = leaf.name;
    for await (const { rows, milliseconds } of deleteRows(session, leaf, condition, clock, call)) {
      tally.deletedRows += rows;
      count(milliseconds);
      if (pause > 0) await clock.sleep(pause, call);
      tally.open = leaf.name;
    }
    tally.open = undefined;
  }
}
