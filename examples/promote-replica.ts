import {
  createFileJournal,
  type RestoreOutcome,
  RestorePlanner,
  renderPlan,
  type SwitchEndpoint,
  type System,
} from '@zephyr/backup';

/** What the application can be told. */
export interface Application {
  scaleToZero(): Promise<void>;
  scaleUp(): Promise<void>;
  pointAt: SwitchEndpoint;
}

/** Production moves to its replica while it is well: nothing is lost. */
export async function moveToReplica(
  zephyr: System,
  replica: { readonly name: string; readonly region: string },
  application: Application,
  approve: (plan: string) => Promise<boolean>,
): Promise<RestoreOutcome | undefined> {
  const planner = new RestorePlanner(zephyr);
  const plan = await planner.planReplicaPromotion({
    replica: replica.name,
    region: replica.region,
    mode: 'planned',
  });
  if (!(await approve(renderPlan(plan)))) return undefined;
  return planner.execute(plan, {
    approve: plan.hash,
    journal: createFileJournal('move.journal'),
    writers: { stop: application.scaleToZero, resume: application.scaleUp },
    switchEndpoint: application.pointAt,
  });
}

/** Production's region is lost: its replica takes over, with what it had received. */
export async function takeOver(
  zephyr: System,
  replica: { readonly name: string; readonly region: string },
  { lostAt, application }: { readonly lostAt: Date; readonly application: Application },
  approve: (plan: string) => Promise<boolean>,
): Promise<RestoreOutcome | undefined> {
  const planner = new RestorePlanner(zephyr);
  const plan = await planner.planReplicaPromotion({
    replica: replica.name,
    region: replica.region,
    mode: 'disaster',
    incidentAt: lostAt,
    acknowledgeLostWrites: true,
    acknowledgeSourceFenced: true,
  });
  if (!(await approve(renderPlan(plan)))) return undefined;
  return planner.execute(plan, {
    approve: plan.hash,
    journal: createFileJournal('take-over.journal'),
    writers: { stop: application.scaleToZero, resume: application.scaleUp },
    switchEndpoint: application.pointAt,
  });
}
