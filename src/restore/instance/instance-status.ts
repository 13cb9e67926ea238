import { classifyStatus } from '../../core/instance-status.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';

/**
 * Whether nothing is under way on an instance any more. Status alone says `available` right after a modification was
 * accepted (facts 0.7).
 */
export function isStable(instance: DatabaseInstance): boolean {
  return (
    classifyStatus(instance.status) === 'ready' &&
    Object.keys(instance.pendingChanges).length === 0 &&
    instance.parameterGroups.every((group) => group.applyStatus !== 'applying') &&
    instance.vpcSecurityGroups.every((group) => group.status === 'active')
  );
}
