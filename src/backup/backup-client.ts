import type { Backup, DatabaseSnapshot } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import type { Duration } from '../core/duration.js';
import type { System } from '../system/define-system.js';
import { createDatabaseSnapshot, type DatabaseSnapshotRequest } from './create-database-snapshot.js';
import { type CreatedDump, createDump } from './create-dump.js';
import type { CreateDumpRequest } from './dump-request.js';
import { type BackupFilter, listBackups } from './list-backups.js';
import { type RestoreWindow, readRestoreWindow } from './restore-window.js';
import { type DumpSweep, sweepUnfinishedDumps } from './sweep-unfinished-dumps.js';

/**
 * Makes backups of one system, and lists what there is.
 *
 * @example
 * ```ts
 * const backups = new BackupClient(zephyr);
 * const snapshot = await backups.createDatabaseSnapshot({ reason: 'pre-deployment', deploymentVersion: 'v2.0.0' });
 * ```
 */
export class BackupClient {
  readonly #system: System;

  constructor(system: System) {
    this.#system = system;
  }

  /**
   * Takes a snapshot of the whole instance and waits until it is available: up to 1 hour for a state that allows one (the daily
   * backup may be running), then up to 4 hours, both shortened or lengthened by `deadline`. On a Single-AZ instance I/O pauses for
   * seconds to minutes (facts A10).
   *
   * A lost answer never leads to a second snapshot. Aborting stops the waiting: a snapshot that was begun is a backup and is
   * finished by RDS; find it again with the same `operationId`, or in {@link BackupClient.list}.
   *
   * Progress: phases `waiting-for-instance`, `requested`, `creating` with `percent`.
   *
   * Errors: `invalid-input`, `instance-not-found`, `invalid-state`, `quota-exceeded`, `identifier-taken`, `resource-failed`,
   * `deadline-exceeded`, `access-denied`.
   */
  createDatabaseSnapshot(request: DatabaseSnapshotRequest, options?: CallOptions): Promise<DatabaseSnapshot> {
    return createDatabaseSnapshot(this.#system, request, options);
  }

  /**
   * Dumps the database with pg_dump straight into the archive, touching no disk. Row counts and content hashes of every table are
   * taken in the very snapshot that pg_dump reads and kept in the manifest, so that a restored copy can be proven equal. The
   * manifest is written last: until then there is no dump, and whatever fails or aborts, nothing is left.
   *
   * Progress: phases `checking`, `dumping` with `bytes` stored, `writing-manifest`.
   *
   * Errors: `invalid-input`, `postgres-tool-missing`, `version-mismatch`, `bucket-not-found`, `access-denied`,
   * `database-unreachable`, `authentication-failed`, `permission-denied`, `dump-failed`, `upload-failed`, `object-exists`,
   * `deadline-exceeded`.
   *
   * @example
   * ```ts
   * const dump = await backups.createDump({ reason: 'weekly' });
   * console.log(dump.location, dump.sizeBytes);
   * ```
   */
  createDump(request?: CreateDumpRequest, options?: CallOptions): Promise<CreatedDump> {
    return createDump(this.#system, request, options);
  }

  /**
   * Every backup of the system, of any age, page by page: 10,000 take no more memory than ten. First the snapshots in no order
   * (RDS states none: compare `createdAt`), then the dumps by the time of their making, oldest first. Dumps are those of the whole
   * archive; a dump whose manifest cannot be read has the status `failed`.
   *
   * Errors: `invalid-input`, `bucket-not-found`, `access-denied`.
   *
   * @example
   * ```ts
   * for await (const backup of backups.list({ kinds: ['dump'] })) console.log(backup.id, backup.sizeBytes);
   * ```
   */
  list(filter?: BackupFilter, options?: CallOptions): AsyncIterable<Backup> {
    return listBackups(this.#system, filter, options);
  }

  /**
   * The earliest and the latest instant that point-in-time recovery can reach, and how far the latter is behind now: compare it
   * with the recovery point objective.
   *
   * Errors: `instance-not-found`, `point-in-time-recovery-off`, `access-denied`.
   */
  restoreWindow(options?: CallOptions): Promise<RestoreWindow> {
    return readRestoreWindow(this.#system, options);
  }

  /**
   * Removes what killed dumps have left in the archive: uploads never completed and archives without a manifest, older than
   * `olderThan`. Default `'24h'`; make it longer than the longest dump.
   *
   * Errors: `invalid-input`, `bucket-not-found`, `access-denied`.
   */
  sweepUnfinishedDumps(
    request?: { readonly olderThan?: Duration | undefined },
    options?: CallOptions,
  ): Promise<DumpSweep> {
    return sweepUnfinishedDumps(this.#system, request, options);
  }
}
