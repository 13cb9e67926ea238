import type { Backup, BackupKind, BackupOrigin, Dump } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import { invalidInput, isBackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import { archiveStore } from '../system/archive-store.js';
import type { System } from '../system/define-system.js';
import { dumpOf, snapshotOf } from './describe-backups.js';
import type { DumpManifest } from './dump-manifest.js';
import { listManifestKeys, readManifest } from './find-dump.js';
import { listBackups } from './list-backups.js';
import { findCacheSnapshot } from './list-cache-snapshots.js';

/** How far back a dump is looked for. */
const lookBackMilliseconds = 400 * 86_400_000;

/** The backups of one kind. */
export type BackupOf<Kind extends BackupKind> = Extract<Backup, { readonly kind: Kind }>;

/** Which newest backup. */
export interface LatestBackupRequest<Kind extends BackupKind = BackupKind> {
  readonly kind: Kind;
  /** Of snapshots: only those made so. */
  readonly origin?: BackupOrigin | undefined;
}

/** The newest available backup of a kind: see `BackupClient.latest`. */
export async function latestBackup<Kind extends BackupKind>(
  system: System,
  request: LatestBackupRequest<Kind>,
  options: CallOptions = {},
): Promise<BackupOf<Kind> | undefined> {
  const kind: BackupKind = request.kind;
  const { signal } = options;
  signal?.throwIfAborted();
  const found =
    kind === 'dump'
      ? await latestDump(system, { signal })
      : await latestListed(system, kind, request.origin, { signal });
  return found as BackupOf<Kind> | undefined;
}

/** The backup of an identifier: see `BackupClient.find`. */
export async function findBackup(system: System, id: string, options: CallOptions = {}): Promise<Backup | undefined> {
  if (typeof id !== 'string' || id === '') {
    throw invalidInput('id', 'is not an identifier', 'Give the id of a backup as list() tells it.');
  }
  const call = { signal: options.signal };
  call.signal?.throwIfAborted();
  // Keys of dumps hold slashes, identifiers of snapshots never do (facts A1).
  return id.includes('/') ? findDump(system, id, call) : findSnapshot(system, id, call);
}

/** Whole dumps of the system's database, newest first. A manifest that cannot be read is handed to `unreadable`. */
export async function* wholeDumps(
  system: System,
  since: Date,
  unreadable: (error: unknown) => void,
  call: PortCall,
): AsyncGenerator<DumpManifest, void, undefined> {
  const { store } = archiveStore(system);
  const { name: database } = system.database;
  const filter = { database, now: system.clock.now(), notBefore: since };
  for await (const key of listManifestKeys(store, filter, call)) {
    const manifest = await readManifest(store, key, call).catch((error: unknown) => {
      if (!isBackupError(error, 'dump-corrupt') && !isBackupError(error, 'version-mismatch')) throw error;
      unreadable(error);
      return undefined;
    });
    // A database named `a-backup-b` has keys that look like those of `a`; the manifest knows.
    const whole = manifest?.schemas === undefined && manifest?.tables === undefined;
    if (manifest?.database === database && whole) yield manifest;
  }
}

async function latestDump(system: System, call: PortCall): Promise<Dump | undefined> {
  const since = new Date(system.clock.now().getTime() - lookBackMilliseconds);
  const fail = (error: unknown): never => {
    // An older dump in its place would be a silent loss of data.
    throw error;
  };
  for await (const manifest of wholeDumps(system, since, fail, call)) return dumpOf(manifest, placeOf(system));
  return undefined;
}

async function latestListed(
  system: System,
  kind: BackupKind,
  origin: BackupOrigin | undefined,
  call: PortCall,
): Promise<Backup | undefined> {
  let latest: Backup | undefined;
  for await (const backup of listBackups(system, { kinds: [kind], origin }, call)) {
    if (backup.status !== 'available' || backup.dataTime === undefined) continue;
    if (latest?.dataTime === undefined || backup.dataTime > latest.dataTime) latest = backup;
  }
  return latest;
}

async function findDump(system: System, id: string, call: PortCall): Promise<Dump | undefined> {
  try {
    return dumpOf(await readManifest(archiveStore(system).store, id, call), placeOf(system));
  } catch (error) {
    if (isBackupError(error, 'dump-not-found')) return undefined;
    throw error;
  }
}

async function findSnapshot(system: System, id: string, call: PortCall): Promise<Backup | undefined> {
  // Names of automatic cache snapshots hold a dot, which RDS refuses (facts A1, F2).
  const found = id.includes('.') ? undefined : await system.aws.rds.describeSnapshot(id, call);
  if (found !== undefined) return snapshotOf(found, system.aws.region);
  return system.cache === undefined ? undefined : findCacheSnapshot(system, id, call);
}

function placeOf(system: System): { readonly location: string; readonly kmsKey: string | undefined } {
  const { store, kmsKey } = archiveStore(system);
  return { location: store.location, kmsKey };
}
