import { namePartsOf } from '../checks/table-name.js';
import { withinDeadline } from '../checks/within-deadline.js';
import type { CallOptions } from '../core/call-options.js';
import { clearingUpSignal } from '../core/clock.js';
import { type Duration, parseDuration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import type { System } from '../system/define-system.js';
import { ageCondition } from './age-condition.js';
import { checkPurgeDecision } from './check-purge-decision.js';
import { checkPurgeable } from './check-purgeable.js';
import { deleteRows } from './delete-rows.js';
import { dropPartition } from './drop-partition.js';
import type { PurgeDecision, PurgeOutcome } from './purge-decision.js';

/** How long the evidence of a purge that was stopped may take to be written, in milliseconds. */
const evidenceTimeout = 20_000;

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
  const limits = { clock: system.clock, deadline: options.deadline, signal: options.signal };
  return withinDeadline(`purging ${decision.table}`, limits, async (signal) => {
    const startedAt = system.clock.now();
    const tally: Tally = { deletedRows: 0, transactions: 0, longestTransaction: 0, droppedPartitions: [] };
    const outcome = (): PurgeOutcome => ({ startedAt, finishedAt: system.clock.now(), ...tally });
    try {
      await withPurgeSession(system, decision.database, { signal }, (session) =>
        purge(system, session, decision, { tally, pause, onProgress: options.onProgress }, { signal }),
      );
    } catch (error) {
      if (tally.transactions > 0) {
        const call = { signal: clearingUpSignal(evidenceTimeout) };
        // Why it stopped is what the caller is told.
        await recordPurge(system, decision, outcome(), 'stopped', call).catch(() => undefined);
      }
      throw error;
    }
    const evidence = await recordPurge(system, decision, outcome(), 'finished', { signal });
    return { ...outcome(), ...(evidence === undefined ? {} : { evidence }) };
  });
}

async function purge(
  system: System,
  session: SqlSession,
  decision: PurgeDecision,
  run: { readonly tally: Tally; readonly pause: number; readonly onProgress: CallOptions['onProgress'] },
  call: PortCall,
): Promise<void> {
  const { table, column, columnType, cutoff, database, archivedBy } = decision;
  const [schema = '', name = ''] = namePartsOf(table);
  const { clock } = system;
  const { tally, pause, onProgress } = run;
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
  const began = clock.now().getTime();
  const count = (milliseconds: number): void => {
    tally.transactions += 1;
    tally.longestTransaction = Math.max(tally.longestTransaction, milliseconds);
    const at = clock.now();
    const percent = decision.rows === 0 ? 100 : Math.min(100, Math.floor((100 * tally.deletedRows) / decision.rows));
    onProgress?.({
      operation: 'purge',
      phase: 'deleting',
      subject: table,
      at,
      elapsedMilliseconds: at.getTime() - began,
      percent,
    });
  };
  const whole = (await read()).facts.partitions.filter(
    (each) => each.whole && decision.wholePartitions.includes(each.name),
  );
  for (const partition of whole) {
    const since = clock.now().getTime();
    await dropPartition(session, partition, clock, call);
    tally.droppedPartitions.push(partition.name);
    count(clock.now().getTime() - since);
  }
  const condition = { sql: ageCondition(column, columnType), parameter: cutoff };
  for (const leaf of (await read()).facts.leaves) {
    for await (const { rows, milliseconds } of deleteRows(session, leaf, condition, clock, call)) {
      tally.deletedRows += rows;
      count(milliseconds);
      if (pause > 0) await clock.sleep(pause, call);
    }
  }
}
