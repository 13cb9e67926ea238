import { clearingUpSignal } from '../../core/clock.js';
import { isBackupError } from '../../core/errors.js';
import type { Journal } from '../../ports/journal.js';
import type { PortCall } from '../../ports/port-call.js';
import { readProgress } from '../../restore/execution/execution-progress.js';
import type { RestorePlan } from '../../restore/plan/restore-plan.js';
import { cacheOf } from '../../system/cache-of.js';
import type { System } from '../../system/define-system.js';
import { isScratchThere } from '../scratch-database.js';

/** How far the making of something has come, as the journal of its plan tells. */
export interface Making {
  /** Whether it was ever asked for. */
  readonly begun: boolean;
  /** Whether it was seen to be there. */
  readonly finished: boolean;
  /** Of an instance or a cache that was seen. */
  readonly resourceId: string | undefined;
  /** Of an instance that was seen. */
  readonly instanceClass: string | undefined;
}

/** How long the journal may take to be read while clearing up, in milliseconds. */
const clearingUpMilliseconds = 20_000;

/** Reads off the journal what of a plan's was made; what cannot be read may well have begun. Without a signal it comes to an end by itself. */
export async function readMaking(
  plan: RestorePlan,
  journal: Journal,
  call: PortCall = { signal: clearingUpSignal(clearingUpMilliseconds) },
): Promise<Making> {
  try {
    const { begun, finished } = readProgress(await journal.read(plan.hash, call));
    const making = plan.kind === 'dump' ? 'create-database' : (plan.steps[0]?.id ?? '');
    const done = finished.get(making);
    const { resourceId, instanceClass } = done?.facts ?? {};
    return {
      begun: begun.has(making),
      finished: done !== undefined,
      resourceId: typeof resourceId === 'string' ? resourceId : undefined,
      instanceClass: typeof instanceClass === 'string' ? instanceClass : undefined,
    };
  } catch (error) {
    if (!isBackupError(error)) throw error;
    return { begun: true, finished: false, resourceId: undefined, instanceClass: undefined };
  }
}

/**
 * Whether what a plan had made is there no more, or is being deleted: the plan cannot be taken up.
 *
 * Errors: those of looking.
 */
export async function isGone(system: System, plan: RestorePlan, journal: Journal, call: PortCall): Promise<boolean> {
  const { finished, resourceId } = await readMaking(plan, journal, call);
  if (!finished) return false;
  if (plan.kind === 'dump') return !(await isScratchThere(system, plan, call));
  if (resourceId === undefined) return false;
  const found =
    plan.kind === 'cache'
      ? await cacheOf(system).port.describeReplicationGroup(plan.candidate, call)
      : await system.aws.rds.describeInstanceByResourceId(resourceId, call);
  return found === undefined || found.status === 'deleting';
}
