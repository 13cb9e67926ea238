import type { CallOptions } from '../../core/call-options.js';
import { cacheOf } from '../../system/cache-of.js';
import type { System } from '../../system/define-system.js';
import { planningContext } from '../plan/planning-context.js';
import type { CacheRestorePlan } from '../plan/restore-plan.js';
import { gatherCacheRestoreFacts } from './cache-restore-facts.js';
import { type CacheRestoreRequest, checkCacheRestoreRequest } from './cache-restore-request.js';
import { decideCacheRestorePlan } from './decide-cache-restore-plan.js';

/** Plans a restore of a snapshot of the cache: see `RestorePlanner.planCacheRestore`. */
export async function planCacheRestore(
  system: System,
  request: CacheRestoreRequest,
  options: CallOptions,
): Promise<CacheRestorePlan> {
  const checked = checkCacheRestoreRequest(request, cacheOf(system).name);
  const facts = await gatherCacheRestoreFacts(system, checked, { signal: options.signal });
  return decideCacheRestorePlan(facts, checked, planningContext(system), system.clock.now());
}
