import { invalidInput } from './errors.js';

/** A length of time with its unit: milliseconds, seconds, minutes, hours, days or weeks. A day is 24 hours. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}`;

const millisecondsOf = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * A duration in milliseconds. Throws `invalid-input` naming `field` unless it is a positive number with a unit.
 *
 * @example
 * ```ts
 * parseDuration('5m', 'objectives.recoveryPoint'); // 300_000
 * ```
 */
export function parseDuration(duration: Duration, field: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(String(duration));
  const unit = match?.[2] as keyof typeof millisecondsOf | undefined;
  const milliseconds = unit === undefined ? 0 : Number(match?.[1]) * millisecondsOf[unit];
  if (!(milliseconds > 0) || !Number.isSafeInteger(Math.ceil(milliseconds))) {
    throw invalidInput(
      field,
      `is not a duration: ${JSON.stringify(duration)}`,
      "Write a positive number and a unit: '90s', '5m', '1h', '30d'.",
    );
  }
  return milliseconds;
}

/** Milliseconds as people read them: `850 ms`, `12.4 s`, `3 min 05 s`, `2 h 10 min`, `4 d 3 h`. */
export function formatMilliseconds(milliseconds: number): string {
  const sign = milliseconds < 0 ? '-' : '';
  const size = Math.abs(milliseconds);
  const pair = (whole: number, wholeUnit: string, rest: number, restUnit: string): string =>
    `${sign}${whole} ${wholeUnit} ${String(rest).padStart(2, '0')} ${restUnit}`;
  if (size < 1_000) return `${sign}${Math.round(size)} ms`;
  if (size < 59_950) return `${sign}${(size / 1_000).toFixed(1)} s`;
  const seconds = Math.round(size / 1_000);
  if (seconds < 3_600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}
