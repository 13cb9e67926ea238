import type { Count } from './check-rules.js';

const millisecondsOfDay = 86_400_000;

/** A number that two instants share exactly if they lie in the same day, ISO week, month or year of UTC; for other counts, none do. */
export function calendarKey(kind: Count['kind'], time: number): number {
  const date = new Date(time);
  switch (kind) {
    case 'daily':
      return Math.floor(time / millisecondsOfDay);
    case 'weekly':
      // 1 January 1970 was a Thursday; ISO weeks begin on Monday.
      return Math.floor((time / millisecondsOfDay + 3) / 7);
    case 'monthly':
      return date.getUTCFullYear() * 12 + date.getUTCMonth();
    case 'yearly':
      return date.getUTCFullYear();
    default:
      return Number.NaN;
  }
}
