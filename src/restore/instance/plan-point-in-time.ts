import type { System } from '../../system/define-system.js';
import type { PlanOptions } from '../plan/plan-options.js';
import { planningContext } from '../plan/planning-context.js';
import type { PointInTimePlan } from '../plan/restore-plan.js';
import { checkTypical, typicalFor } from '../plan/typical-durations.js';
import { decidePointInTimePlan } from './decide-point-in-time-plan.js';
import { checkPointInTimeRequest, type PointInTimeRequest } from './point-in-time-request.js';
import { gatherRestoreFacts } from './restore-facts.js';

/** Plans a restore to an instant: see `RestorePlanner.planPointInTime`. */
export async function planPointInTime(
  system: System,
  request: PointInTimeRequest,
  options: PlanOptions,
): Promise<PointInTimePlan> {
  const checked = checkPointInTimeRequest(request, system.database.instance);
  const context = planningContext(system, typicalFor(checkTypical(options.typical), 'point-in-time'));
  const now = system.clock.now();
  const facts = await gatherRestoreFacts(system, checked, now, { signal: options.signal });
  return decidePointInTimePlan(facts, checked, context, now);
}
