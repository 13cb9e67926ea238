import type { DatabaseEvent } from '../../ports/database-event.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import { type DailyWindow, lastDueWindow, parseDailyWindow } from '../backup-window.js';

const hour = 3_600_000;
const day = 24 * hour;

/** When a backup should have been made. */
export interface MissedWindow {
  readonly start: Date;
  readonly end: Date;
}

/** RDS's own choice where no window is known: every hour of the day. */
const anyTime: DailyWindow = { start: 0, length: day };

/** The window whose backup is missed: the last that ended. */
export function missedWindow(instance: DatabaseInstance | undefined, now: Date): MissedWindow {
  const window = parseDailyWindow(instance?.backupWindow ?? '') ?? anyTime;
  const start = lastDueWindow(window, now, 0);
  return { start, end: new Date(start.getTime() + window.length) };
}

/** From half an hour before the window to an hour after it. */
export function isNear(at: Date, { start, end }: MissedWindow): boolean {
  return at.getTime() >= start.getTime() - hour / 2 && at.getTime() <= end.getTime() + hour;
}

/** An event in a line. */
export function eventLine({ at, message }: DatabaseEvent): string {
  return `${at.toISOString()} ${message}`;
}

/** A window in a line. */
export function windowText({ start, end }: MissedWindow): string {
  return `${start.toISOString()} to ${end.toISOString()}`;
}
