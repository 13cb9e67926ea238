import type { CallOptions } from '../../core/call-options.js';
import type { System } from '../../system/define-system.js';
import { planningContext } from '../plan/planning-context.js';
import type { RollbackPlan } from '../plan/restore-plan.js';
import { decideRollbackPlan } from './decide-rollback-plan.js';
import { gatherRollbackFacts } from './rollback-facts.js';
import { checkRollbackRequest, type RollbackRequest } from './rollback-request.js';

/** Plans to undo a promotion: see `RestorePlanner.planRollback`. */
export async function planRollback(
  system: System,
  request: RollbackRequest,
  options: CallOptions,
): Promise<RollbackPlan> {
  const checked = checkRollbackRequest(request, system.database.instance);
  const now = system.clock.now();
  const facts = await gatherRollbackFacts(system, checked, now, { signal: options.signal });
  return decideRollbackPlan(facts, checked, planningContext(system), now);
}
