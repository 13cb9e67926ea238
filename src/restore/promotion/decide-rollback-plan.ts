import { formatMilliseconds } from '../../core/duration.js';
import { BackupError, invalidInput } from '../../core/errors.js';
import { classifyStatus } from '../../core/instance-status.js';
import { objectiveWarningsFor } from '../instance/candidate-warnings.js';
import type { PlanningContext } from '../plan/planning-context.js';
import type { PlanEstimate, PlanWarning, RollbackPlan } from '../plan/restore-plan.js';
import type { RestoreStep } from '../plan/restore-step.js';
import { sealPlan } from '../plan/seal-plan.js';
import { askedExpectation } from './asked-expectation.js';
import { checkNothingQueued, checkRenameable, chooseArchive } from './decide-promotion.js';
import { promotionSteps } from './promotion-steps.js';
import { renameWarnings } from './rename-warnings.js';
import type { RollbackFacts } from './rollback-facts.js';
import type { CheckedRollbackRequest } from './rollback-request.js';

const minute = 60_000;

interface Decided {
  readonly facts: RollbackFacts;
  readonly request: CheckedRollbackRequest;
  readonly context: PlanningContext;
  readonly archive: string;
  /** Up to when the old instance was written to, as far as anybody has said. */
  readonly dataTime: Date;
  readonly backupRetentionDays: number;
}

/**
 * Decides how to undo a promotion by rename, from what was seen and asked and nothing else: the mirror image of it (facts C8).
 *
 * Errors: `precondition-failed`, `invalid-state`, `identifier-taken`, `invalid-input`.
 */
export function decideRollbackPlan(
  facts: RollbackFacts,
  request: CheckedRollbackRequest,
  context: PlanningContext,
  now: Date,
): RollbackPlan {
  const { production, old } = facts;
  checkOld(facts, request);
  checkLostWrites(facts, request, context);
  checkRenameable(production, request.acknowledged);
  checkNothingQueued(old, request.acknowledged);
  const archive = chooseArchive(facts.taken, request, context, now);
  const dataTime = writtenUntil(facts, request, now);
  const backupRetentionDays = old.backupRetentionDays || (production?.backupRetentionDays ?? 0);
  const decided: Decided = { facts, request, context, archive, dataTime, backupRetentionDays };
  const estimate = estimateOf(decided, now);
  return sealPlan<RollbackPlan>({
    version: 1,
    kind: 'rollback',
    createdAt: now.toISOString(),
    system: {
      region: context.region,
      instance: context.instance,
      resourceId: production?.resourceId,
      database: context.database,
    },
    candidate: old.identifier,
    promotion: { kind: 'rename', archive },
    facts: {
      old: {
        resourceId: old.resourceId,
        engineVersion: old.engineVersion,
        backupRetentionDays: old.backupRetentionDays,
      },
      dataTime: dataTime.toISOString(),
      pendingChanges: [...new Set([production, old].flatMap((one) => Object.keys(one?.pendingChanges ?? {})))].sort(),
      replicas: [...(production?.replicas ?? [])].sort(),
    },
    steps: stepsOf(decided, now),
    warnings: warningsOf(decided, estimate),
    estimate,
  });
}

/** What shall be production must be able to be it. */
function checkOld({ production, old }: RollbackFacts, { to }: CheckedRollbackRequest): void {
  if (old.replicaSource !== undefined || (production !== undefined && production.engine !== old.engine)) {
    const what = old.replicaSource === undefined ? `runs ${old.engine}` : `is a read replica of ${old.replicaSource}`;
    throw new BackupError({
      code: 'precondition-failed',
      message: `${to} ${what}: it was not production before`,
      hint: 'Name the old instance as the promotion has left it: previous.identifier of its outcome.',
      field: 'to',
      details: { instance: to },
    });
  }
  const status = classifyStatus(old.status);
  if (status === 'ready') return;
  throw new BackupError({
    code: 'invalid-state',
    message: `${to} is ${old.status}: it cannot be renamed now`,
    hint: 'Start it if it was stopped, or wait until it is available; then plan again.',
    retryable: status !== 'failed',
    details: { instance: to, status: old.status },
  });
}

