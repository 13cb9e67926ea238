import type { ChosenClass } from '../instance-class/choose-instance-class.js';
import type { PlanningContext } from '../plan/planning-context.js';
import type { InstancePlanBase, InstancePlanFacts } from '../plan/restore-plan.js';
import type { CandidateFacts } from './candidate-facts.js';
import type { CheckedCandidateRequest } from './candidate-request.js';
import type { ConfigurationProfile } from './configuration-profile.js';

/** What has been decided about a candidate, for the parts of a plan that build on it. */
export interface DecidedCandidate {
  readonly facts: CandidateFacts;
  readonly request: CheckedCandidateRequest;
  readonly context: PlanningContext;
  /** Of the class that was chosen. */
  readonly profile: ConfigurationProfile;
  /** Absent where nothing is known that it could be chosen by. */
  readonly chosen: ChosenClass | undefined;
  /** Absent: no promotion. */
  readonly archive: string | undefined;
}

type Head = Pick<
  InstancePlanBase,
  'version' | 'createdAt' | 'system' | 'incidentAt' | 'candidate' | 'promotion' | 'temporary'
>;

/** What plans that restore an instance begin with, whatever they restore from. */
export function candidatePlanHead({ facts, request, context, archive }: DecidedCandidate, now: Date): Head {
  const { temporary } = request;
  return {
    version: 1,
    createdAt: now.toISOString(),
    system: {
      region: context.region,
      instance: context.instance,
      resourceId: facts.production?.resourceId,
      database: context.database,
    },
    incidentAt: request.incidentAt?.toISOString(),
    candidate: request.target,
    promotion: promotionOf(request, archive),
    temporary: temporary === undefined ? undefined : { purpose: temporary.purpose, expiresAt: temporary.expiresAt },
  };
}

function promotionOf({ promote }: DecidedCandidate['request'], archive: string | undefined): Head['promotion'] {
  if (archive !== undefined) return { kind: 'rename', archive };
  return promote === 'endpoint' ? { kind: 'endpoint' } : { kind: 'none' };
}

/** What was seen of the instances. */
export function candidatePlanFacts(
  { facts, profile, chosen }: Pick<DecidedCandidate, 'facts' | 'profile' | 'chosen'>,
  identifier: string,
): InstancePlanFacts {
  const { production, source, engine } = facts;
  return {
    source: {
      resourceId: source.resourceId,
      identifier,
      living: source.instance !== undefined,
      engineVersion: source.instance?.engineVersion,
      allocatedStorageGiB: source.instance?.allocatedStorageGiB,
    },
    ...(engine === undefined ? {} : { data: { engine: engine.engine, engineVersion: engine.engineVersion } }),
    profile,
    ...(chosen === undefined || chosen.passedOver.length === 0 ? {} : { passedOver: chosen.passedOver }),
    pendingChanges: Object.keys(production?.pendingChanges ?? {}).sort(),
    replicas: [...(production?.replicas ?? [])].sort(),
  };
}
