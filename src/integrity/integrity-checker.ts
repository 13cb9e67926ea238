import type { CacheObservation } from '../checks/cache/cache-observation.js';
import { type CacheCheckReport, type CheckCacheRequest, checkCache } from '../checks/cache/check-cache.js';
import { type ObserveCacheRequest, observeCache } from '../checks/cache/observe-cache.js';
import { type CheckDatabaseOptions, checkDatabase } from '../checks/check-database.js';
import type { FunctionCheck } from '../checks/check-function.js';
import { withDatabaseSnapshot } from '../checks/database-snapshot.js';
import { type DescribeStructureOptions, describeStructure } from '../checks/describe-structure.js';
import type { DatabaseExpectation } from '../checks/expectation.js';
import type { DatabaseFingerprint } from '../checks/fingerprint.js';
import { type FingerprintOptions, fingerprintDatabase } from '../checks/fingerprint-database.js';
import type { DatabaseStructure } from '../checks/structure.js';
import { withinDeadline } from '../checks/within-deadline.js';
import type { CallOptions } from '../core/call-options.js';
import type { CheckReport } from '../core/check-result.js';
import { type DatabasePlace, databaseConnector } from '../system/database-target.js';
import type { System } from '../system/define-system.js';
import { checkDump } from './check-dump.js';
import { drill } from './drill/drill.js';
import type { DrillReport } from './drill/drill-evidence.js';
import type { DrillRequest } from './drill/drill-request.js';
import type { DumpCheckReport } from './dump-check-report.js';
import type { CheckDumpRequest } from './dump-check-request.js';

/** Which database to check, and what is expected of it. */
export interface CheckDatabaseRequest extends DatabasePlace {
  readonly expectation: DatabaseExpectation;
  /** Checks as functions of your own, beside what the expectation says. */
  readonly checks?: readonly FunctionCheck[] | undefined;
}

/** Which database to fingerprint, what of it, and how. */
export interface FingerprintRequest
  extends DatabasePlace,
    Pick<FingerprintOptions, 'tables' | 'schemas' | 'slice' | 'ranges' | 'sample' | 'bits'> {}