function checkLostWrites(
  { production }: RollbackFacts,
  { to, acknowledged }: CheckedRollbackRequest,
  { instance }: PlanningContext,
): void {
  if (production === undefined || acknowledged.lostWrites) return;
  throw new BackupError({
    code: 'precondition-failed',
    message: `what was written to ${instance} since the promotion is not in ${to}`,
    hint: 'Bring it over first, or set acknowledgeLostWrites: it stays in the instance that is production now, which is kept under another name.',
    field: 'acknowledgeLostWrites',
    details: { instance, to },
  });
}

/** With nobody under the production name nothing was written after the promotion had begun. */
function writtenUntil({ production }: RollbackFacts, request: CheckedRollbackRequest, now: Date): Date {
  const until = production === undefined ? now : (request.writtenUntil ?? production.createdAt);
  if (until !== undefined) return until;
  throw invalidInput('writtenUntil', 'is missing, and RDS does not say when production was made', 'Pass discarded.to.');
}

function stepsOf(decided: Decided, now: Date): readonly RestoreStep[] {
  const { facts, request, context, archive, backupRetentionDays } = decided;
  const { production, old } = facts;
  const { instance, database } = context;
  const expectation = askedExpectation(request.expectation);
  const check: RestoreStep[] =
    expectation === undefined
      ? []
      : [
          {
            id: 'check-candidate',
            kind: 'check-candidate',
            title: `Check the database ${database} on ${old.identifier}; stop here unless every check passes`,
            preconditions: [],
            database,
            expectation,
          },
        ];
  return [
    ...check,
    ...promotionSteps(
      {
        instance,
        database,
        production,
        archive,
        candidate: { identifier: old.identifier, called: 'the old instance', queueable: old.resourceId },
        acknowledged: request.acknowledged,
        backupRetentionDays,
      },
      now,
    ),
  ];
}

function warningsOf(decided: Decided, estimate: PlanEstimate): readonly PlanWarning[] {
  const { facts, request, context, archive, dataTime, backupRetentionDays } = decided;
  const { production, old } = facts;
  const { instance } = context;
  const warnings: PlanWarning[] = [];
  if (production !== undefined) {
    const since = `${request.writtenUntil === undefined ? 'the promotion, at the earliest ' : ''}${dataTime.toISOString()}`;
    const message = `what was written to ${instance} since ${since} is lost: it stays in ${archive} only`;
    warnings.push({ code: 'later-writes-are-lost', message });
  }
  const queued = Object.keys(old.pendingChanges).sort();
  if (queued.length > 0) {
    const message = `renaming also applies what is queued on ${old.identifier}: ${queued.join(', ')}`;
    warnings.push({ code: 'pending-changes-will-apply', message });
  }
  if (backupRetentionDays === 0) {
    const message = `${old.identifier} has no automated backups: turn them on when it is production again`;
    warnings.push({ code: 'backups-off', message });
  }
  return [
    ...warnings,
    ...renameWarnings({
      instance,
      production,
      archive,
      writersUnfenced: request.acknowledged.writers,
      lostAfter: 'the making of this plan',
      iamAuthentication: old.iamAuthentication,
    }),
    ...objectiveWarningsFor(estimate, context.objectives),
  ];
}

/** Nothing is restored: what takes time is two renames at the most (facts C2). */
function estimateOf({ facts, dataTime }: Decided, now: Date): PlanEstimate {
  const renames = facts.production === undefined ? 1 : 2;
  const lost = Math.max(0, now.getTime() - dataTime.getTime());
  return {
    recoveryTimeMilliseconds: 3 * minute + renames * 10 * minute,
    recoveryPointMilliseconds: lost,
    basis: [
      'checks: 3 min, an assumption',
      `${renames} x rename: 10 min each, the time AWS names for a new endpoint to become effective`,
      `data of ${formatMilliseconds(lost)}: from ${dataTime.toISOString()} to the making of this plan, ${now.toISOString()}`,
    ],
  };
}
