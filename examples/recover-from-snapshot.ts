import { createFileJournal, type RestoreOutcome, RestorePlanner, renderPlan, type System } from '@zephyr/backup';

/** The database is broken beyond its logs: back to the newest automated snapshot, under the name that it had. */
export async function recoverFromSnapshot(
  zephyr: System,
  application: { scaleToZero(): Promise<void>; scaleUp(): Promise<void> },
  approve: (plan: string) => Promise<boolean>,
): Promise<RestoreOutcome | undefined> {
  const planner = new RestorePlanner(zephyr);
  const plan = await planner.planSnapshotRestore({
    snapshot: 'latest-automated',
    target: 'zephyr-production-recovery',
    instanceClass: { preferred: ['source', 'db.t4g.large', 'db.m6g.large'] },
    promote: 'rename',
  });
  if (!(await approve(renderPlan(plan)))) return undefined;
  return planner.execute(plan, {
    approve: plan.hash,
    journal: createFileJournal('snapshot-recovery.journal'),
    writers: { stop: application.scaleToZero, resume: application.scaleUp },
  });
}
