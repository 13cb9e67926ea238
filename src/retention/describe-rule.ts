import type { Duration } from '../core/duration.js';
import type { CheckedRule } from './check-rules.js';

const kindNames = {
  'database-snapshot': 'database snapshots',
  'cache-snapshot': 'cache snapshots',
  dump: 'dumps',
} as const;

const unitNames = { ms: 'millisecond', s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week' } as const;

/** A rule as one would read it to somebody: `Dumps: kept for 90 days, and the newest of each of the last 12 months.` */
export function describeRule(rule: CheckedRule): string {
  const { kind, origin, purpose, keep, keepLast, calendar } = rule;
  const name = kind === 'dump' ? kindNames[kind] : `${origin} ${kindNames[kind]}`;
  const subject =
    name.charAt(0).toUpperCase() + name.slice(1) + (purpose === undefined ? '' : ` with purpose ${purpose}`);
  if (origin === 'automated') return `${subject}: AWS expires them after ${durationInWords(keep)}.`;
  const kept = [
    ...(rule.forever ? ['forever'] : []),
    ...(keep === undefined ? [] : [`for ${durationInWords(keep)}`]),
    ...(keepLast === 0 ? [] : [`the newest ${keepLast}`]),
    ...calendar.map(({ period, count }) => `the newest of each of the last ${plural(count, period)}`),
  ];
  const foreign = rule.includeUntagged ? ', whoever made them' : '';
  return `${subject}${foreign}: kept ${kept.join(', and ')}.`;
}

/** `90 days`, `1 hour`. */
function durationInWords(duration: Duration | undefined): string {
  const text = String(duration);
  return plural(Number.parseFloat(text), unitNames[text.replace(/^[\d.]+/, '') as keyof typeof unitNames]);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
