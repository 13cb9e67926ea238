import type { CallOptions } from '../../core/call-options.js';
import type { System } from '../../system/define-system.js';
import { planningContext } from '../plan/planning-context.js';
import { decideReplicaPromotionPlan } from './decide-replica-promotion-plan.js';
import type { ReplicaPromotionPlan } from './replica-plan.js';
import { gatherReplicaPromotionFacts } from './replica-promotion-facts.js';
import { checkReplicaPromotionRequest, type ReplicaPromotionRequest } from './replica-promotion-request.js';

/** Plans to promote a read replica: see `RestorePlanner.planReplicaPromotion`. */
export async function planReplicaPromotion(
  system: System,
  request: ReplicaPromotionRequest,
  options: CallOptions,
): Promise<ReplicaPromotionPlan> {
  const checked = checkReplicaPromotionRequest(request, system);
  const now = system.clock.now();
  const facts = await gatherReplicaPromotionFacts(system, checked, now, { signal: options.signal });
  return decideReplicaPromotionPlan(facts, checked, planningContext(system), now);
}
