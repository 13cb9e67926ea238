import type { Execution, StepResult } from '../execution/execution.js';
import type { ResumeWritersStep, StopWritersStep } from '../plan/restore-step.js';

/** Stops the writers through the caller's hook, or takes the caller's word for it. */
export async function stopWriters(execution: Execution, step: StopWritersStep): Promise<StepResult> {
  if (step.how === 'hooks') await execution.writers?.stop();
  return { status: 'finished', facts: { how: step.how, stoppedAt: execution.system.clock.now().toISOString() } };
}

/** Lets the writers go on, on the promoted instance. */
export async function resumeWriters(execution: Execution, _step: ResumeWritersStep): Promise<StepResult> {
  await execution.writers?.resume();
  return { status: 'finished', facts: { resumedAt: execution.system.clock.now().toISOString() } };
}
