import type { PointInTimeSource } from '../../ports/database-restore.js';
import type { Execution, StepResult } from '../execution/execution.js';
import type { StepFacts } from '../execution/execution-progress.js';
import { readRestoreWindow } from '../instance/restore-window.js';
import type { RestoreToPointInTimeStep } from '../plan/restore-step.js';
import { beginCandidate } from './begin-candidate.js';

/** Begins the candidate with the data of an instant. Errors: those of {@link beginCandidate}. */
export async function restoreToPointInTime(execution: Execution, step: RestoreToPointInTimeStep): Promise<StepResult> {
  return beginCandidate(execution, step, {
    learn: () => expectedTime(execution, step),
    restore: (settings) => execution.rds.restoreToPointInTime(sourceOf(step), settings, execution.call),
  });
}

function sourceOf(step: RestoreToPointInTimeStep): PointInTimeSource {
  const { resourceId, automatedBackupArn } = step.source;
  return {
    from:
      automatedBackupArn === undefined
        ? { kind: 'resource', resourceId }
        : { kind: 'automated-backup', arn: automatedBackupArn },
    to: step.to.kind === 'time' ? { kind: 'time', time: new Date(step.to.time) } : { kind: 'latest' },
    maxAllocatedStorageGiB: step.maxAllocatedStorageGiB,
  };
}

/** The instant the candidate will hold the data of. Of the latest time only a lower bound is known beforehand. */
async function expectedTime(execution: Execution, step: RestoreToPointInTimeStep): Promise<StepFacts> {
  if (step.to.kind === 'time') return { restoredTo: step.to.time };
  const { latest } = await readRestoreWindow(execution.rds, step.source.resourceId, execution.call);
  return latest === undefined ? {} : { restoredTo: latest.toISOString() };
}
