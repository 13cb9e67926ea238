import { withinDeadline } from '../../checks/within-deadline.js';
import { isBackupError } from '../../core/errors.js';
import type { ObjectStorePort } from '../../ports/object-store.js';
import type { DatabaseTarget, PostgresToolsPort } from '../../ports/postgres.js';
import { archiveStore } from '../../system/archive-store.js';
import { resolveDatabaseTarget } from '../../system/database-target.js';
import type { Execution } from '../execution/execution.js';
import { keepingLease } from '../execution/keeping-lease.js';
import type { DumpRestorePlan } from '../plan/restore-plan.js';
import type { RestoreArchiveStep } from '../plan/restore-step.js';
import type { RestoredArchive } from './stream-archive.js';
import { dropOwnTarget, lookAtTarget, makeTarget, targetNotEmpty } from './target-database.js';

/** What archives are restored with. */
export interface IntoTarget {
  readonly store: ObjectStorePort;
  readonly tools: PostgresToolsPort;
  /** Asked for each: a password that is good for a quarter of an hour may be over before the last of them begins. */
  readonly target: (signal: AbortSignal | undefined) => Promise<DatabaseTarget>;
  readonly signal: AbortSignal | undefined;
  /** Told what of an archive has arrived, in bytes. */
  readonly onBytes: (archive: RestoredArchive) => (bytes: number) => void;
}

/**
 * Restores into the plan's database, which is empty before. What is damaged or does not restore is not left behind there.
 *
 * Errors: `precondition-failed`, `deadline-exceeded`, and those of the work.
 */
export async function restoreInto<Result>(
  execution: Execution,
  plan: DumpRestorePlan,
  step: RestoreArchiveStep,
  work: (into: IntoTarget) => Promise<Result>,
): Promise<Result> {
  await emptyTarget(execution, plan);
  const { system, until } = execution;
  const { store } = archiveStore(system);
  const { tools } = await system.postgres();
  const endpoint = { address: plan.into.host, port: plan.into.port };
  const onBytes = reporter(execution, step);
  const target: IntoTarget['target'] = (stop) =>
    resolveDatabaseTarget(system, { endpoint, database: step.database }, { signal: stop });
  const limits = { clock: system.clock, deadline: until, signal: execution.call.signal };
  try {
    return await withinDeadline(`restoring ${plan.facts.dump}`, limits, (signal) =>
      keepingLease(execution, () => work({ store, tools, target, signal, onBytes })),
    );
  } catch (error) {
    throw await cleanUp(execution, plan, error);
  }
}

/** Reports what has arrived, of all archives together. */
function reporter(execution: Execution, step: RestoreArchiveStep): IntoTarget['onBytes'] {
  const total = Math.max(
    1,
    step.archives.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  );
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
