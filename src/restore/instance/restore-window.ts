import { BackupError } from '../../core/errors.js';
import type { AutomatedBackup } from '../../ports/database-backups.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { PortCall } from '../../ports/port-call.js';
import type { RdsPort } from '../../ports/rds.js';
import type { CheckedPointInTimeRequest } from './point-in-time-request.js';
import type { RestoreFacts } from './restore-facts.js';

/** The window of a source, or why there is none; throws where the asked time is outside of it. */
export function checkRestoreWindow(
  facts: RestoreFacts,
  request: Pick<CheckedPointInTimeRequest, 'restoreTo'>,
  now: Date,
): { readonly earliest: Date | undefined; readonly latest: Date } {
  const { instance, automatedBackup, resourceId } = facts.source;
  if (instance?.replicaSource !== undefined) {
    throw recoveryOff(resourceId, `it is a read replica of ${instance.replicaSource}`, 'Restore its source instead.');
  }
  const { earliest, latest } = windowOf(instance, automatedBackup);
  if (latest === undefined) {
    throw instance?.backupRetentionDays === 0
      ? recoveryOff(
          resourceId,
          'automated backups are off',
          'Restore a snapshot or a dump, and turn automated backups on.',
        )
      : recoveryOff(
          resourceId,
          'RDS has nothing to restore from yet',
          'Its first automated backup has not finished: restore a snapshot or a dump, or wait.',
        );
  }
  if (request.restoreTo.kind === 'time') {
    const { time } = request.restoreTo;
    if (time > latest || (earliest !== undefined && time < earliest)) throw outsideWindow(time, earliest, latest, now);
  }
  return { earliest, latest };
}

/** From when to when a source can be restored, as its instance and its automated backup say (facts B8). */
export function windowOf(
  instance: DatabaseInstance | undefined,
  backup: AutomatedBackup | undefined,
): { readonly earliest: Date | undefined; readonly latest: Date | undefined } {
  return {
    earliest: backup?.restoreWindow?.earliest,
    latest: later(instance?.latestRestorableTime, backup?.restoreWindow?.latest),
  };
}

/** The window as it is now. */
export async function readRestoreWindow(
  rds: RdsPort,
  resourceId: string,
  call: PortCall,
): Promise<{ readonly earliest: Date | undefined; readonly latest: Date | undefined }> {
  const instance = await rds.describeInstanceByResourceId(resourceId, call);
  return windowOf(instance, await findAutomatedBackup(rds, resourceId, call));
}

/**
 * The automated backups of one instance, living or deleted, that can be restored in this region: its own, or those that
 * another region replicates to this one.
 */
export async function findAutomatedBackup(
  rds: RdsPort,
  resourceId: string,
  call: PortCall,
): Promise<AutomatedBackup | undefined> {
  let replicated: AutomatedBackup | undefined;
  for await (const backup of rds.listAutomatedBackups({ resourceId }, call)) {
    if (backup.resourceId !== resourceId) continue;
    if (backup.region === rds.region) return backup;
    // It names the region that it comes from; where it lies its ARN tells. What lies elsewhere has another window.
    if (backup.arn?.split(':')[3] === rds.region) replicated ??= backup;
  }
  return replicated;
}

function later(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}

function recoveryOff(resourceId: string, reason: string, hint: string): BackupError {
  return new BackupError({
    code: 'point-in-time-recovery-off',
    message: `${resourceId} cannot be recovered to a point in time: ${reason}`,
    hint,
    details: { resourceId, reason },
  });
}

function outsideWindow(time: Date, earliest: Date | undefined, latest: Date, now: Date): BackupError {
  const from = earliest?.toISOString() ?? 'an unknown instant';
  const future = time > now;
  return new BackupError({
    code: 'restore-time-outside-window',
    message: `${time.toISOString()} is outside the restore window, which reaches from ${from} to ${latest.toISOString()}`,
    hint:
      time > latest
        ? `${future ? 'That time lies in the future. ' : ''}Logs arrive about every five minutes: wait until the window reaches the time you need, or restore to 'latest'.`
        : 'Restore a snapshot or a dump from that time.',
    field: 'restoreTime',
    details: { restoreTime: time.toISOString(), earliest: earliest?.toISOString(), latest: latest.toISOString() },
  });
}
