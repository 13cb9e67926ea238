import { awaitInstance } from '../execution/await-instance.js';
import type { Execution, StepResult } from '../execution/execution.js';
import { candidateResourceId } from '../instance/candidate.js';
import { isStable } from '../instance/instance-status.js';
import type { WaitForInstanceStep } from '../plan/restore-step.js';

/** How long a restore may take: hours where terabytes of logs are replayed. The caller's deadline may be earlier. */
const boundMilliseconds = 12 * 3_600_000;

/** Waits for the candidate. Errors: `resource-failed` with the events, `precondition-failed`, `deadline-exceeded`. */
export async function waitForInstance(execution: Execution, step: WaitForInstanceStep): Promise<StepResult> {
  const instance = await awaitInstance(execution, step, {
    resourceId: candidateResourceId(execution),
    what: `instance ${step.identifier} to become available`,
    subject: step.identifier,
    // The endpoint may come later than the status (facts B14).
    isReady: (seen) => isStable(seen) && seen.endpoint !== undefined,
    boundMilliseconds,
  });
  return { status: 'finished', facts: { status: instance.status, endpoint: instance.endpoint } };
}
