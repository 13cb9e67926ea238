import type { CheckResult } from '../core/check-result.js';
import { clearingUpSignal } from '../core/clock.js';
import { BackupError, isBackupError } from '../core/errors.js';
import type { Journal } from '../ports/journal.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { dropDatabase, findDatabase, withServer } from '../restore/dump/server-databases.js';
import { operationIdOf } from '../restore/execution/operation-id.js';
import type { DumpRestorePlan } from '../restore/plan/restore-plan.js';
import type { System } from '../system/define-system.js';

/** Whether the database to restore into is there, whoever has made it. */
export async function isScratchThere(system: System, plan: DumpRestorePlan, call: PortCall): Promise<boolean> {
  const found = await onServerOf(system, plan, call, (session) => findDatabase(session, plan.into.database, call));
  return found !== undefined;
}

/** Makes sure that the database to restore into is not there: what is dropped afterwards must be ours. */
export async function requireAbsent(system: System, plan: DumpRestorePlan, call: PortCall): Promise<void> {
  if (!(await isScratchThere(system, plan, call))) return;
  const { database, host } = plan.into;
  throw new BackupError({
    code: 'precondition-failed',
    message: `the scratch database ${database} on ${host} is there already`,
    hint: 'Name one that is not: it is made for the check and dropped after it.',
    field: 'scratch.database',
    details: { database, host },
  });
}

/** How often dropping is tried whose connection is lost, and the pause between, in milliseconds. */
const dropAttempts = 3;
const dropPause = 2_000;

/** How long the journal may take to be read, in milliseconds. */
const journalMilliseconds = 20_000;

/**
 * Drops what the execution of a plan has made, if it is there, and nothing else. It takes no signal: it also runs when the
 * call was aborted. A connection that is lost is made again a few times. Gives a failed check where it could not, or, after a `failure`, rejects with both; an error that no service has
 * answered with comes out as it is.
 */
export async function dropScratch(
  system: System,
  plan: DumpRestorePlan,
  journal: Journal,
  failure?: unknown,
): Promise<CheckResult | undefined> {
  const { database, host } = plan.into;
  const both = `the check failed, and so did dropping the scratch database ${database} on ${host}`;
  try {
    await dropIfOurs(system, plan, journal);
    return undefined;
  } catch (error) {
    if (!isBackupError(error)) throw failure === undefined ? error : new AggregateError([failure, error], both);
    const reason = error.message;
    const summary = `the scratch database ${database} on ${host} could not be dropped: ${reason}`;
    const details = { database, host, reason };
    if (failure === undefined) return { check: 'scratch-database', verdict: 'failed', summary, evidence: details };
    throw new BackupError({
      code: 'restore-failed',
      message: `the check failed (${messageOf(failure)}), and ${summary}`,
      hint: `Drop the database ${database} by hand; nothing else was left.`,
      details,
      cause: failure,
    });
  }
}

async function dropIfOurs(system: System, plan: DumpRestorePlan, journal: Journal): Promise<void> {
  const { database } = plan.into;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await onServerOf(system, plan, {}, async (session) => {
        const found = await findDatabase(session, database, {});
        if (found === undefined || !(await isOurs(found.comment, plan, journal))) return;
        await dropDatabase(session, database, {});
      });
      return;
    } catch (error) {
      if (!isBackupError(error, 'database-unreachable') || !error.retryable || attempt === dropAttempts) throw error;
    }
    await system.clock.sleep(dropPause);
  }
}

/** It carries the plan's mark, or this very run was about to make it and was cut off before it could mark it. */
async function isOurs(comment: string | null, plan: DumpRestorePlan, journal: Journal): Promise<boolean> {
  if (comment !== null) return comment.includes(operationIdOf(plan));
  const entries = await journal.read(plan.hash, { signal: clearingUpSignal(journalMilliseconds) });
  return entries.some(({ kind, details }) => kind === 'step-noted' && details?.creating === true);
}

function onServerOf<Result>(
  system: System,
  { into }: DumpRestorePlan,
  call: PortCall,
  work: (session: SqlSession) => Promise<Result>,
): Promise<Result> {
  return withServer(system, { endpoint: { address: into.host, port: into.port } }, call, work);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
