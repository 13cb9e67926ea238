import { tagKeys } from '../../core/tags.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { Execution } from '../execution/execution.js';

/** Whether an instance carries the mark that this plan gives to a replica before it promotes it, so that no journal is needed to tell. */
export function isMarked({ operationId }: Execution, instance: DatabaseInstance): boolean {
  return instance.tags[tagKeys.operationId] === operationId;
}

/** Whether it is promoted, and this plan has done it. */
export function isPromoted(execution: Execution, instance: DatabaseInstance): boolean {
  return (
    execution.plan.kind === 'replica-promotion' && instance.replicaSource === undefined && isMarked(execution, instance)
  );
}
