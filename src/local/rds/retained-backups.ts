import { scatter } from '../control-plane/scatter.js';
import type { Subject } from '../control-plane/timeline.js';
import { dropAutomatedBackups } from './automated-backup.js';
import { shownPort } from './instance-lookup.js';
import { latestRestorableTime } from './log-shipping.js';
import { rdsFault } from './rds-fault.js';
import type { Instance, RdsState, RetainedBackups } from './rds-state.js';
import { deleteUnusedLogs } from './replicated-backups.js';

const day = 86_400_000;

/** Refuses to keep the backups of one more deleted instance than the account may (facts B11). */
export function refuseRetained(state: RdsState): void {
  if (state.retained.size < state.settings.quotas.retainedBackups) return;
  const message = `Cannot retain the automated backups of more than ${state.settings.quotas.retainedBackups} DB instances`;
  throw rdsFault('DBInstanceAutomatedBackupQuotaExceededFault', message);
}

/** Keeps the automated backups of an instance that goes, for as long as its retention says. */
export function retainBackups(state: RdsState, instance: Instance): void {
  const recoverableTo = latestRestorableTime(state, instance);
  if (recoverableTo === undefined) return;
  const { resourceId, automatedBackupsArn: arn, details } = instance;
  const source = { ...details, Endpoint: { Port: shownPort(instance) } };
  const retained = { key: resourceId, order: scatter(resourceId), resourceId, arn, source, recoverableTo };
  state.retained.add(retained);
  const kept = (details.BackupRetentionPeriod ?? 0) * day;
  dropRetainedAt(state, retained, new Date(state.timeline.instant().getTime() + kept));
}

/** Drops the backups that a deleted instance left once their time is over. */
export function dropRetainedAt(state: RdsState, { resourceId }: RetainedBackups, at: Date): void {
  const subject: Subject = { key: retainedKey(resourceId), isAppointment: true, setStatus: () => {}, fail: () => {} };
  const milliseconds = at.getTime() - state.timeline.instant().getTime();
  state.timeline.run(subject, [{ milliseconds, done: () => dropRetained(state, resourceId) }]);
}

/** What the timeline knows the end of retained backups by. */
export function retainedKey(resourceId: string): string {
  return `retained/${resourceId}`;
}

/** Drops the backups that a deleted instance left. */
export function dropRetained(state: RdsState, resourceId: string): void {
  state.retained.remove(resourceId);
  state.timeline.cancel(retainedKey(resourceId));
  dropAutomatedBackups(state, resourceId);
  deleteUnusedLogs(state, resourceId);
}

/** The backups left by the instance of this resource id or by this ARN. */
export function findRetained(
  state: RdsState,
  key: { readonly id?: string | undefined; readonly arn?: string | undefined },
): RetainedBackups | undefined {
  return state.retained.sorted().find((left) => left.resourceId === key.id || left.arn === key.arn);
}
