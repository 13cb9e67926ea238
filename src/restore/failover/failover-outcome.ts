import type { ObjectiveVerdict } from '../../core/objectives.js';
import type { ExecutionProgress, StepFacts } from '../execution/execution-progress.js';
import type { KeptEvidence } from './failover-evidence.js';
import type { CacheFailoverPlan, FailoverPlan } from './failover-plan.js';
import type { FailoverReport } from './failover-report.js';

/** What a failover gives to an outcome, in place of what a restore does. Nothing committed is lost: a standby has it all. */
export function failoverOutcome(
  plan: FailoverPlan | CacheFailoverPlan,
  progress: ExecutionProgress,
  stopped: { readonly facts: StepFacts } | undefined,
): {
  readonly recoveryTimeMilliseconds: number;
  readonly recoveryPointMilliseconds: number;
  readonly restoredTo: string;
  readonly objectives: readonly ObjectiveVerdict[];
  readonly failover: FailoverReport | undefined;
  readonly evidence: KeptEvidence | undefined;
} {
  const step = plan.steps[0]?.id ?? '';
  const facts = stopped?.facts ?? progress.finished.get(step)?.facts;
  const failover = facts?.report as FailoverReport | undefined;
  return {
    recoveryTimeMilliseconds: failover?.outage?.milliseconds ?? 0,
    recoveryPointMilliseconds: 0,
    restoredTo: failover?.finishedAt ?? plan.createdAt,
    objectives: failover?.objective === undefined ? [] : [failover.objective],
    failover,
    evidence: facts?.evidence as KeptEvidence | undefined,
  };
}
