import { estimatePointInTime } from '../plan/estimate-recovery.js';
import type { PlanningContext } from '../plan/planning-context.js';
import type { PointInTimePlan } from '../plan/restore-plan.js';
import { sealPlan } from '../plan/seal-plan.js';
import { decidePromotion } from '../promotion/decide-promotion.js';
import { candidatePlanFacts, candidatePlanHead, type DecidedCandidate } from './candidate-plan.js';
import { decideProfile } from './decide-profile.js';
import type { CheckedPointInTimeRequest } from './point-in-time-request.js';
import { pointInTimeSteps } from './point-in-time-steps.js';
import { pointInTimeWarnings } from './point-in-time-warnings.js';
import type { RestoreFacts } from './restore-facts.js';
import { checkRestoreWindow } from './restore-window.js';

/** What has been decided so far, for the parts of a plan that build on it. */
export interface DecidedPointInTime extends DecidedCandidate {
  readonly facts: RestoreFacts;
  readonly request: CheckedPointInTimeRequest;
  readonly restoreWindow: { readonly earliest: Date | undefined; readonly latest: Date };
}

/**
 * Decides how to restore to an instant, from what was seen and asked and nothing else: the same input gives the same plan.
 *
 * Errors: `restore-time-outside-window`, `point-in-time-recovery-off`, `identifier-taken`, `precondition-failed` where the
 * promotion would apply or leave behind something that was not acknowledged, `instance-class-not-offered`, `invalid-input`.
 */
export function decidePointInTimePlan(
  facts: RestoreFacts,
  request: CheckedPointInTimeRequest,
  context: PlanningContext,
  now: Date,
): PointInTimePlan {
  const restoreWindow = checkRestoreWindow(facts, request, now);
  const archive = decidePromotion(facts, request, context, now);
  const as = decideProfile(facts, request, context.objectives);
  const decided = { facts, request, context, ...as, restoreWindow, archive };
  const estimate = estimatePointInTime(decided, now);
  const { source } = facts;
  const identifier = source.instance === undefined ? source.automatedBackup.instance : source.instance.identifier;
  const { restoreTo } = request;
  return sealPlan<PointInTimePlan>({
    ...candidatePlanHead(decided, now),
    kind: 'point-in-time',
    restoreTo: restoreTo.kind === 'time' ? { kind: 'time', time: restoreTo.time.toISOString() } : { kind: 'latest' },
    facts: {
      ...candidatePlanFacts(decided, identifier),
      restoreWindow: { earliest: restoreWindow.earliest?.toISOString(), latest: restoreWindow.latest.toISOString() },
    },
    steps: pointInTimeSteps(decided, now),
    warnings: pointInTimeWarnings(decided, estimate, now),
    estimate,
  });
}
