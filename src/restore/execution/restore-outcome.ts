import type { CheckReport } from '../../core/check-result.js';
import { assessObjectives, type Objectives, type ObjectiveVerdict } from '../../core/objectives.js';
import type { KeptEvidence } from '../failover/failover-evidence.js';
import { failoverOutcome } from '../failover/failover-outcome.js';
import type { FailoverReport } from '../failover/failover-report.js';
import { restoreStepIdOf } from '../instance/candidate.js';
import type { ConfigurationDrift } from '../instance/configuration-drift.js';
import type { RecoveryPlan, RestorePlan } from '../plan/restore-plan.js';
import type { ReplicaPromotionPlan } from '../replica/replica-plan.js';
import type { ExecutionProgress, StepFacts } from './execution-progress.js';

/** How long one step took. */
export interface RestorePhase {
  readonly step: string;
  /** ISO instants; the start is that of the first attempt. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly milliseconds: number;
}

/** What is known of one of the two instances afterwards. */
export interface RestoredInstance {
  readonly identifier: string;
  /** Of a cache, which has none, its ARN. */
  readonly resourceId: string;
  readonly endpoint?: { readonly address: string; readonly port: number } | undefined;
  /** Of an instance that was restored: another than the plan's where RDS had no capacity for that. */
  readonly instanceClass?: string | undefined;
}

/** A foreign key that could not be made over some tables of a dump, and what PostgreSQL said: most often that rows it points to are not there. */
export interface LeftOut {
  readonly constraint: string;
  readonly reason: string;
}

/** What an execution came to. JSON-safe. */
export interface RestoreOutcome {
  /**
   * `stopped`: the restored database did not pass its checks; production was not touched. Of a failover: it did not fail over, or
   * nobody answers.
   */
  readonly status: 'completed' | 'stopped';
  readonly planHash: string;
  /** Why it stopped, and at which step. */
  readonly stoppedAt?: { readonly step: string; readonly reason: string } | undefined;
  readonly phases: readonly RestorePhase[];
  /** From the beginning of the first run until the database served again, or until it stopped. */
  readonly recoveryTimeMilliseconds: number;
  /** The data that is not in the restored database: from its instant to the incident, or to the making of the plan. */
  readonly recoveryPointMilliseconds: number;
  /** The instant whose data the restored database holds; of `latest` the least it can be. */
  readonly restoredTo: string;
  /** What was written in between lives on in the previous instance only. */
  readonly discarded?: { readonly from: string; readonly to: string } | undefined;
  readonly objectives: readonly ObjectiveVerdict[];
  readonly candidate?: RestoredInstance | undefined;
  readonly previous?: { readonly identifier: string; readonly resourceId: string } | undefined;
  readonly checks?: CheckReport | undefined;
  /** Settings that still differ from the profile. */
  readonly drift: readonly ConfigurationDrift[];
  /** Of some tables of a dump: the foreign keys that the restored database does not have. Absent where it has them all. */
  readonly leftOut?: readonly LeftOut[] | undefined;
  /** Of a failover: what it came to, and by what that is known. */
  readonly failover?: FailoverReport | undefined;
  /** Of a failover, of a system with an archive: where its evidence is. */
  readonly evidence?: KeptEvidence | undefined;
}

/** The steps after which the database serves again, the latest that the plan has. */
const servingSteps = [
  'resume-writers',
  'switch-endpoint',
  'verify-promotion',
  'wait-for-replication',
  'check-candidate',
  'check-cache',
  'wait-for-cache',
] as const;

/** Reads the outcome off the plan and what the journal tells of its execution. */
export function outcomeOf(
  plan: RestorePlan,
  progress: ExecutionProgress,
  stopped:
    | { readonly step: string; readonly reason: string; readonly at: string; readonly facts: StepFacts }
    | undefined,
  objectives: Objectives,
): RestoreOutcome {
  const facts = (step: string): StepFacts => progress.finished.get(step)?.facts ?? {};
  const phases = plan.steps.flatMap(({ id }) => {
    const done = progress.finished.get(id);
    return done === undefined ? [] : [phaseOf(id, done.startedAt, done.finishedAt)];
  });
  const common = {
    status: stopped === undefined ? ('completed' as const) : ('stopped' as const),
    planHash: plan.hash,
    stoppedAt: stopped === undefined ? undefined : { step: stopped.step, reason: stopped.reason },
    phases,
  };
  if (plan.kind === 'failover' || plan.kind === 'cache-failover') {
    return { ...common, ...failoverOutcome(plan, progress, stopped), drift: [] };
  }
  const servingAt = stopped?.at ?? servingSteps.map((step) => progress.finished.get(step)?.finishedAt).find(isText);
  const restoredTo = restoredInstant(plan, facts);
  const lostUntil = ('incidentAt' in plan ? plan.incidentAt : undefined) ?? plan.createdAt;
  const measured = {
    recoveryTimeMilliseconds: between(progress.startedAt ?? plan.createdAt, servingAt ?? plan.createdAt),
    recoveryPointMilliseconds: between(restoredTo, lostUntil),
  };
  const writersStoppedAt = facts('stop-writers').stoppedAt;
  return {
    ...common,
    ...measured,
    restoredTo,
    discarded: isText(writersStoppedAt) && !losesNothing(plan) ? { from: restoredTo, to: writersStoppedAt } : undefined,
    objectives: plan.kind === 'replica' ? [] : objectivesOf(plan, assessObjectives(measured, objectives)),
    candidate: candidateOf(plan, facts),
    previous: previousOf(plan, progress),
    checks: (stopped?.facts.report ?? facts(plan.kind === 'cache' ? 'check-cache' : 'check-candidate').report) as
      | CheckReport
      | undefined,
    drift: (facts('apply-configuration').drift ?? []) as readonly ConfigurationDrift[],
    leftOut: leftOutOf(facts('restore-archive')),
  };
}

/** How much of a cache may be lost nobody has promised. */
function objectivesOf({ kind }: RestorePlan, verdicts: readonly ObjectiveVerdict[]): readonly ObjectiveVerdict[] {
  return verdicts.filter(({ objective }) => kind !== 'cache' || objective === 'recovery-time');
}

function losesNothing(plan: RecoveryPlan): boolean {
  return plan.kind === 'replica-promotion' && plan.mode === 'planned';
}

function restoredInstant(plan: RecoveryPlan, facts: (step: string) => StepFacts): string {
  if (plan.kind === 'dump' || plan.kind === 'rollback') return plan.facts.dataTime;
  if (plan.kind === 'cache') return plan.facts.snapshot.createdAt;
  if (plan.kind === 'replica-promotion') return promotedWith(plan, facts('await-replay'));
  if (plan.kind === 'replica') return textOr(facts('wait-for-replication').replicatedAt, plan.createdAt);
  if (plan.kind === 'snapshot') return plan.facts.snapshot.dataTime;
  if (plan.restoreTo.kind === 'time') return plan.restoreTo.time;
  return textOr(facts(restoreStepIdOf(plan)).restoredTo, plan.facts.restoreWindow.latest);
}

/** Of a planned promotion the instant at which the replica had it all; else that of the last transaction that it had. */
function promotedWith({ mode, createdAt, facts }: ReplicaPromotionPlan, { at, replayedUntil }: StepFacts): string {
  return mode === 'planned' ? textOr(at, createdAt) : textOr(replayedUntil, facts.dataTime);
}

function candidateOf(plan: RecoveryPlan, facts: (step: string) => StepFacts): RestoredInstance | undefined {
  if (plan.kind === 'dump') return undefined;
  const { resourceId, instanceClass }: StepFacts = knownCandidate(plan) ?? facts(restoreStepIdOf(plan));
  if (!isText(resourceId)) return undefined;
  const promoted = facts('verify-promotion');
  const waited = facts(plan.kind === 'cache' ? 'wait-for-cache' : 'wait-for-instance');
  const endpoint = (promoted.endpoint ?? waited.endpoint) as RestoredInstance['endpoint'];
  return {
    identifier: isText(promoted.identifier) ? promoted.identifier : plan.candidate,
    resourceId,
    endpoint,
    ...(isText(instanceClass) ? { instanceClass } : {}),
  };
}

/** What was there before the plan was. */
function knownCandidate(plan: RecoveryPlan): { readonly resourceId: string } | undefined {
  if (plan.kind === 'replica-promotion') return plan.facts.replica;
  return plan.kind === 'rollback' ? plan.facts.old : undefined;
}

function previousOf(plan: RecoveryPlan, progress: ExecutionProgress): RestoreOutcome['previous'] {
  const { resourceId } = plan.system;
  if (!('promotion' in plan) || resourceId === undefined) return undefined;
  if (plan.promotion.kind === 'endpoint') {
    return progress.finished.has('switch-endpoint') ? { identifier: plan.system.instance, resourceId } : undefined;
  }
  if (plan.promotion.kind === 'none') return undefined;
  const deleted = progress.finished.get('rename-into-place')?.facts.previousMissing === true;
  return progress.finished.has('rename-away') && !deleted
    ? { identifier: plan.promotion.archive, resourceId }
    : undefined;
}

function leftOutOf({ leftOut }: StepFacts): readonly LeftOut[] | undefined {
  return Array.isArray(leftOut) && leftOut.length > 0 ? leftOut : undefined;
}

function phaseOf(step: string, startedAt: string, finishedAt: string): RestorePhase {
  return { step, startedAt, finishedAt, milliseconds: between(startedAt, finishedAt) };
}

function between(from: string, to: string): number {
  return Math.max(0, new Date(to).getTime() - new Date(from).getTime());
}

function textOr(value: unknown, otherwise: string): string {
  return isText(value) ? value : otherwise;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
