import type { System } from '../../system/define-system.js';
import type { PlanOptions } from '../plan/plan-options.js';
import { planningContext } from '../plan/planning-context.js';
import type { SnapshotRestorePlan } from '../plan/restore-plan.js';
import { checkTypical, typicalFor } from '../plan/typical-durations.js';
import { decideSnapshotPlan } from './decide-snapshot-plan.js';
import { gatherSnapshotRestoreFacts } from './snapshot-restore-facts.js';
import { checkSnapshotRestoreRequest, type SnapshotRestoreRequest } from './snapshot-restore-request.js';

/** Plans a restore from a snapshot: see `RestorePlanner.planSnapshotRestore`. */
export async function planSnapshotRestore(
  system: System,
  request: SnapshotRestoreRequest,
  options: PlanOptions,
): Promise<SnapshotRestorePlan> {
  const { aws, clock, database } = system;
  const checked = checkSnapshotRestoreRequest(request, database.instance, aws.region);
  const context = planningContext(system, typicalFor(checkTypical(options.typical), 'snapshot'));
  const now = clock.now();
  const facts = await gatherSnapshotRestoreFacts(system, checked, now, { signal: options.signal });
  return decideSnapshotPlan(facts, checked, context, now);
}
