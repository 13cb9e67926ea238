import type { RestorePlan } from '../plan/restore-plan.js';

/**
 * Id of the backup that a plan reads, for retention to leave it alone meanwhile; `undefined` for a point in time: what it reads is
 * RDS's own to expire.
 */
export function backupReadBy(plan: RestorePlan): string | undefined {
  switch (plan.kind) {
    case 'snapshot':
    case 'cache':
      return plan.facts.snapshot.identifier;
    case 'dump':
      return plan.facts.dump;
    default:
      return undefined;
  }
}
