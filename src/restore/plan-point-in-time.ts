import type { System } from '../system/define-system.js';
import { decidePointInTimePlan } from './decide-point-in-time-plan.js';
import type { PlanOptions } from './plan-options.js';
import { planningContext } from './planning-context.js';
import { checkPointInTimeRequest, type PointInTimeRequest } from './point-in-time-request.js';
import { gatherRestoreFacts } from './restore-facts.js';
import type { PointInTimePlan } from './restore-plan.js';
import { checkTypical, typicalFor } from './typical-durations.js';

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
