import type { Backup, BackupKind, BackupOrigin, Dump } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import { checkObject } from '../core/check-shape.js';
import { invalidInput, isBackupError } from '../core/errors.js';
import { readVerifications } from '../evidence/read-verifications.js';
import type { PortCall } from '../ports/port-call.js';
import { archiveStore } from '../system/archive-store.js';
import type { System } from '../system/define-system.js';
import { continuousBackupOf, dumpOf, snapshotOf } from './describe-backups.js';
import { type DumpManifest, dumpKeyOf } from './dump-manifest.js';
import { listManifestKeys, readManifest } from './find-dump.js';
import { listBackups, withVerification } from './list-backups.js';
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
  /** Only those that a drill or a check has proven, and no later one has refuted. */
  readonly verified?: true | undefined;
  /** Only in these regions, of those that the system names. Default: in the system's own. */
  readonly regions?: readonly string[] | undefined;
}

/** The newest available backup of a kind: see `BackupClient.latest`. */
export async function latestBackup<Kind extends BackupKind>(
  system: System,
  request: LatestBackupRequest<Kind>,
  options: CallOptions = {},
): Promise<BackupOf<Kind> | undefined> {
  checkObject(request, 'request');
  const { verified } = request;
  if (verified !== undefined && verified !== true) {
    throw invalidInput('verified', `is not true: ${JSON.stringify(verified)}`, 'Write true, or leave it out.');
  }
  const kind: BackupKind = request.kind;
  const { signal } = options;
  signal?.throwIfAborted();
  const found =
    kind === 'dump'
      ? await latestDump(system, verified === true, { signal })
      : await latestListed(system, request, { signal });
  return found as BackupOf<Kind> | undefined;
}

/** The backup of an identifier: see `BackupClient.find`. */
export async function findBackup(system: System, id: string, options: CallOptions = {}): Promise<Backup | undefined> {
  if (typeof id !== 'string' || id === '') {
    throw invalidInput('id', 'is not an identifier', 'Give the id of a backup as list() tells it.');
  }
  const call = { signal: options.signal };
  call.signal?.throwIfAborted();
  const found = await findUnverified(system, id, call);
  return found && withVerification(found, await readVerifications(system, { kind: found.kind }, call));
}

/**
 * Whole dumps of the system's database, newest first. A manifest that cannot be read is handed to `unreadable`; of those whose
 * dump is not `wanted`, by its id, none is read.
 */
export async function* wholeDumps(
  system: System,
  since: Date,
  unreadable: (error: unknown) => void,
  call: PortCall,
  wanted: (id: string) => boolean = () => true,
): AsyncGenerator<DumpManifest, void, undefined> {
  const { store } = archiveStore(system);
  const { name: database } = system.database;
  const filter = { database, now: system.clock.now(), notBefore: since };
  for await (const key of listManifestKeys(store, filter, call)) {
    if (!wanted(dumpKeyOf(key))) continue;
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

async function latestDump(system: System, verified: boolean, call: PortCall): Promise<Dump | undefined> {
  const since = new Date(system.clock.now().getTime() - lookBackMilliseconds);
  const verifications = await readVerifications(system, { kind: 'dump' }, call);
  const unreadable = (error: unknown): void => {
    // An older dump in its place would be a silent loss of data; a verified one is asked for as such.
    if (!verified) throw error;
  };
  const wanted = (id: string): boolean => !verified || verifications.mention('dump', id);
  for await (const manifest of wholeDumps(system, since, unreadable, call, wanted)) {
    const dump = withVerification(dumpOf(manifest, placeOf(system)), verifications);
    if (!verified || dump.verified !== undefined) return dump;
  }
  return undefined;
}

async function latestListed(
  system: System,
  { kind, origin, verified, regions = [system.aws.region] }: LatestBackupRequest,
  call: PortCall,
): Promise<Backup | undefined> {
  let latest: Backup | undefined;
  for await (const backup of listBackups(system, { kinds: [kind], origin, regions }, call)) {
    if (backup.status !== 'available' || backup.dataTime === undefined) continue;
    if (verified === true && backup.verified === undefined) continue;
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

async function findUnverified(system: System, id: string, call: PortCall): Promise<Backup | undefined> {
  // Keys of dumps hold slashes, identifiers of snapshots never do (facts A1); resource ids are in upper case.
  if (id.includes('/')) return findDump(system, id, call);
  if (/^db-[A-Z0-9]+$/.test(id)) return findContinuousBackup(system, id, call);
  return findSnapshot(system, id, call);
}

async function findSnapshot(system: System, id: string, call: PortCall): Promise<Backup | undefined> {
  // Names of automatic cache snapshots hold a dot, which RDS refuses (facts A1, F2).
  for (const { rds, region } of id.includes('.') ? [] : [system.aws, ...system.otherRegions]) {
    const found = await rds.describeSnapshot(id, call);
    if (found !== undefined) return snapshotOf(found, region);
  }
  return system.cache === undefined ? undefined : findCacheSnapshot(system, id, call);
}

async function findContinuousBackup(system: System, id: string, call: PortCall): Promise<Backup | undefined> {
  for (const { rds, region } of [system.aws, ...system.otherRegions]) {
    for await (const found of rds.listAutomatedBackups({ resourceId: id }, call)) {
      if (found.resourceId === id) return continuousBackupOf(found, region);
    }
  }
  return undefined;
}

function placeOf(system: System): { readonly location: string; readonly kmsKey: string | undefined } {
  const { store, kmsKey } = archiveStore(system);
  return { location: store.location, kmsKey };
}
