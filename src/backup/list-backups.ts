import type { Backup, BackupKind, BackupOrigin, DatabaseSnapshot, Dump } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import { invalidInput, isBackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { SnapshotDescription } from '../ports/rds.js';
import { archiveStore } from '../system/archive-store.js';
import type { System } from '../system/define-system.js';
import { dumpOf, snapshotOf, unreadableDump } from './describe-backups.js';
import { readManifest } from './find-dump.js';
import { listCacheSnapshots } from './list-cache-snapshots.js';
import { mapAhead } from './map-ahead.js';

/** Which backups to list. Only what is named narrows the list. */
export interface BackupFilter {
  readonly kinds?: readonly BackupKind[] | undefined;
  readonly origin?: BackupOrigin | undefined;
  /** Made at or after this instant. */
  readonly from?: Date | undefined;
  /** Made before this instant. */
  readonly until?: Date | undefined;
}

/** Manifests read at a time. */
const manifestsAhead = 8;

/** Lists the system's backups: see `BackupClient.list`. */
export async function* listBackups(
  system: System,
  filter: BackupFilter = {},
  options: CallOptions = {},
): AsyncGenerator<Backup, void, undefined> {
  const kinds = checkKinds(filter.kinds);
  const call = { signal: options.signal };
  call.signal?.throwIfAborted();
  const { from, until, origin } = filter;
  const matches = (backup: Backup): boolean =>
    (origin === undefined || backup.origin === origin) &&
    // What is still being made has no time yet, and is newer than all that has one.
    (until === undefined || (backup.createdAt !== undefined && backup.createdAt < until)) &&
    (from === undefined || backup.createdAt === undefined || backup.createdAt >= from);
  if (kinds.includes('database-snapshot')) {
    for await (const snapshot of listSnapshots(system, origin, call)) if (matches(snapshot)) yield snapshot;
  }
  if (kinds.includes('cache-snapshot') && system.cache !== undefined) {
    for await (const snapshot of listCacheSnapshots(system, origin, call)) if (matches(snapshot)) yield snapshot;
  }
  if (kinds.includes('dump') && system.archive !== undefined) {
    for await (const dump of listDumps(system, from, call)) if (matches(dump)) yield dump;
  }
}

/**
 * Snapshots of the instance that has the name now, whatever it was called when they were taken, and those taken under its name:
 * after a promotion by rename both are the system's own (facts A20). What carries both comes once.
 */
async function* listSnapshots(
  system: System,
  origin: BackupOrigin | undefined,
  call: PortCall,
): AsyncGenerator<DatabaseSnapshot, void, undefined> {
  const { rds, region } = system.aws;
  const { instance } = system.database;
  const type = origin === 'automated' || origin === 'manual' ? origin : undefined;
  const living = await rds.describeInstance(instance, call);
  const convert = (description: SnapshotDescription): DatabaseSnapshot => snapshotOf(description, region);
  if (living !== undefined) {
    const { resourceId } = living;
    for await (const description of rds.listSnapshots({ resourceId, type }, call)) yield convert(description);
  }
  for await (const description of rds.listSnapshots({ instance, type }, call)) {
    if (description.resourceId !== living?.resourceId) yield convert(description);
  }
}

async function* listDumps(
  system: System,
  from: Date | undefined,
  call: PortCall,
): AsyncGenerator<Dump, void, undefined> {
  const { store, kmsKey } = archiveStore(system);
  const { location } = store;
  const place = { location, kmsKey };
  // Keys carry their UTC day: what lies before it need not be listed (facts G16).
  const day = from?.toISOString().slice(0, 10).replaceAll('-', '/');
  const objects = store.list(
    { prefix: 'manual/', ...(day === undefined ? {} : { startAfter: `manual/${day}/` }) },
    call,
  );
  const manifests = keepOnly(objects, ({ key }) => key.endsWith('.manifest.json'));
  yield* mapAhead(manifests, manifestsAhead, async (object): Promise<Dump> => {
    try {
      return dumpOf(await readManifest(store, object.key, call), place);
    } catch (error) {
      // One torn manifest must not hide every other backup: it is listed as what it is.
      if (!isBackupError(error, 'dump-corrupt') && !isBackupError(error, 'version-mismatch')) throw error;
      return unreadableDump(object, { ...place, region: system.aws.region, database: system.database }, error);
    }
  });
}

async function* keepOnly<Item>(
  items: AsyncIterable<Item>,
  keep: (item: Item) => boolean,
): AsyncGenerator<Item, void, undefined> {
  for await (const item of items) if (keep(item)) yield item;
}

function checkKinds(kinds: BackupFilter['kinds']): readonly BackupKind[] {
  const all: readonly BackupKind[] = ['database-snapshot', 'cache-snapshot', 'dump'];
  if (kinds === undefined) return all;
  const strange = kinds.find((kind) => !all.includes(kind));
  if (strange !== undefined) {
    throw invalidInput('kinds', `names no kind of backup: ${JSON.stringify(strange)}`, `Use ${all.join(', ')}.`);
  }
  return kinds;
}
