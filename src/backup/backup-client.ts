import type { CacheSnapshot, DatabaseSnapshot, Dump } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import type { Duration } from '../core/duration.js';
import type { System } from '../system/define-system.js';
import { BackupCatalogue } from './backup-catalogue.js';
import type { CopySnapshotRequest } from './copy-request.js';
import type { CacheSnapshotRequest } from './create-cache-snapshot.js';
import type { DatabaseSnapshotRequest } from './create-database-snapshot.js';
import type { CreatedDump } from './create-dump.js';
import type { CreateDumpRequest } from './dump-request.js';
import type { EnsureCacheSnapshotRequest } from './ensure-cache-snapshot.js';
import type { EnsureDatabaseSnapshotRequest } from './ensure-database-snapshot.js';
import type { EnsureDumpRequest } from './ensure-dump.js';
import type { Ensured } from './ensure-interval.js';
import type { CacheExport, CacheExportRequest } from './export-cache-snapshot.js';
import type { Sweep } from './sweep.js';

/**
 * Makes backups of one system, and knows what there is.
 *
 * @example
 * ```ts
 * const backups = new BackupClient(zephyr);
 * const snapshot = await backups.createDatabaseSnapshot({ reason: 'pre-deployment', deploymentVersion: 'v2.0.0' });
 * ```
 */
export class BackupClient extends BackupCatalogue {
  readonly #system: System;

  constructor(system: System) {
    super(system);
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
  async createDatabaseSnapshot(request: DatabaseSnapshotRequest, options?: CallOptions): Promise<DatabaseSnapshot> {
    const { createDatabaseSnapshot } = await import('./create-database-snapshot.js');
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
  async ensureDatabaseSnapshot(
    request: EnsureDatabaseSnapshotRequest,
    options?: CallOptions,
  ): Promise<Ensured<DatabaseSnapshot>> {
    const { ensureDatabaseSnapshot } = await import('./ensure-database-snapshot.js');
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
  async createCacheSnapshot(request: CacheSnapshotRequest, options?: CallOptions): Promise<CacheSnapshot> {
    const { createCacheSnapshot } = await import('./create-cache-snapshot.js');
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
  async ensureCacheSnapshot(
    request: EnsureCacheSnapshotRequest,
    options?: CallOptions,
  ): Promise<Ensured<CacheSnapshot>> {
    const { ensureCacheSnapshot } = await import('./ensure-cache-snapshot.js');
    return ensureCacheSnapshot(this.#system, request, options);
  }

  /**
   * Writes a snapshot of the cache as RDB files, one a node group, into a bucket of the same region, and waits until they are there
   * and begin as RDB files do: up to 4 hours unless `deadline` says otherwise. ElastiCache itself writes them and must be let
   * (facts F16). Where the files of that name are there already and newer than the snapshot, they are returned.
   *
   * Progress: phases `waiting-for-snapshot`, `requested`, `exporting`.
   *
   * Errors: `invalid-input`, `snapshot-not-found`, `access-denied` with the permissions that are missing, `bucket-not-found`,
   * `object-exists`, `invalid-state`, `resource-failed`, `deadline-exceeded`.
   *
   * @example
   * ```ts
   * const { files } = await backups.exportCacheSnapshot({ snapshot: snapshot.id, bucket: 'zephyr-cache-exports' });
   * ```
   */
  async exportCacheSnapshot(request: CacheExportRequest, options?: CallOptions): Promise<CacheExport> {
    const { exportCacheSnapshot } = await import('./export-cache-snapshot.js');
    return exportCacheSnapshot(this.#system, request, options);
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
  async createDump(request?: CreateDumpRequest, options?: CallOptions): Promise<CreatedDump> {
    const { createDump } = await import('./create-dump.js');
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
  async ensureDump(request: EnsureDumpRequest, options?: CallOptions): Promise<Ensured<Dump>> {
    const { ensureDump } = await import('./ensure-dump.js');
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
  async copyDatabaseSnapshot(request: CopySnapshotRequest, options?: CallOptions): Promise<DatabaseSnapshot> {
    const { copyDatabaseSnapshot } = await import('./copy-database-snapshot.js');
    return copyDatabaseSnapshot(this.#system, request, options);
  }

  /**
   * Finds and ends what killed runs have left, older than `olderThan` (default `'24h'`; make it longer than the longest dump): in the
   * archive uploads never completed and archives without a manifest; on this machine directories with a password or an archive, of
   * processes that are gone.
   *
   * Errors: `invalid-input`, `bucket-not-found`, `access-denied`.
   */
  async sweep(request?: { readonly olderThan?: Duration | undefined }, options?: CallOptions): Promise<Sweep> {
    const { sweep } = await import('./sweep.js');
    return sweep(this.#system, request, options);
  }
}
