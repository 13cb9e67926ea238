import { checkInstant } from '../checks/check-instant.js';
import type { DatabaseExpectation } from '../checks/expectation.js';
import type { DatabaseFingerprint } from '../checks/fingerprint.js';
import { type Duration, parseDuration } from '../core/duration.js';

/** What is known of the restored Zephyr database beforehand. */
export interface ZephyrExpectationOptions {
  /** ISO instant that the database was restored to: nothing may be newer. Absent: how new its rows are is not checked. */
  readonly restoreTime?: string | undefined;
  /** In how long a time there is always a vote: no longer before `restoreTime` may the newest one lie. Default `'5m'`. */
  readonly writeInterval?: Duration | undefined;
  /** Rows that each table must have at least. Default 1 each: an empty table is a lost one. */
  readonly atLeastRows?: Partial<Record<ZephyrTable, number>> | undefined;
  readonly fingerprint?: DatabaseFingerprint | undefined;
  /** Default `'public'`. */
  readonly schema?: string | undefined;
}

/** The tables of Zephyr. */
export type ZephyrTable = 'polls' | 'participants' | 'votes' | 'audit_logs';

/**
 * What Zephyr's database always has to be: polls, participants, votes and audit logs are there, no vote without its poll
 * and participant, every index valid, every primary key in place, no sequence behind, and the newest vote close before the
 * instant that was restored to.
 *
 * Errors: `invalid-input`.
 *
 * @example
 * ```ts
 * const expectation = zephyrExpectation({ restoreTime: '2025-11-09T14:25:00Z', writeInterval: '1m' });
 * ```
 */
export function zephyrExpectation(options: ZephyrExpectationOptions = {}): DatabaseExpectation {
  const { restoreTime, writeInterval = '5m', atLeastRows, fingerprint, schema = 'public' } = options;
  const tables: readonly ZephyrTable[] = ['polls', 'participants', 'votes', 'audit_logs'];
  const expectation: DatabaseExpectation = {
    atLeastRows: Object.fromEntries(tables.map((table) => [`${schema}.${table}`, atLeastRows?.[table] ?? 1])),
    consistency: ['foreign-keys', 'sequences', 'indexes', 'primary-keys'],
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
  if (restoreTime === undefined) return expectation;
  const notAfter = checkInstant(restoreTime, 'restoreTime');
  const oldest = Date.parse(notAfter) - parseDuration(writeInterval, 'writeInterval');
  const notBefore = new Date(oldest).toISOString();
  return { ...expectation, boundaries: [{ table: `${schema}.votes`, column: 'created_at', notAfter, notBefore }] };
}
