import { createFileJournal, type RestoreOutcome, RestorePlanner, renderPlan, type System } from '@zephyr/backup';

/** 14:30, votes are gone: back to the last second before. Run it again after a crash and it goes on where it was. */
export async function recoverLostVotes(
  zephyr: System,
  lastGoodSecond: Date,
  application: { scaleToZero(): Promise<void>; scaleUp(): Promise<void> },
  approve: (plan: string) => Promise<boolean>,
): Promise<RestoreOutcome | undefined> {
  const planner = new RestorePlanner(zephyr);
  const plan = await planner.planPointInTime({
    restoreTime: lastGoodSecond,
    target: 'zephyr-production-pitr',
    promote: 'rename',
  });
  if (!(await approve(renderPlan(plan)))) return undefined;
  return planner.execute(plan, {
    approve: plan.hash,
    journal: createFileJournal('recovery.journal'),
    writers: { stop: application.scaleToZero, resume: application.scaleUp },
  });
}
