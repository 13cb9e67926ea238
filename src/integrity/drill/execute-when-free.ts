import { isBackupError } from '../../core/errors.js';
import { type ExecuteOptions, executePlan } from '../../restore/execution/execute-plan.js';
import type { CheckDatabase } from '../../restore/execution/execution.js';
import type { RestoreOutcome } from '../../restore/execution/restore-outcome.js';
import type { RestorePlan } from '../../restore/plan/restore-plan.js';
import type { System } from '../../system/define-system.js';

/** As long as a lease is good for, and a little: our clock and that of its holder may differ. */
const boundMilliseconds = 16 * 60_000;

const pauseMilliseconds = 30_000;

/**
 * Executes the plan of a drill whose run we hold. A killed process of the same run may have renewed the plan's own lease last, which then
 * ends a little later than the run's: it is waited for.
 *
 * Errors: `journal-busy` where somebody really executes the plan, and those of executing it.
 */
export async function executeWhenFree(
  system: System,
  plan: RestorePlan,
  options: ExecuteOptions,
  check: CheckDatabase,
): Promise<RestoreOutcome> {
  const { clock } = system;
  const began = clock.now().getTime();
  for (;;) {
    try {
      return await executePlan(system, plan, options, check);
    } catch (error) {
      const at = clock.now();
      const elapsedMilliseconds = at.getTime() - began;
      if (!isBackupError(error, 'journal-busy') || options.signal?.aborted === true) throw error;
      if (elapsedMilliseconds >= boundMilliseconds || at >= (options.deadline ?? new Date(Infinity))) throw error;
      const subject = String(error.details.until ?? '');
      options.onProgress?.({ operation: 'drill', phase: 'wait-for-lease', subject, at, elapsedMilliseconds });
      await clock.sleep(pauseMilliseconds, { signal: options.signal });
    }
  }
}
