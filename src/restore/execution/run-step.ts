import { BackupError } from '../../core/errors.js';
import { describeCandidate } from '../instance/candidate.js';
import type { DumpRestorePlan, ExchangePlan } from '../plan/restore-plan.js';
import type { RestoreStep } from '../plan/restore-step.js';
import { analyze } from '../steps/analyze.js';
import { applyConfiguration } from '../steps/apply-configuration.js';
import { awaitReplay } from '../steps/await-replay.js';
import { checkCacheCandidate } from '../steps/check-cache-candidate.js';
import { checkCandidate } from '../steps/check-candidate.js';
import { checkDumpObjects } from '../steps/check-dump-objects.js';
import { createDatabase } from '../steps/create-database.js';
import { createReplica } from '../steps/create-replica.js';
import { failOver, failOverCache } from '../steps/fail-over.js';
import { promoteByRename } from '../steps/promote-by-rename.js';
import { promoteReplica } from '../steps/promote-replica.js';
import { protect } from '../steps/protect.js';
import { restoreArchive } from '../steps/restore-archive.js';
import { restoreCache } from '../steps/restore-cache.js';
import { restoreFromSnapshot } from '../steps/restore-from-snapshot.js';
import { restoreTables } from '../steps/restore-tables.js';
import { restoreToPointInTime } from '../steps/restore-to-point-in-time.js';
import { switchEndpoint } from '../steps/switch-endpoint.js';
import { verifyPromotion } from '../steps/verify-promotion.js';
import { waitForCache } from '../steps/wait-for-cache.js';
import { waitForInstance } from '../steps/wait-for-instance.js';
import { waitForReplication } from '../steps/wait-for-replication.js';
import { resumeWriters, stopWriters } from '../steps/writers.js';
import type { Execution, StepResult } from './execution.js';

/** Carries out one step, from whatever an earlier run has left of it. */
export async function runStep(execution: Execution, step: RestoreStep): Promise<StepResult> {
  switch (step.kind) {
    case 'restore-to-point-in-time':
      return restoreToPointInTime(execution, step);
    case 'restore-from-snapshot':
      return restoreFromSnapshot(execution, step);
    case 'wait-for-instance':
      return waitForInstance(execution, step);
    case 'apply-configuration':
      return applyConfiguration(execution, step);
    case 'check-candidate':
      return checkCandidate(execution, step, await restoredEndpoint(execution));
    case 'stop-writers':
      return stopWriters(execution, step);
    case 'rename-away':
    case 'rename-into-place':
      return promoteByRename(execution, exchangePlan(execution), step);
    case 'verify-promotion':
      return verifyPromotion(execution, step);
    case 'switch-endpoint':
      return switchEndpoint(execution, step, await restoredEndpoint(execution));
    case 'resume-writers':
      return resumeWriters(execution, step);
    case 'protect':
      return protect(execution, step);
    case 'check-dump-objects':
      return checkDumpObjects(execution, step);
    case 'create-database':
      return createDatabase(execution, dump(execution), step);
    case 'restore-archive':
      return step.tables === undefined
        ? restoreArchive(execution, dump(execution), step)
        : restoreTables(execution, dump(execution), step, step.tables);
    case 'restore-cache':
      return restoreCache(execution, step);
    case 'wait-for-cache':
      return waitForCache(execution, step);
    case 'check-cache':
      return checkCacheCandidate(execution, step);
    case 'create-replica':
      return createReplica(execution, step);
    case 'await-replay':
      return awaitReplay(execution, step);
    case 'promote-replica':
      return promoteReplica(execution, step);
    case 'wait-for-replication':
      return waitForReplication(execution, step);
    case 'fail-over':
      return failOver(execution, step);
    case 'fail-over-cache':
      return failOverCache(execution, step);
    case 'analyze':
      return analyze(execution, dump(execution), step);
    default:
      throw new Error(`no such step: ${JSON.stringify(step satisfies never)}`);
  }
}

async function restoredEndpoint(execution: Execution): Promise<{ readonly address: string; readonly port: number }> {
  if (execution.plan.kind === 'dump') return { address: execution.plan.into.host, port: execution.plan.into.port };
  const { endpoint, identifier } = await describeCandidate(execution);
  if (endpoint !== undefined) return endpoint;
  throw new BackupError({
    code: 'invalid-state',
    message: `instance ${identifier} has no endpoint`,
    hint: 'Look at its status; execute the plan again when it is available.',
    retryable: true,
    details: { instance: identifier },
  });
}

function exchangePlan({ plan }: Execution): ExchangePlan {
  if ('promotion' in plan && plan.kind !== 'replica-promotion') return plan;
  throw strayStep(plan.kind);
}

function dump({ plan }: Execution): DumpRestorePlan {
  if (plan.kind === 'dump') return plan;
  throw strayStep(plan.kind);
}

function strayStep(kind: string): BackupError {
  return new BackupError({
    code: 'plan-invalid',
    message: `the plan of kind ${kind} holds a step of another kind of plan`,
    hint: 'Make a new plan.',
  });
}
