import {
  createArchiveJournal,
  createMemoryJournal,
  type FailoverReport,
  followFailover,
  type RestoreOutcome,
  RestorePlanner,
  renderPlan,
  type System,
} from '@zephyr/backup';

/** A failover on purpose: measured by writing all the time, kept as evidence. */
export async function rehearseFailover(
  zephyr: System,
  approve: (plan: string) => Promise<boolean>,
): Promise<RestoreOutcome | undefined> {
  const planner = new RestorePlanner(zephyr);
  const plan = await planner.planFailover({ outageWithin: '2m' });
  if (!(await approve(renderPlan(plan)))) return undefined;
  const journal = createArchiveJournal(zephyr);
  const outcome = await planner.execute(plan, { approve: plan.hash, journal });
  console.log(outcome.failover?.reason);
  return outcome;
}

/** The same of the cache; without a client the outage is not measured. */
export async function rehearseCacheFailover(zephyr: System): Promise<FailoverReport | undefined> {
  const planner = new RestorePlanner(zephyr);
  const plan = await planner.planCacheFailover();
  const outcome = await planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
  return outcome.failover;
}

/** At three in the morning: is it failing over, since when, is it over, what has it cost. */
export async function whatIsGoingOn(zephyr: System): Promise<FailoverReport> {
  const report = await followFailover(zephyr, { since: '2h' }, { onProgress: ({ status }) => console.log(status) });
  console.log(report.verdict, report.reason, report.told.startedAt);
  return report;
}
