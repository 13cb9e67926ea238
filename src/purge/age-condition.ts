import { quoteIdentifier } from '../checks/quote-sql.js';
import type { AgeColumnType } from './purge-decision.js';

/** True for a row before the cutoff, which is the parameter `$1`, an ISO instant. Columns without a time zone count as UTC. */
export function ageCondition(column: string, type: AgeColumnType): string {
  const name = quoteIdentifier(column);
  switch (type) {
    case 'timestamptz':
      return `${name} < $1::timestamptz`;
    case 'timestamp':
      return `${name} < ($1::timestamptz AT TIME ZONE 'UTC')`;
    case 'date':
      // The day of the cutoff itself is not over before it: it stays.
      return `${name} < ($1::timestamptz AT TIME ZONE 'UTC')::date`;
  }
}
