import { BackupError } from '../../core/errors.js';
import { cacheOf } from '../../system/cache-of.js';
import type { Execution, StepResult } from '../execution/execution.js';
import { cacheSubject } from '../failover/cache-subject.js';
import { databaseSubject } from '../failover/database-subject.js';
import { requestFailover } from '../failover/request-failover.js';
import type { FailOverCacheStep, FailOverStep } from '../plan/restore-step.js';

/** Has the database fail over and follows it. */
export function failOver(execution: Execution, step: FailOverStep): Promise<StepResult> {
  const { system, plan } = execution;
  const { resourceId, endpoint, reachable } = step;
  const subject = databaseSubject(system, { identifier: plan.system.instance, resourceId, endpoint });
  return requestFailover(execution, step, subject, { reachable });
}

/** Has the cache fail over and follows it: by its own client where there is one, and not in cluster mode, where one is not enough. */
export async function failOverCache(execution: Execution, step: FailOverCacheStep): Promise<StepResult> {
  const { system, caches, call } = execution;
  const { replicationGroup } = step;
  const group = await cacheOf(system).port.describeReplicationGroup(replicationGroup, call);
  if (group === undefined) {
    throw new BackupError({
      code: 'precondition-failed',
      message: `the replication group ${replicationGroup} no longer exists`,
      hint: 'Somebody has deleted it. Make a new plan.',
      details: { replicationGroup },
    });
  }
  const asked = caches.connect !== undefined && !group.clusterMode;
  const connect = asked ? { group, connectCache: caches.connect } : undefined;
  return requestFailover(execution, step, cacheSubject(system, step, connect), { reachable: false });
}
