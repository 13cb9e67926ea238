import type { CacheObservation } from '../checks/cache/cache-observation.js';
import type { CacheCheckReport, CheckCacheRequest } from '../checks/cache/check-cache.js';
import type { ObserveCacheRequest } from '../checks/cache/observe-cache.js';
import type { DatabaseFingerprint } from '../checks/fingerprint.js';
import type { DatabaseStructure } from '../checks/structure.js';
import type { CallOptions } from '../core/call-options.js';
import type { CheckReport } from '../core/check-result.js';
import type { System } from '../system/define-system.js';
import type { CheckDatabaseRequest, CheckOptions } from './check-database-at.js';
import type { StructureRequest } from './describe-structure-at.js';
import type { DrillReport } from './drill/drill-evidence.js';
import type { DrillRequest } from './drill/drill-request.js';
import type { DumpCheckReport } from './dump-check-report.js';
import type { CheckDumpRequest } from './dump-check-request.js';
import type { FingerprintRequest } from './fingerprint-at.js';

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
    const { checkDatabaseAt } = await import('./check-database-at.js');
    return checkDatabaseAt(this.#system, request, options);
  }

  /**
   * Row count and content hash of every table of a database (default: the system's own), all read in one snapshot.
   *
   * Errors: those of {@link IntegrityChecker.checkDatabase}, `permission-denied`, `statement-timeout`.
   */
  async fingerprint(request: FingerprintRequest = {}, options: CheckOptions = {}): Promise<DatabaseFingerprint> {
    const { fingerprintAt } = await import('./fingerprint-at.js');
    return fingerprintAt(this.#system, request, options);
  }

  /**
   * Describes what a database (default: the system's own) is built of: each kind of `StructureKind`, from its tables, columns and
   * constraints to its comments and grants. Reads its catalog only. Hold another database against it
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
    const { describeStructureAt } = await import('./describe-structure-at.js');
    return describeStructureAt(this.#system, request, options);
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
    const { checkDump } = await import('./check-dump.js');
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
    const { checkCache } = await import('../checks/cache/check-cache.js');
    return checkCache(request, { ...options, clock: this.#system.clock });
  }

  /**
   * Counts what is in a cache by prefix, type and time to live: before a snapshot is taken, for `expectCache` to make an expectation
   * of it. Errors: those of {@link IntegrityChecker.checkCache}.
   */
  async observeCache(request: ObserveCacheRequest, options: CallOptions = {}): Promise<CacheObservation> {
    const { observeCache } = await import('../checks/cache/observe-cache.js');
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
    const { drill } = await import('./drill/drill.js');
    return drill(this.#system, request, options);
  }
}
