import type { Execution, StepResult } from '../execution/execution.js';
import type { RestoreFromSnapshotStep } from '../plan/restore-step.js';
import { beginCandidate } from './begin-candidate.js';

/** Begins the candidate with the data of a snapshot. Errors: those of {@link beginCandidate}, and `snapshot-not-found`. */
export async function restoreFromSnapshot(execution: Execution, step: RestoreFromSnapshotStep): Promise<StepResult> {
  return beginCandidate(execution, step, {
    learn: async () => ({ snapshot: step.snapshot }),
    restore: (settings) => execution.rds.restoreFromSnapshot(step.snapshot, settings, execution.call),
  });
}
