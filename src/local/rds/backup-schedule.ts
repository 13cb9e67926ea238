import { nextDailyWindow } from '../control-plane/daily-window.js';
import type { Subject } from '../control-plane/timeline.js';
import { automatedBackupStep } from './automated-backup.js';
import { availableStep, instanceSubject } from './instance-lifecycle.js';
import type { Instance, RdsState } from './rds-state.js';

const retryMilliseconds = 300_000;

/**
 * Takes an automated backup once a day, at an instant of its own within the instance's backup window. An instance that is
 * busy is tried again until the window is over; then the day is skipped.
 */
export function scheduleBackups(state: RdsState, instance: Instance): void {
  if (!state.settings.automatedBackups) return;
  const subject: Subject = { key: scheduleKey(instance), isAppointment: true, setStatus: () => {}, fail: () => {} };
  const waitFor = (at: number, attempt: (at: Date) => void): void => {
    const now = state.timeline.instant().getTime();
    state.timeline.run(subject, [{ milliseconds: Math.max(0, at - now), done: attempt }]);
  };
  const planNext = (): void => {
    const now = state.timeline.instant();
    const window = nextDailyWindow(instance.details.PreferredBackupWindow ?? '03:00-03:30', now);
    const offset = Math.floor(state.settings.random() * Math.max(0, window.milliseconds - retryMilliseconds));
    const end = window.start + window.milliseconds;
    const attempt = (at: Date): void => {
      if ((instance.details.BackupRetentionPeriod ?? 0) === 0) return;
      if (instance.details.DBInstanceStatus === 'available' && state.timeline.isIdle(instance.key)) {
        state.timeline.run(instanceSubject(state, instance), [automatedBackupStep(state, instance), availableStep()]);
        planNext();
      } else if (at.getTime() + retryMilliseconds < end) waitFor(at.getTime() + retryMilliseconds, attempt);
      else planNext();
    };
    waitFor(window.start + offset, attempt);
  };
  state.timeline.cancel(subject.key);
  if ((instance.details.BackupRetentionPeriod ?? 0) > 0) planNext();
}

/** Ends the schedule of an instance that goes away. */
export function unscheduleBackups(state: RdsState, instance: Instance): void {
  state.timeline.cancel(scheduleKey(instance));
}

function scheduleKey(instance: Instance): string {
  return `schedule/${instance.resourceId}`;
}
