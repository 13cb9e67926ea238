import { type CheckDatabaseOptions, checkDatabase } from '../checks/check-database.js';
import { withDatabaseSnapshot } from '../checks/database-snapshot.js';
import type { DatabaseExpectation } from '../checks/expectation.js';
import type { DatabaseFingerprint } from '../checks/fingerprint.js';
import { type FingerprintOptions, fingerprintDatabase } from '../checks/fingerprint-database.js';
import type { CallOptions } from '../core/call-options.js';
import type { CheckReport } from '../core/check-result.js';
import { type DatabasePlace, databaseConnector } from '../system/database-target.js';
import type { System } from '../system/define-system.js';

/** Which database to check, and what is expected of it. */
export interface CheckDatabaseRequest extends DatabasePlace {
  readonly expectation: DatabaseExpectation;
}

/** Which database to fingerprint, what of it, and how. */
export interface FingerprintRequest
  extends DatabasePlace,
    Pick<FingerprintOptions, 'tables' | 'schemas' | 'slice' | 'bits' | 'portable'> {}

/** How a check reads: `sessions` connections (default 2), no statement longer than `statementTimeout` (default `'30m'`). */
export type CheckOptions = CallOptions & Pick<CheckDatabaseOptions, 'sessions' | 'statementTimeout'>;

/**
 * Finds out whether a database is what it should be. It only reads.
 *
 * @example
 * ```ts
 * const checker = new IntegrityChecker(zephyr);
 * const report = await checker.checkDatabase({
 *   instance: 'zephyr-production-pitr',
 *   expectation: zephyrExpectation({ restoreTime: '2025-11-09T14:25:00Z' }),
 * });
 * if (report.verdict !== 'passed') throw new Error(JSON.stringify(report.checks));
 * ```
 */
export class IntegrityChecker {
  readonly #system: System;

  constructor(system: System) {
    this.#system = system;
  }

  /**
   * Holds a database (default: the system's own) against an expectation, in one snapshot. A check that cannot be made is
   * `inconclusive`, and the report then never `passed`.
   *
   * Errors: `invalid-input`, `instance-not-found`, `invalid-state`, `deadline-exceeded`, those of AWS and of connecting.
   */
  async checkDatabase(request: CheckDatabaseRequest, options: CheckOptions = {}): Promise<CheckReport> {
    const connect = await databaseConnector(this.#system, request, options);
    return checkDatabase(connect, request.expectation, { ...options, clock: this.#system.clock });
  }

  /**
   * Row count and content hash of every table of a database (default: the system's own), all read in one snapshot.
   *
   * Errors: those of {@link IntegrityChecker.checkDatabase}, `permission-denied`, `statement-timeout`.
   */
  async fingerprint(request: FingerprintRequest = {}, options: CheckOptions = {}): Promise<DatabaseFingerprint> {
    const { clock } = this.#system;
    const { tables, schemas, slice, bits, portable } = request;
    const { sessions = 2, statementTimeout = '30m', signal } = options;
    const connect = await databaseConnector(this.#system, request, options);
    return withDatabaseSnapshot(connect, { sessions, statementTimeout, signal }, (snapshot) =>
      fingerprintDatabase(snapshot.sessions, { ...options, tables, schemas, slice, bits, portable, clock }),
    );
  }
}
