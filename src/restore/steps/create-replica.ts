import type { Execution, StepResult } from '../execution/execution.js';
import type { CreateReplicaStep } from '../replica/replica-step.js';
import { beginCandidate } from './begin-candidate.js';

/**
 * Begins a read replica; while it is made its source is `modifying` (facts E1). Errors: those of {@link beginCandidate}, and
 * `instance-not-found`.
 */
export async function createReplica(execution: Execution, step: CreateReplicaStep): Promise<StepResult> {
  return beginCandidate(execution, step, {
    learn: async () => ({}),
    restore: (settings) => execution.rds.createReplica(step.source, settings, execution.call),
  });
}