/** Which database's structure to describe, and which kinds of things to leave out. */
export interface StructureRequest extends DatabasePlace, Pick<DescribeStructureOptions, 'without'> {}

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
    const connectTo: CheckDatabaseOptions['connectTo'] = (place, call) => databaseConnector(this.#system, place, call);
    const { expectation, checks } = request;
    return checkDatabase(connect, expectation, { ...options, checks, connectTo, clock: this.#system.clock });
  }

  /**
   * Row count and content hash of every table of a database (default: the system's own), all read in one snapshot.
   *
   * Errors: those of {@link IntegrityChecker.checkDatabase}, `permission-denied`, `statement-timeout`.
   */
  async fingerprint(request: FingerprintRequest = {}, options: CheckOptions = {}): Promise<DatabaseFingerprint> {
    const { clock } = this.#system;
    const { tables, schemas, slice, ranges, sample, bits } = request;
    const { sessions = 2, statementTimeout = '30m', signal } = options;
    const connect = await databaseConnector(this.#system, request, options);
    return withDatabaseSnapshot(connect, { sessions, statementTimeout, signal }, (snapshot) =>
      fingerprintDatabase(snapshot.sessions, {
        ...options,
        tables,
        schemas,
        slice,
        ranges,
        sample,
        bits,
        clock,
      }),
    );
  }

  /**
   * Describes what a database (default: the system's own) is built of: its tables, columns, constraints, indexes, sequences,
   * triggers, policies, views, functions, types, extensions and grants. Reads its catalog only. Hold another database against it
   * as `expectation.structure`, or compare two with `compareStructures`.
   *
   * Errors: those of {@link IntegrityChecker.checkDatabase}.
   *
   * @example
   * ```ts
   * const structure = await checker.structure({ without: ['grant'] });
   * const report = await checker.checkDatabase({ instance: 'zephyr-production-pitr', expectation: { structure } });
   * ```
   */
  async structure(request: StructureRequest = {}, options: CheckOptions = {}): Promise<DatabaseStructure> {
    const { clock } = this.#system;
    const { statementTimeout = '30m', deadline, signal } = options;
    const connect = await databaseConnector(this.#system, request, options);
    return withinDeadline('describing a database', { clock, deadline, signal }, (until) =>
      withDatabaseSnapshot(connect, { statementTimeout, signal: until }, ({ sessions: [session] }) =>
        describeStructure(session, { without: request.without, signal: until }),
      ),
    );
  }

  /**
   * Checks a dump of the archive as far as `level` says (default 2), streaming it from S3 once, with no file on disk:
   *
   * - 0: every archive is there, whole, and byte for byte what its manifest says. Needs no pg_restore.
   * - 1: each can be opened and holds data of exactly the manifest's tables.
   * - 2: every block of data can be read and unpacked.
   * - 3: it restores into the `scratch` database, built like the dumped one, with sound keys, sequences and indexes.
   * - 4: every restored table has the rows and the content that were dumped.
   *
   * Of a dump in several archives, `subset` reads a part of them, and restores its tables. The report's `levels` tell what was proven. A
   * level is begun where those before it passed; the scratch database must not be there before and is dropped in any case.
   *
   * A dump that passed level 3 or 4 as a whole is marked as verified in the archive, one that failed at any level is verified no more; the
   * report's `evidence` says under which key it was kept. That it could not be kept does not change the verdict.
   *
   * Errors: `invalid-input`, `dump-not-found`, `version-mismatch`, `postgres-tool-missing`, `deadline-exceeded`, those of the
   * store; at levels 3 and 4 `precondition-failed` and those of `RestorePlanner`. A dump that is damaged is a verdict, not an error.
   *
   * @example
   * ```ts
   * const report = await checker.checkDump({ dump: 'latest', level: 4, scratch: { database: 'dump_check' } });
   * if (report.proven !== 4) throw new Error(JSON.stringify(report.levels));
   * ```
   */
  async checkDump(request: CheckDumpRequest, options: CallOptions = {}): Promise<DumpCheckReport> {
    return checkDump(this.#system, request, options);
  }

  /**
   * Holds a cache against an expectation: how many keys there are, by prefix, their types and times to live, whether something was
   * thrown out for lack of memory, TLS and passwords. It asks DBSIZE and INFO and scans in small steps, never KEYS; neither the
   * report nor an error holds the name of a key.
   *
   * Errors: `invalid-input`, `cache-unreachable`, `authentication-failed`, `tls-failed`, `permission-denied`, `invalid-state` while the
   * server loads its data, `query-failed`, `deadline-exceeded`.
   *
   * @example
   * ```ts
   * const cache = connectRedis(new Redis({ host, port, tls: {}, password: token }));
   * const report = await checker.checkCache({ cache, expectation: { tls: true, prefixes: { 'session:': { types: ['string'] } } } });
   * ```
   */
  async checkCache(request: CheckCacheRequest, options: CallOptions = {}): Promise<CacheCheckReport> {
    return checkCache(request, { ...options, clock: this.#system.clock });
  }

  /**
   * Counts what is in a cache by prefix, type and time to live: before a snapshot is taken, for `expectCache` to make an expectation
   * of it. Errors: those of {@link IntegrityChecker.checkCache}.
   */
  async observeCache(request: ObserveCacheRequest, options: CallOptions = {}): Promise<CacheObservation> {
    return observeCache(request, { ...options, clock: this.#system.clock });
  }

  /**
   * Restores a backup to something temporary by the very steps of a recovery, proves that one can sign in, checks what is in it,
   * measures how long each part took, removes everything it made, and keeps the evidence in the archive. A pass marks the backup as
   * verified.
   *
   * What it makes is quarantined: your security groups, never public, without backups, tagged with run and expiry. It is removed
   * however the drill ends, also on an abort; what could not be removed is in `teardown.leftovers`, and the drill then has not
   * passed. What a killed process leaves is removed by the same `runId` asked for again, or by {@link sweepDrills}.
   *
   * Once it has begun to make something it ends in a report, whatever happens: `error` says what ended it. It rejects with the
   * signal's reason, and before that with `invalid-input`, `snapshot-not-found`, `dump-not-found`, `quota-exceeded`, `journal-busy`
   * while the same run is going on, and those of `RestorePlanner`.
   *
   * @example
   * ```ts
   * const report = await checker.drill({
   *   source: 'latest-automated-snapshot',
   *   quarantine: { vpcSecurityGroups: ['sg-0123456789abcdef0'] },
   *   expectation: ({ dataTime }) => zephyrExpectation({ restoreTime: dataTime }),
   * });
   * if (report.verdict !== 'passed') throw new Error(report.reasons.join('; '));
   * ```
   */
  async drill(request: DrillRequest, options: CallOptions = {}): Promise<DrillReport> {
    return drill(this.#system, request, options);
  }
}
