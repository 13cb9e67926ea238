import type { CheckedRule } from './check-rules.js';

/** A rule as one would read it to somebody: `manual database-snapshot for drill: keep 30d, 10 last, 12 monthly`. */
export function describeRule({ kind, origin, purpose, keep, counts }: CheckedRule): string {
  const kept = counts.map((each) => `${each.count} ${each.kind}`);
  if (keep !== undefined) kept.unshift(keep);
  return `${origin} ${kind}${purpose === undefined ? '' : ` for ${purpose}`}: keep ${kept.join(', ')}`;
}
