import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  lastDueWindow,
  parseDailyWindow,
  parseWeeklyWindow,
  windowsOverlap,
} from '../../src/readiness/backup-window.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const week = 7 * day;

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

describe('a daily window', () => {
  it('is read as RDS writes it, over midnight too', () => {
    expect(parseDailyWindow('03:00-04:00')).toEqual({ start: 3 * hour, length: hour });
    expect(parseDailyWindow('23:30-00:15')).toEqual({ start: 23.5 * hour, length: 45 * minute });
    for (const text of ['', '3:00-4:00', '03:00-24:00', '03:60-04:00', '03:00-03:00', 'sun:03:00-sun:04:00']) {
      expect(parseDailyWindow(text), text).toBeUndefined();
    }
  });

  it('is due once its end and the grace have passed', () => {
    const window = { start: 3 * hour, length: hour };
    const due = (text: string) => lastDueWindow(window, new Date(text), 2 * hour).toISOString();
    expect(due('2025-11-09T06:00:00Z')).toBe('2025-11-09T03:00:00.000Z');
    expect(due('2025-11-09T05:59:59Z')).toBe('2025-11-08T03:00:00.000Z');
    expect(due('2025-11-10T05:59:59Z')).toBe('2025-11-09T03:00:00.000Z');
  });

  it('that was due last ended before the grace, and the next did not', () => {
    const arbitrary = fc.record({
      start: fc.integer({ min: 0, max: day - 1 }),
      length: fc.integer({ min: 1, max: day - 1 }),
      grace: fc.integer({ min: 0, max: day }),
      now: fc.integer({ min: 0, max: 2_000_000_000_000 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ start, length, grace, now }) => {
        const due = lastDueWindow({ start, length }, new Date(now), grace).getTime();
        expect(due + length + grace).toBeLessThanOrEqual(now);
        expect(due + day + length + grace).toBeGreaterThan(now);
        expect((((due - start) % day) + day) % day).toBe(0);
      }),
    );
  });
});

describe('a weekly window', () => {
  it('is read as RDS writes it, over the end of the week too', () => {
    expect(parseWeeklyWindow('sun:04:00-sun:05:00')).toEqual({ start: 4 * hour, length: hour });
    expect(parseWeeklyWindow('Sat:23:30-Sun:00:30')).toEqual({ start: 6 * day + 23.5 * hour, length: hour });
    for (const text of ['', 'sun:04:00', 'son:04:00-sun:05:00', 'sun:04:00-xxx:05:00', 'sun:04:00-sun:04:00']) {
      expect(parseWeeklyWindow(text), text).toBeUndefined();
    }
  });

  it('that only touches the backup window does not overlap with it, as in the runbook (facts K18)', () => {
    const overlap = (daily: string, weekly: string): boolean => {
      const [d, w] = [parseDailyWindow(daily), parseWeeklyWindow(weekly)];
      if (d === undefined || w === undefined) throw new Error('not a window');
      return windowsOverlap(d, w);
    };
    expect(overlap('03:00-04:00', 'sun:04:00-sun:05:00')).toBe(false);
    expect(overlap('03:00-04:01', 'sun:04:00-sun:05:00')).toBe(true);
    expect(overlap('05:00-06:00', 'sun:04:00-sun:05:00')).toBe(false);
    expect(overlap('23:30-00:30', 'sun:00:00-sun:01:00')).toBe(true);
    expect(overlap('00:00-00:30', 'sat:23:30-sun:00:15')).toBe(true);
    expect(overlap('12:00-12:30', 'mon:11:00-tue:11:00')).toBe(true);
  });

  it('overlaps exactly where some minute is in both', () => {
    const minuteOfDay = fc.integer({ min: 0, max: 1439 });
    const arbitrary = fc.tuple(
      minuteOfDay,
      minuteOfDay,
      fc.integer({ min: 0, max: 6 }),
      minuteOfDay,
      fc.integer({ min: 30, max: 1440 }),
    );
    const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
    fc.assert(
      fc.property(arbitrary, ([from, to, weekday, at, length]) => {
        fc.pre(from !== to);
        const start = weekday * 1440 + at;
        const end = (start + length) % 10_080;
        const weekly = parseWeeklyWindow(
          `${names[weekday]}:${clock(at)}-${names[Math.floor(end / 1440)]}:${clock(end % 1440)}`,
        );
        const daily = parseDailyWindow(`${clock(from)}-${clock(to)}`);
        if (weekly === undefined || daily === undefined) throw new Error('not a window');
        const inWeekly = (m: number): boolean => (((m * minute - weekly.start) % week) + week) % week < weekly.length;
        const inDaily = (m: number): boolean => (((m * minute - daily.start) % day) + day) % day < daily.length;
        const both = Array.from({ length: 10_080 }, (_, m) => m).some((m) => inWeekly(m) && inDaily(m));
        expect(windowsOverlap(daily, weekly)).toBe(both);
      }),
      { numRuns: 60 },
    );
  });
});
