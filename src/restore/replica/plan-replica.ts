import type { CallOptions } from '../../core/call-options.js';
import type { System } from '../../system/define-system.js';
import { planningContext } from '../plan/planning-context.js';
import { decideReplicaPlan } from './decide-replica-plan.js';
import { gatherReplicaFacts } from './replica-facts.js';
import type { ReplicaPlan } from './replica-plan.js';
import { checkReplicaRequest, type ReplicaRequest } from './replica-request.js';

/** Plans to make a read replica: see `RestorePlanner.planReplica`. */
export async function planReplica(system: System, request: ReplicaRequest, options: CallOptions): Promise<ReplicaPlan> {
  const checked = checkReplicaRequest(request, system);
  const now = system.clock.now();
  const facts = await gatherReplicaFacts(system, checked, { signal: options.signal });
  return decideReplicaPlan(facts, checked, planningContext(system), now);
}
