import { type CheckResult, createMemoryJournal, RestorePlanner, renderPlan } from '@zephyr/backup';
import type { Narrator } from '../narrator.js';
import type { Production } from '../production.js';

/** Restores the dump into an empty database and proves it equal to its source at the dump's instant. */
export async function proveDump(
  { system }: Production,
  dump: string,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  narrator.heading('Prove that the dump restores');
  const planner = new RestorePlanner(system);
  const plan = await planner.planDumpRestore({ dump, into: { database: 'zephyr_proof' } }, { signal });
  narrator.line(renderPlan(plan));
  const outcome = await planner.execute(plan, {
    approve: plan.hash,
    journal: createMemoryJournal(),
    signal,
    onProgress: narrator.onProgress,
  });
  return (outcome.checks?.checks ?? []).map((check) => ({ ...check, check: `dump ${check.check}` }));
}
