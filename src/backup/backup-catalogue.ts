import type { Backup, BackupKind } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import type { System } from '../system/define-system.js';
import type { SharingRequest } from './audit-sharing.js';
import type { SharingReport } from './decide-sharing.js';
import type { BackupOf, LatestBackupRequest } from './find-backup.js';
import type { BackupFilter } from './list-backups.js';
import type { RestoreWindow } from './restore-window.js';

/**
 * Everything that is known of the backups of one system. It only reads, and needs no permission to do more.
 *
 * @example
 * ```ts
 * const catalogue = new BackupCatalogue(zephyr);
 * const newest = await catalogue.latest({ kind: 'database-snapshot', origin: 'automated' });
 * ```
 */
export class BackupCatalogue {
  readonly #system: System;

  constructor(system: System) {
    this.#system = system;
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
  async *list(filter?: BackupFilter, options?: CallOptions): AsyncIterable<Backup> {
    const { listBackups } = await import('./list-backups.js');
    yield* listBackups(this.#system, filter, options);
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
  async latest<Kind extends BackupKind>(
    request: LatestBackupRequest<Kind>,
    options?: CallOptions,
  ): Promise<BackupOf<Kind> | undefined> {
    const { latestBackup } = await import('./find-backup.js');
    return latestBackup(this.#system, request, options);
  }

  /**
   * The backup of an `id` as {@link BackupCatalogue.list} tells it: the identifier of a snapshot, the resource id of an automated backup's
   * instance, or the key of a dump; `undefined` where there is none. Looks in the system's own region first, then in the others.
   *
   * Errors: `invalid-input`, `dump-corrupt`, `version-mismatch`, `bucket-not-found`, `access-denied`.
   */
  async find(id: string, options?: CallOptions): Promise<Backup | undefined> {
    const { findBackup } = await import('./find-backup.js');
    return findBackup(this.#system, id, options);
  }

  /**
   * The earliest and the latest instant that point-in-time recovery can reach, and how far the latter is behind now: compare it
   * with the recovery point objective.
   *
   * Errors: `instance-not-found`, `point-in-time-recovery-off`, `access-denied`.
   */
  async restoreWindow(options?: CallOptions): Promise<RestoreWindow> {
    const { readRestoreWindow } = await import('./restore-window.js');
    return readRestoreWindow(this.#system, options);
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
  async auditSharing(request?: SharingRequest, options?: CallOptions): Promise<SharingReport> {
    const { auditSharing } = await import('./audit-sharing.js');
    return auditSharing(this.#system, request, options);
  }
}
