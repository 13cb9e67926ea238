const minute = 60_000;
const day = 86_400_000;
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** A daily window in UTC, in milliseconds from midnight; it may cross midnight. */
export interface DailyWindow {
  readonly start: number;
  readonly length: number;
}

/** `03:00-04:00` as RDS writes backup windows; `undefined` for anything else. */
export function parseDailyWindow(text: string): DailyWindow | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (match === null) return undefined;
  const [from = 0, fromMinute = 0, to = 0, toMinute = 0] = match.slice(1).map(Number);
  const start = (from * 60 + fromMinute) * minute;
  const length = ((to * 60 + toMinute) * minute - start + day) % day;
  return length === 0 ? undefined : { start, length };
}

/** `sun:04:00-sun:05:00` as RDS writes maintenance windows, in milliseconds from Sunday midnight. */
export function parseWeeklyWindow(text: string): DailyWindow | undefined {
  const match = /^([a-z]{3}):([01]\d|2[0-3]):([0-5]\d)-([a-z]{3}):([01]\d|2[0-3]):([0-5]\d)$/.exec(text.toLowerCase());
  if (match === null) return undefined;
  const [, fromDay = '', fromHour = '', fromMinute = '', toDay = '', toHour = '', toMinute = ''] = match;
  const at = (name: string, hour: string, minutes: string): number =>
    (weekdays as readonly string[]).indexOf(name) * day + (Number(hour) * 60 + Number(minutes)) * minute;
  if (![fromDay, toDay].every((name) => (weekdays as readonly string[]).includes(name))) return undefined;
  const start = at(fromDay, fromHour, fromMinute);
  const length = (at(toDay, toHour, toMinute) - start + 7 * day) % (7 * day);
  return length === 0 ? undefined : { start, length };
}

/** The start of the latest daily window whose end lies at least `grace` before `now`: what should be done by now. */
export function lastDueWindow(window: DailyWindow, now: Date, grace: number): Date {
  const settled = now.getTime() - grace - window.length - window.start;
  return new Date(Math.floor(settled / day) * day + window.start);
}

/** Whether a daily and a weekly window share any time. Ones that only touch do not (facts K18). */
export function windowsOverlap(daily: DailyWindow, weekly: DailyWindow): boolean {
  const end = weekly.start + weekly.length;
  // From the day before, because a daily window may cross midnight, to the week's end and over it.
  for (let midnight = -day; midnight < end; midnight += day) {
    const start = midnight + daily.start;
    if (start < end && start + daily.length > weekly.start) return true;
  }
  return false;
}
