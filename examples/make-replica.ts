import {
  type ConfigurationProfile,
  createFileJournal,
  type RestoreOutcome,
  RestorePlanner,
  renderPlan,
  type System,
} from '@zephyr/backup';

/** What is wanted, and what of the other region cannot be taken from the source. */
export interface WantedReplica {
  readonly target: string;
  readonly region: string;
  /** Only for an encrypted source. */
  readonly kmsKey?: string | undefined;
  readonly configuration: Partial<ConfigurationProfile>;
}

/** Keeps a copy of production following in another region, for the day on which production's is lost. */
export async function makeReplica(
  zephyr: System,
  { target, region, kmsKey, configuration }: WantedReplica,
  approve: (plan: string) => Promise<boolean>,
): Promise<RestoreOutcome | undefined> {
  const planner = new RestorePlanner(zephyr);
  const plan = await planner.planReplica({ target, region, kmsKey, configuration });
  if (!(await approve(renderPlan(plan)))) return undefined;
  return planner.execute(plan, { approve: plan.hash, journal: createFileJournal(`${target}.journal`) });
}
