import type { CallOptions } from '../../core/call-options.js';
import type { System } from '../../system/define-system.js';
import { planningContext } from '../plan/planning-context.js';
import { decideFailoverPlan } from './decide-failover-plan.js';
import { gatherFailoverFacts } from './failover-facts.js';
import type { FailoverPlan } from './failover-plan.js';
import { checkFailoverWatch, type FailoverRequest } from './failover-request.js';

/** Plans a failover of the database: see `RestorePlanner.planFailover`. */
export async function planFailover(
  system: System,
  request: FailoverRequest,
  options: CallOptions,
): Promise<FailoverPlan> {
  const watch = checkFailoverWatch(request, system.objectives);
  const now = system.clock.now();
  const facts = await gatherFailoverFacts(system, now, { signal: options.signal });
  const acknowledgePendingChanges = request.acknowledgePendingChanges ?? false;
  return decideFailoverPlan(facts, { ...watch, acknowledgePendingChanges }, planningContext(system), now);
}
