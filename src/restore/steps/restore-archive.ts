import { withinDeadline } from '../../checks/within-deadline.js';
import { isBackupError } from '../../core/errors.js';
import { inParallel } from '../../core/in-parallel.js';
import type { DatabaseTarget } from '../../ports/postgres.js';
import { archiveStore } from '../../system/archive-store.js';
import { resolveDatabaseTarget } from '../../system/database-target.js';
import { withArchiveFile } from '../archive-file.js';
import type { Execution, StepResult } from '../execution.js';
import type { DumpRestorePlan } from '../restore-plan.js';
import type { RestoreArchiveStep } from '../restore-step.js';
import { type RestoredArchive, streamArchive } from '../stream-archive.js';
import { dropOwnTarget, lookAtTarget, makeTarget, targetNotEmpty } from '../target-database.js';

/**
 * Restores the archives of a dump, each proven by its SHA-256. Of a dump in several the definitions come first, then the rows of
 * all archives at once, then the indexes and constraints over them: so no archive has to wait for the rows of another. What did
 * not arrive whole is not left behind.
 *
 * Errors: `dump-corrupt`, `restore-failed`, `precondition-failed`, ...
 */
export async function restoreArchive(
  execution: Execution,
  plan: DumpRestorePlan,
  step: RestoreArchiveStep,
): Promise<StepResult> {
  await emptyTarget(execution, plan);
  const { system, until } = execution;
  const limits = { clock: system.clock, deadline: until, signal: execution.call.signal };
  try {
    await withinDeadline(`restoring ${plan.facts.dump}`, limits, (signal) => restoreAll(execution, plan, step, signal));
  } catch (error) {
    throw await cleanUp(execution, plan, error);
  }
  return { status: 'finished', facts: { archives: step.archives.length, bytes: bytesOf(step.archives) } };
}

async function restoreAll(
  execution: Execution,
  plan: DumpRestorePlan,
  step: RestoreArchiveStep,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { system } = execution;
  const { store } = archiveStore(system);
  const { tools } = await system.postgres();
  const endpoint = { address: plan.into.host, port: plan.into.port };
  // Asked for each: a password that is good for a quarter of an hour may be over before the last of them begins.
  const target = (stop: AbortSignal | undefined): Promise<DatabaseTarget> =>
    resolveDatabaseTarget(system, { endpoint, database: step.database }, { signal: stop });
  const onBytes = reporter(execution, step);
  const restoreRows = (archives: readonly RestoredArchive[]): Promise<unknown> =>
    inParallel(step.workers, archives, signal, async (archive, stop) => {
      const restore = { archive, target: await target(stop), onBytes: onBytes(archive) };
      await streamArchive(store, tools, restore, { signal: stop });
    });
  const schema = step.archives.find(({ content }) => content === 'schema');
  if (schema === undefined) {
    await restoreRows(step.archives);
    return;
  }
  // pg_restore reads the definitions twice, and builds in parallel only from a file (facts H11); it is a small one, without rows.
  await withArchiveFile(store, schema, { signal }, async (path) => {
    const source = { kind: 'file', path } as const;
    onBytes(schema)(schema.sizeBytes);
    await tools.restore(await target(signal), { source, jobs: 1, sections: ['pre-data'] }, { signal });
    await restoreRows(step.archives.filter((archive) => archive !== schema));
    const rest = { source, jobs: step.workers, sections: ['post-data'] } as const;
    await tools.restore(await target(signal), rest, { signal });
  });
}

/** Reports what has arrived, of all archives together. */
function reporter(
  execution: Execution,
  step: RestoreArchiveStep,
): (archive: RestoredArchive) => (bytes: number) => void {
  const total = Math.max(1, bytesOf(step.archives));
  const arrived = new Map<string, number>();
  return ({ key }) =>
    (own) => {
      arrived.set(key, own);
      const bytes = [...arrived.values()].reduce((sum, each) => sum + each, 0);
      execution.report(step, { subject: key, bytes, percent: (100 * bytes) / total });
    };
}

/** What an earlier attempt of this plan left is made anew; everything else that is not empty is left alone. */
async function emptyTarget(execution: Execution, plan: DumpRestorePlan): Promise<void> {
  const state = await lookAtTarget(execution, plan);
  if (state === 'not-empty') throw targetNotEmpty(plan);
  if (state === 'ours-not-empty') await dropOwnTarget(execution, plan);
  if (state === 'ours-not-empty' || state === 'absent') await makeTarget(execution, plan);
}

/** Drops what a failed restore left in a database that we made. An interrupted one stays: the next run makes it anew. */
async function cleanUp(execution: Execution, plan: DumpRestorePlan, error: unknown): Promise<unknown> {
  if (!isBackupError(error, 'dump-corrupt') && !isBackupError(error, 'restore-failed')) return error;
  await dropOwnTarget(execution, plan);
  return error;
}

function bytesOf(archives: readonly RestoredArchive[]): number {
  return archives.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
