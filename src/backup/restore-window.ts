import type { CallOptions } from '../core/call-options.js';
import { BackupError } from '../core/errors.js';
import type { System } from '../system/define-system.js';
import { describeProtectedInstance } from '../system/protected-instance.js';

/** The instants that point-in-time recovery can reach right now. */
export interface RestoreWindow {
  readonly instance: string;
  readonly resourceId: string;
  readonly earliest: Date;
  readonly latest: Date;
  /** How far `latest` is behind now: some 5 minutes; beyond 10 to 15 the shipping of logs is stuck (facts B9). */
  readonly lagMilliseconds: number;
  readonly retentionDays: number;
}

/** Reads how far back and how near to now recovery can reach: see `BackupClient.restoreWindow`. */
export async function readRestoreWindow(system: System, options: CallOptions = {}): Promise<RestoreWindow> {
  const call = { signal: options.signal };
  call.signal?.throwIfAborted();
  const instance = await describeProtectedInstance(system, call);
  const { identifier, resourceId, backupRetentionDays, latestRestorableTime } = instance;
  const off = (problem: string, hint: string): BackupError =>
    new BackupError({
      code: 'point-in-time-recovery-off',
      message: `instance ${identifier} cannot be recovered to a point in time: ${problem}`,
      hint,
      details: { instance: identifier, resourceId, backupRetentionDays },
    });
  if (backupRetentionDays === 0) {
    throw off(
      'its automated backups are off',
      'Set a backup retention period of 1 to 35 days. Beware: switching it on restarts the instance.',
    );
  }
  let earliest: Date | undefined;
  // The instance itself tells only the upper end (facts B8). Backups replicated elsewhere have windows of their own.
  for await (const backup of system.aws.rds.listAutomatedBackups({ resourceId }, call)) {
    if (backup.resourceId !== resourceId || backup.region !== system.aws.region) continue;
    const found = backup.restoreWindow?.earliest;
    if (found !== undefined && (earliest === undefined || found < earliest)) earliest = found;
  }
  if (latestRestorableTime === undefined || earliest === undefined) {
    throw off('its first automated backup is not finished', 'Wait for the first automated backup, then ask again.');
  }
  return {
    instance: identifier,
    resourceId,
    earliest,
    latest: latestRestorableTime,
    lagMilliseconds: Math.max(0, system.clock.now().getTime() - latestRestorableTime.getTime()),
    retentionDays: backupRetentionDays,
  };
}
