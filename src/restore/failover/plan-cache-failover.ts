import type { CallOptions } from '../../core/call-options.js';
import { cacheOf } from '../../system/cache-of.js';
import type { System } from '../../system/define-system.js';
import { planningContext } from '../plan/planning-context.js';
import { cacheGroupOf } from './cache-group.js';
import { decideCacheFailoverPlan } from './decide-cache-failover-plan.js';
import type { CacheFailoverPlan } from './failover-plan.js';
import { type CacheFailoverRequest, checkFailoverWatch, checkNodeGroup } from './failover-request.js';

/** Plans a failover of the cache: see `RestorePlanner.planCacheFailover`. */
export async function planCacheFailover(
  system: System,
  request: CacheFailoverRequest,
  options: CallOptions,
): Promise<CacheFailoverPlan> {
  const watch = checkFailoverWatch(request, system.objectives);
  const nodeGroup = checkNodeGroup(request);
  const { name } = cacheOf(system);
  const group = await cacheGroupOf(system, { signal: options.signal });
  return decideCacheFailoverPlan(
    { cache: name, group },
    { ...watch, nodeGroup },
    planningContext(system),
    system.clock.now(),
  );
}
