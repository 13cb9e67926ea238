import { BackupError } from '../core/errors.js';
import type { Objectives } from '../core/objectives.js';
import { archiveNames } from './archive-name.js';
import { completeProfile } from './complete-profile.js';
import { estimatePointInTime } from './estimate-recovery.js';
import type { CheckedPointInTimeRequest } from './point-in-time-request.js';
import { pointInTimeSteps } from './point-in-time-steps.js';
import { pointInTimeWarnings } from './point-in-time-warnings.js';
import type { RestoreFacts } from './restore-facts.js';
import type { PointInTimePlan } from './restore-plan.js';
import { checkRestoreWindow } from './restore-window.js';
import { sealPlan } from './seal-plan.js';

/** What a plan is made for. */
export interface PlanningContext {
  readonly region: string;
  readonly instance: string;
  readonly database: string;
  readonly objectives: Objectives;
}

/**
 * Decides how to restore to an instant, from what was seen and asked and nothing else: the same input gives the same plan.
 *
 * Errors: `restore-time-outside-window`, `point-in-time-recovery-off`, `identifier-taken`, `precondition-failed` where the
 * promotion would apply or leave behind something that was not acknowledged, `invalid-input`.
 */
export function decidePointInTimePlan(
  facts: RestoreFacts,
  request: CheckedPointInTimeRequest,
  context: PlanningContext,
  now: Date,
): PointInTimePlan {
  const restoreWindow = checkRestoreWindow(facts, request, now);
  if (facts.taken.includes(request.target)) throw identifierTaken(request.target, 'target');
  const archive = request.promote === 'rename' ? chooseArchive(facts, request, context, now) : undefined;
  if (request.promote === 'rename') checkPromotable(facts, request);
  const profile = completeProfile(facts, request, context.objectives);
  const decided = { facts, request, context, profile, restoreWindow, archive };
  const estimate = estimatePointInTime(decided, now);
  const { production, source } = facts;
  return sealPlan<PointInTimePlan>({
    version: 1,
    kind: 'point-in-time',
    createdAt: now.toISOString(),
    system: {
      region: context.region,
      instance: context.instance,
      resourceId: production?.resourceId,
      database: context.database,
    },
    restoreTo:
      request.restoreTo.kind === 'time'
        ? { kind: 'time', time: request.restoreTo.time.toISOString() }
        : { kind: 'latest' },
    incidentAt: request.incidentAt?.toISOString(),
    candidate: request.target,
    promotion: archive === undefined ? { kind: 'none' } : { kind: 'rename', archive },
    facts: {
      source: {
        resourceId: source.resourceId,
        identifier: source.instance?.identifier ?? source.automatedBackup?.instance ?? context.instance,
        living: source.instance !== undefined,
        engineVersion: source.instance?.engineVersion,
        allocatedStorageGiB: source.instance?.allocatedStorageGiB,
      },
      restoreWindow: { earliest: restoreWindow.earliest?.toISOString(), latest: restoreWindow.latest.toISOString() },
      profile,
      pendingChanges: Object.keys(production?.pendingChanges ?? {}).sort(),
      replicas: [...(production?.replicas ?? [])].sort(),
    },
    steps: pointInTimeSteps(decided, now),
    warnings: pointInTimeWarnings(decided, estimate, now),
    estimate,
  });
}

/** What has been decided so far, for the parts of a plan that build on it. */
export interface Decided {
  readonly facts: RestoreFacts;
  readonly request: CheckedPointInTimeRequest;
  readonly context: PlanningContext;
  readonly profile: PointInTimePlan['facts']['profile'];
  readonly restoreWindow: { readonly earliest: Date | undefined; readonly latest: Date };
  /** Absent: no promotion. */
  readonly archive: string | undefined;
}

function chooseArchive(
  facts: RestoreFacts,
  request: CheckedPointInTimeRequest,
  context: PlanningContext,
  now: Date,
): string {
  const names = archiveNames(context.instance, request, now);
  const free = names.find((name) => !facts.taken.includes(name) && name !== request.target);
  if (free === undefined) throw identifierTaken(names.join(' and '), 'archiveIdentifier');
  return free;
}

/** What a rename would change or leave behind without anybody having asked for it. */
function checkPromotable(facts: RestoreFacts, request: CheckedPointInTimeRequest): void {
  const pending = Object.keys(facts.production?.pendingChanges ?? {});
  if (pending.length > 0 && !request.acknowledged.pendingChanges) {
    throw new BackupError({
      code: 'precondition-failed',
      message: `renaming the production instance would also apply what is queued on it: ${pending.sort().join(', ')}`,
      hint: 'Apply or withdraw the queued modification first, or set acknowledgePendingChanges.',
      details: { pending },
    });
  }
  const replicas = facts.production?.replicas ?? [];
  if (replicas.length > 0 && !request.acknowledged.replicas) {
    throw new BackupError({
      code: 'precondition-failed',
      message: `read replicas would stay attached to the renamed old instance: ${[...replicas].sort().join(', ')}`,
      hint: 'Make new replicas of the promoted instance afterwards and set acknowledgeReplicas.',
      details: { replicas },
    });
  }
}

function identifierTaken(identifier: string, field: string): BackupError {
  return new BackupError({
    code: 'identifier-taken',
    message: `there already is an instance called ${identifier}`,
    hint: `Choose another ${field}. A restore always makes a new instance; if this one is left from an earlier attempt, look at it first.`,
    field,
    details: { identifier },
  });
}
