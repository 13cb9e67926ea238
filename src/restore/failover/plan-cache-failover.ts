import type { CallOptions } from '../../core/call-options.js';
import { BackupError } from '../../core/errors.js';
import type { ReplicationGroup } from '../../ports/elasticache.js';
import type { PortCall } from '../../ports/port-call.js';
import { cacheOf } from '../../system/cache-of.js';
import type { System } from '../../system/define-system.js';
import { planningContext } from '../planning-context.js';
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
  const group = await groupOf(system, { signal: options.signal });
  return decideCacheFailoverPlan(
    { cache: name, group },
    { ...watch, nodeGroup },
    planningContext(system),
    system.clock.now(),
  );
}

/** The replication group that is the system's cache, or that it is a node of. Errors: `cache-not-found`. */
async function groupOf(system: System, call: PortCall): Promise<ReplicationGroup> {
  const { port, name } = cacheOf(system);
  const isCluster = system.cache !== undefined && 'cluster' in system.cache;
  const identifier = isCluster ? (await port.describeCluster(name, call))?.replicationGroup : name;
  const group = identifier === undefined ? undefined : await port.describeReplicationGroup(identifier, call);
  if (group !== undefined) return group;
  throw new BackupError({
    code: 'cache-not-found',
    message: `${name} is no replication group in ${port.region}, nor a node of one`,
    hint: 'Only a replication group can fail over: a cluster that stands alone has nothing to fail over to.',
    details: { cache: name, region: port.region },
  });
}
