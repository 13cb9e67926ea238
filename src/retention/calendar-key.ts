import type { CalendarPeriod } from './retention-decision.js';

const millisecondsOfDay = 86_400_000;

/** A number that is the same for two instants exactly if they lie in the same day, ISO week, month or year of UTC. */
export function calendarKey(period: CalendarPeriod, time: number): number {
  switch (period) {
    case 'day':
      return Math.floor(time / millisecondsOfDay);
    case 'week':
      // 1 January 1970 was a Thursday; ISO weeks begin on Monday.
      return Math.floor((time / millisecondsOfDay + 3) / 7);
    case 'month':
      return new Date(time).getUTCFullYear() * 12 + new Date(time).getUTCMonth();
    case 'year':
      return new Date(time).getUTCFullYear();
  }
}
