import type { Backup, BackupKind, CacheSnapshot, DatabaseSnapshot, Dump } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import type { Duration } from '../core/duration.js';
import type { System } from '../system/define-system.js';
import { auditSharing, type SharingRequest } from './audit-sharing.js';
import { copyDatabaseSnapshot } from './copy-database-snapshot.js';
import type { CopySnapshotRequest } from './copy-request.js';
import { type CacheSnapshotRequest, createCacheSnapshot } from './create-cache-snapshot.js';
import { createDatabaseSnapshot, type DatabaseSnapshotRequest } from './create-database-snapshot.js';
import { type CreatedDump, createDump } from './create-dump.js';
import type { SharingReport } from './decide-sharing.js';
import type { CreateDumpRequest } from './dump-request.js';
import { type EnsureCacheSnapshotRequest, ensureCacheSnapshot } from './ensure-cache-snapshot.js';
import { type EnsureDatabaseSnapshotRequest, ensureDatabaseSnapshot } from './ensure-database-snapshot.js';
import { type EnsureDumpRequest, ensureDump } from './ensure-dump.js';
import type { Ensured } from './ensure-interval.js';
import { type BackupOf, findBackup, type LatestBackupRequest, latestBackup } from './find-backup.js';
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
   * Sees to it that there is one snapshot in every interval, for any scheduler at any rate: the first call within an interval takes
   * it, every other one returns the same, waiting for it where it is still being made. Two calls at once take one: name and operation
   * follow from the interval, `purpose` (default `scheduled`) and `deploymentVersion`, so that a pipeline that is run again takes no
   * second one either. One that failed is followed by another; those that RDS makes by itself do not count.
   *
   * Progress and errors: those of {@link BackupClient.createDatabaseSnapshot}.
   *
   * @example
   * ```ts
   * const { backup, created } = await backups.ensureDatabaseSnapshot({ every: '1d' });
   * ```
   */
  ensureDatabaseSnapshot(
    request: EnsureDatabaseSnapshotRequest,
    options?: CallOptions,
  ): Promise<Ensured<DatabaseSnapshot>> {
    return ensureDatabaseSnapshot(this.#system, request, options);
  }

  /**
   * Takes a snapshot of the system's cache and waits until it is available: up to 1 hour for a state that allows one, then up to 4
   * hours, both shortened or lengthened by `deadline`. Finds out by itself what has to be snapshotted: the group in cluster mode,
   * else one of its nodes, a replica where there is one (facts F1). The cache can be read and written meanwhile, and not be changed.
   *
   * A lost answer never leads to a second snapshot. Manual snapshots never expire by themselves (facts F7).
   *
   * Progress: phases `waiting-for-cache`, `requested`, `creating`.
   *
   * Errors: `invalid-input`, `cache-not-found`, `invalid-state`, `quota-exceeded`, `identifier-taken`, `resource-failed`,
   * `deadline-exceeded`, `access-denied`.
   *
   * @example
   * ```ts
   * const snapshot = await backups.createCacheSnapshot({ reason: 'pre-deployment', deploymentVersion: 'v2.0.0' });
   * ```
   */
  createCacheSnapshot(request: CacheSnapshotRequest, options?: CallOptions): Promise<CacheSnapshot> {
    return createCacheSnapshot(this.#system, request, options);
  }

  /**
   * Sees to it that there is one snapshot of the cache in every interval, for any scheduler at any rate: the first call within an
   * interval takes it, every other one returns the same, waiting for it where it is still being made. Two calls at once take one: while
   * a snapshot is taken ElastiCache refuses another. Automatic snapshots count too, of which there is one a day at most (facts F7).
   *
   * Progress and errors: those of {@link BackupClient.createCacheSnapshot}.
   *
   * @example
   * ```ts
   * const { backup, created } = await backups.ensureCacheSnapshot({ every: '6h' });
   * ```
   */
  ensureCacheSnapshot(request: EnsureCacheSnapshotRequest, options?: CallOptions): Promise<Ensured<CacheSnapshot>> {
    return ensureCacheSnapshot(this.#system, request, options);
  }

  /**
   * Dumps the database with pg_dump straight into the archive, touching no disk. Row counts and content hashes of every table are
   * taken in the very snapshot that pg_dump reads and kept in the manifest, so that a restored copy can be proven equal. The
   * manifest is written last: until then there is no dump, and whatever fails or aborts, nothing is left. With `parallel` it is made
   * of several archives at once, still of one snapshot and with one manifest.
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
   * Sees to it that there is one dump of the whole database in every interval, for any scheduler at any rate: where a whole dump was
   * begun within the interval, by whomever, it is returned. Two calls that begin while there is none may both dump; both are whole.
   *
   * Progress and errors: those of {@link BackupClient.createDump}.
   *
   * @example
   * ```ts
   * const { backup, created } = await backups.ensureDump({ every: '1d', parallel: { workers: 2 } });
   * ```
   */
  ensureDump(request: EnsureDumpRequest, options?: CallOptions): Promise<Ensured<Dump>> {
    return ensureDump(this.#system, request, options);
  }

  /**
   * Copies a snapshot to another region, or within one, and waits until the copy is available: up to 24 hours unless `deadline` says
   * otherwise, for copies of one instance queue up. The copy is encrypted with `kmsKey`, a key of the destination, carries the
   * source's tags, and is manual: RDS never expires it. Before it begins the quota of the destination is looked at.
   *
   * The same snapshot is copied to a region once, however often this is called; a lost answer never leads to a second copy.
   * Aborting stops the waiting: a copy that was begun is finished by RDS.
   *
   * Progress: phases `waiting-for-source`, `requested`, `copying` with `percent`, which a queued copy does not have.
   *
   * Errors: `invalid-input`, `snapshot-not-found`, `quota-exceeded` (retryable where 20 are being copied already),
   * `identifier-taken`, `resource-failed`, `deadline-exceeded`, `access-denied`.
   *
   * @example
   * ```ts
   * const copy = await backups.copyDatabaseSnapshot({ snapshot: snapshot.id, to: 'us-west-2', kmsKey: 'alias/zephyr-backups' });
   * ```
   */
  copyDatabaseSnapshot(request: CopySnapshotRequest, options?: CallOptions): Promise<DatabaseSnapshot> {
    return copyDatabaseSnapshot(this.#system, request, options);
  }

  /**
   * Who else may restore the system's snapshots, in all its regions: everybody is `critical`, an account that is not among
   * `allowedAccounts` a `warning`. One call for each manual snapshot, of which a region has 100 unless AWS allows more.
   *
   * Errors: `invalid-input`, `access-denied`.
   *
   * @example
   * ```ts
   * const { grade, shared } = await backups.auditSharing({ allowedAccounts: ['210987654321'] });
   * if (grade !== 'ok') console.error(shared.map(({ id, meaning, next }) => `${id}: ${meaning} ${next}`));
   * ```
   */
  auditSharing(request?: SharingRequest, options?: CallOptions): Promise<SharingReport> {
    return auditSharing(this.#system, request, options);
  }

  /**
   * The newest available backup of a kind, by the instant whose data it holds; `undefined` where there is none. Of dumps those of the
   * whole database, of the last 400 days; one whose manifest cannot be read is an error, for an older one in its place would be a
   * silent loss of data. With `verified: true` only those count that a drill or a check has proven.
   *
   * Errors: `invalid-input`, `dump-corrupt`, `version-mismatch`, `bucket-not-found`, `access-denied`.
   *
   * @example
   * ```ts
   * const snapshot = await backups.latest({ kind: 'database-snapshot', origin: 'automated' });
   * const proven = await backups.latest({ kind: 'dump', verified: true });
   * ```
   */
  latest<Kind extends BackupKind>(
    request: LatestBackupRequest<Kind>,
    options?: CallOptions,
  ): Promise<BackupOf<Kind> | undefined> {
    return latestBackup(this.#system, request, options);
  }

  /**
   * The backup of an `id` as {@link BackupClient.list} tells it: the identifier of a snapshot, the resource id of an automated backup's
   * instance, or the key of a dump; `undefined` where there is none. Looks in the system's own region first, then in the others.
   *
   * Errors: `invalid-input`, `dump-corrupt`, `version-mismatch`, `bucket-not-found`, `access-denied`.
   */
  find(id: string, options?: CallOptions): Promise<Backup | undefined> {
    return findBackup(this.#system, id, options);
  }

  /**
   * Every backup of the system, of any age, page by page: 10,000 take no more memory than ten. For each region that the system
   * names the snapshots of the instance, copies and those of AWS Backup among them, and its automated backups with their restore
   * windows, those of deleted instances and replicated ones among them; then the snapshots of the cache, all in no order (AWS
   * states none: compare `createdAt`); then the dumps by the time of their making, oldest first. Dumps are those of the whole
   * archive; a dump whose manifest cannot be read has the status `failed`. What a drill or a check has proven is `verified`.
   *
   * With `regions` alone those are asked: without the system's own that one is left alone, for it may be what is down.
   *
   * Errors: `invalid-input`, `bucket-not-found`, `access-denied`.
   *
   * @example
   * ```ts
   * for await (const backup of backups.list({ kinds: ['dump'] })) console.log(backup.id, backup.sizeBytes, backup.verified?.at);
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
