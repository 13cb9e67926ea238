import type { CallOptions } from '../../core/call-options.js';
import type { System } from '../../system/define-system.js';
import { planningContext } from '../plan/planning-context.js';
import type { DumpRestorePlan } from '../plan/restore-plan.js';
import { decideDumpRestorePlan } from './decide-dump-restore-plan.js';
import { gatherDumpRestoreFacts } from './dump-restore-facts.js';
import { checkDumpRestoreRequest, type DumpRestoreRequest } from './dump-restore-request.js';

/** Plans a restore of a dump: see `RestorePlanner.planDumpRestore`. */
export async function planDumpRestore(
  system: System,
  request: DumpRestoreRequest,
  options: CallOptions,
): Promise<DumpRestorePlan> {
  const checked = checkDumpRestoreRequest(request, system.database.instance);
  const now = system.clock.now();
  const facts = await gatherDumpRestoreFacts(system, checked, now, { signal: options.signal });
  return decideDumpRestorePlan(facts, checked, planningContext(system), now);
}
