import type { Execution, StepResult } from '../execution/execution.js';
import { describeCandidate } from '../instance/candidate.js';
import type { SwitchEndpointStep } from '../plan/restore-step.js';

/** Has the caller point the application at the candidate. From then on nobody but a person tells which of the two it writes to. */
export async function switchEndpoint(
  execution: Execution,
  step: SwitchEndpointStep,
  endpoint: { readonly address: string; readonly port: number },
): Promise<StepResult> {
  const { identifier } = await describeCandidate(execution);
  await execution.note(step, { sentAt: execution.system.clock.now().toISOString() });
  await execution.switchEndpoint?.({ identifier, ...endpoint });
  return { status: 'finished', facts: { identifier, endpoint } };
}
