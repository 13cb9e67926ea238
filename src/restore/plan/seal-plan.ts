import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.js';
import { deepFreeze } from '../../core/deep-freeze.js';
import { BackupError } from '../../core/errors.js';
import type { RestorePlan } from './restore-plan.js';

const kinds: readonly RestorePlan['kind'][] = [
  'point-in-time',
  'snapshot',
  'rollback',
  'dump',
  'cache',
  'replica',
  'failover',
  'cache-failover',
  'replica-promotion',
];

type WithoutHash<Plan> = Plan extends RestorePlan ? Omit<Plan, 'hash'> : never;

/** SHA-256 over everything in a plan but its hash, in lower-case hexadecimal. */
export function planHash(plan: WithoutHash<RestorePlan> | RestorePlan): string {
  const { hash: _, ...contents } = plan as RestorePlan;
  return createHash('sha256').update(canonicalJson(contents)).digest('hex');
}

/** Makes a plan of its contents: plain JSON, frozen, with its hash. */
export function sealPlan<Plan extends RestorePlan>(contents: Omit<Plan, 'hash'>): Plan {
  // Through JSON, so that what is executed is what a stored copy says, without a member more.
  const plain = JSON.parse(canonicalJson(contents)) as WithoutHash<RestorePlan>;
  return deepFreeze({ ...plain, hash: planHash(plain) }) as Plan;
}

/**
 * Checks that a plan, perhaps read from a file, is one that {@link sealPlan} made, unchanged, and that it is the one that
 * was approved. Returns a frozen copy.
 *
 * Errors: `plan-invalid`, `plan-not-approved`.
 */
export function checkPlan(plan: RestorePlan, approve: string): RestorePlan {
  if (plan === null || typeof plan !== 'object' || plan.version !== 1 || !Array.isArray(plan.steps)) {
    throw invalidPlan('it is not a restore plan of this version');
  }
  if (!kinds.includes(plan.kind)) throw invalidPlan('its kind is unknown');
  if (planHash(plan) !== plan.hash) throw invalidPlan('it was changed after it had been made');
  if (plan.hash !== approve) {
    throw new BackupError({
      code: 'plan-not-approved',
      message: `the plan's hash is ${plan.hash}, approved was ${JSON.stringify(approve)}`,
      hint: 'Read the plan with renderPlan, then pass its hash as approve.',
      details: { hash: plan.hash, approve },
    });
  }
  return deepFreeze(JSON.parse(JSON.stringify(plan)) as RestorePlan);
}

function invalidPlan(reason: string): BackupError {
  return new BackupError({
    code: 'plan-invalid',
    message: `the plan cannot be executed: ${reason}`,
    hint: 'Make a new plan; a plan is executed as it was made or not at all.',
    details: { reason },
  });
}
