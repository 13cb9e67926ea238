import { formatMilliseconds } from '../../core/duration.js';
import type { PlanningContext } from '../plan/planning-context.js';
import type { PlanEstimate } from '../plan/restore-plan.js';
import { sealPlan } from '../plan/seal-plan.js';
import { checkPromotable } from './check-promotable.js';
import { dataTimeBy } from './known-lag.js';
import { promotedProfile } from './promoted-profile.js';
import type { ReplicaPromotionPlan } from './replica-plan.js';
import type { ReplicaPromotionFacts } from './replica-promotion-facts.js';
import type { CheckedReplicaPromotionRequest } from './replica-promotion-request.js';
import { type DecidedPromotion, replicaPromotionSteps } from './replica-promotion-steps.js';
import { replicaPromotionWarnings } from './replica-promotion-warnings.js';

const minute = 60_000;

/**
 * Decides how to promote a replica, from what was seen and asked and nothing else.
 *
 * By endpoint only. Across regions a name says nothing: the address of an instance holds its region. Within one, two renames
 * would add some twenty minutes of DNS to an outage that has begun, after a step that cannot be undone.
 *
 * Errors: `precondition-failed`, `invalid-state`.
 */
export function decideReplicaPromotionPlan(
  facts: ReplicaPromotionFacts,
  request: CheckedReplicaPromotionRequest,
  context: PlanningContext,
  now: Date,
): ReplicaPromotionPlan {
  const place = checkPromotable(facts, request, context, now);
  const { replica, lag } = facts;
  const source = { ...place, resourceId: facts.source?.resourceId };
  const profile = promotedProfile(facts, request.configuration, context.objectives);
  const decided: DecidedPromotion = { facts, request, context, source, profile };
  const dataTime = dataTimeOf(decided, now);
  const estimate = estimateOf(decided, dataTime, now);
  return sealPlan<ReplicaPromotionPlan>({
    version: 1,
    kind: 'replica-promotion',
    mode: request.mode,
    createdAt: now.toISOString(),
    system: {
      region: context.region,
      instance: context.instance,
      resourceId: source.resourceId,
      database: context.database,
    },
    region: request.region,
    candidate: replica.identifier,
    promotion: { kind: 'endpoint' },
    incidentAt: request.incidentAt?.toISOString(),
    facts: {
      replica: {
        resourceId: replica.resourceId,
        arn: replica.arn,
        engineVersion: replica.engineVersion,
        status: replica.status,
        replication: replica.replication?.status,
      },
      source,
      lag,
      dataTime: dataTime.toISOString(),
      profile,
    },
    steps: replicaPromotionSteps(decided, now),
    warnings: replicaPromotionWarnings(decided, estimate),
    estimate,
  });
}

/** Of a lag that nobody knows the least is sure: what the replica was made with. */
function dataTimeOf({ facts, request }: DecidedPromotion, now: Date): Date {
  if (request.mode === 'planned') return now;
  const known = dataTimeBy(facts.lag);
  return known === undefined ? (facts.replica.createdAt ?? new Date(0)) : new Date(known);
}

function estimateOf({ request, facts }: DecidedPromotion, dataTime: Date, now: Date): PlanEstimate {
  const checks = request.expectation === undefined ? 0 : 3 * minute;
  const promotion = 10 * minute;
  const until = request.incidentAt ?? now;
  const lost = Math.max(0, until.getTime() - dataTime.getTime());
  return {
    recoveryTimeMilliseconds: checks + 2 * minute + promotion,
    recoveryPointMilliseconds: lost,
    basis: [
      ...(checks === 0 ? [] : ['checks: 3 min, an assumption; the application goes on meanwhile']),
      'replay: 2 min, an assumption',
      'promotion with its reboot: 10 min, an assumption: AWS says several minutes or longer',
      request.mode === 'planned'
        ? 'nothing is lost: the replica is promoted when it has all that was written'
        : `data of ${formatMilliseconds(lost)}: from ${dataTime.toISOString()}, ${lagText(facts.lag)}, to ${until.toISOString()}`,
    ],
  };
}

function lagText(lag: ReplicaPromotionFacts['lag']): string {
  if (dataTimeBy(lag) === undefined) return 'when the replica was made, since its lag is not known';
  return lag.by === 'server'
    ? 'the last transaction that its server has replayed'
    : 'the last lag that CloudWatch has measured';
}
