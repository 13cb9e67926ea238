import { createMemoryJournal, RestorePlanner, type System, type Verdict } from '@zephyr/backup';

/** Restores the newest dump into an empty database beside production and says whether it equals what was dumped. */
export async function restoreLatestDump(zephyr: System, database: string): Promise<Verdict> {
  const planner = new RestorePlanner(zephyr);
  const plan = await planner.planDumpRestore({ dump: 'latest', into: { database } });
  const outcome = await planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
  return outcome.checks?.verdict ?? 'inconclusive';
}
