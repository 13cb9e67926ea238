import type { RestorePlan } from '../plan/restore-plan.js';

/** What marks everything that an execution of this plan creates: the same for every run of it (facts 0.3). */
export function operationIdOf(plan: RestorePlan): string {
  return `restore-${plan.hash.slice(0, 32)}`;
}
