import { createFileJournal, type RestoreOutcome, RestorePlanner, renderPlan, type System } from '@zephyr/backup';

/** The recovery was a mistake: the instance that was production before is it again, without what was written since. */
export async function undoPromotion(
  zephyr: System,
  { previous, discarded }: RestoreOutcome,
  application: { scaleToZero(): Promise<void>; scaleUp(): Promise<void> },
  approve: (plan: string) => Promise<boolean>,
): Promise<RestoreOutcome | undefined> {
  if (previous === undefined) throw new Error('nothing was promoted, or the old instance is gone');
  const planner = new RestorePlanner(zephyr);
  const plan = await planner.planRollback({
    to: previous.identifier,
    writtenUntil: discarded && new Date(discarded.to),
    acknowledgeLostWrites: true,
  });
  if (!(await approve(renderPlan(plan)))) return undefined;
  return planner.execute(plan, {
    approve: plan.hash,
    journal: createFileJournal('undo-promotion.journal'),
    writers: { stop: application.scaleToZero, resume: application.scaleUp },
  });
}
