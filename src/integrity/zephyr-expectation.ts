import { checkInstant } from '../checks/check-instant.js';
import type { BoundaryExpectation, CustomExpectation, DatabaseExpectation } from '../checks/expectation.js';
import type { DatabaseFingerprint } from '../checks/fingerprint.js';
import { quoteIdentifier } from '../checks/quote-sql.js';
import type { DatabaseStructure } from '../checks/structure.js';
import { type Duration, parseDuration } from '../core/duration.js';

/** What is known of the restored Zephyr database beforehand. */
export interface ZephyrExpectationOptions {
  /** ISO instant that the database was restored to: nothing may be newer. Absent: how new its rows are is not checked. */
  readonly restoreTime?: string | undefined;
  /** In how long a time there is always a vote: no longer before `restoreTime` may the newest one lie. Default `'5m'`. */
  readonly writeInterval?: Duration | undefined;
  /** The same for polls, which are made more rarely. Default `'7d'`. */
  readonly pollInterval?: Duration | undefined;
  /** Rows that each table must have at least. Default 1 each: an empty table is a lost one. */
  readonly atLeastRows?: Partial<Record<ZephyrTable, number>> | undefined;
  readonly fingerprint?: DatabaseFingerprint | undefined;
  /** Taken of production by `IntegrityChecker.structure`. */
  readonly structure?: DatabaseStructure | undefined;
  /** Default `'public'`. */
  readonly schema?: string | undefined;
}

/** The tables of Zephyr. */
export type ZephyrTable = 'polls' | 'participants' | 'votes' | 'audit_logs';

/**
 * What Zephyr's database always has to be: polls, participants, votes and audit logs are there, no vote without its poll
 * and participant, every room code once, every index valid, every primary key in place, no sequence behind, and the newest vote
 * and the newest poll close before the instant that was restored to. Votes without polls and room codes are looked for in the
 * rows themselves: they are found even where the foreign key or the unique index that should rule them out is gone.
 *
 * Errors: `invalid-input`.
 *
 * @example
 * ```ts
 * const expectation = zephyrExpectation({ restoreTime: '2025-11-09T14:25:00Z', writeInterval: '1m' });
 * ```
 */
export function zephyrExpectation(options: ZephyrExpectationOptions = {}): DatabaseExpectation {
  const { restoreTime, atLeastRows, fingerprint, structure, schema = 'public' } = options;
  const tables: readonly ZephyrTable[] = ['polls', 'participants', 'votes', 'audit_logs'];
  return {
    atLeastRows: Object.fromEntries(tables.map((table) => [`${schema}.${table}`, atLeastRows?.[table] ?? 1])),
    consistency: ['foreign-keys', 'sequences', 'indexes', 'primary-keys'],
    custom: zephyrChecks(schema),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(structure === undefined ? {} : { structure }),
    ...(restoreTime === undefined ? {} : { boundaries: zephyrBoundaries(restoreTime, schema, options) }),
  };
}

/** No more than ids and codes: what is found ends up in evidence. */
function zephyrChecks(schema: string): readonly CustomExpectation[] {
  const [polls, votes] = ['polls', 'votes'].map((table) => `${quoteIdentifier(schema)}.${table}`);
  return [
    {
      name: 'votes-without-polls',
      sql: `SELECT v.id, v.poll_id FROM ${votes} AS v WHERE NOT EXISTS (SELECT FROM ${polls} AS p WHERE p.id = v.poll_id)`,
      expect: 'no-rows',
    },
    {
      name: 'room-codes-once',
      sql: `SELECT room_code, pg_catalog.count(*) AS polls FROM ${polls} GROUP BY room_code HAVING pg_catalog.count(*) > 1`,
      expect: 'no-rows',
    },
  ];
}

function zephyrBoundaries(
  restoreTime: string,
  schema: string,
  { writeInterval = '5m', pollInterval = '7d' }: ZephyrExpectationOptions,
): readonly BoundaryExpectation[] {
  const notAfter = checkInstant(restoreTime, 'restoreTime');
  const newest = (table: ZephyrTable, interval: Duration, field: string): BoundaryExpectation => {
    const notBefore = new Date(Date.parse(notAfter) - parseDuration(interval, field)).toISOString();
    return { table: `${schema}.${table}`, column: 'created_at', notAfter, notBefore };
  };
  return [newest('votes', writeInterval, 'writeInterval'), newest('polls', pollInterval, 'pollInterval')];
}
