import type { Backup, BackupKind, BackupOrigin } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import { checkDate, checkObject, checkTexts } from '../core/check-shape.js';
import { invalidInput } from '../core/errors.js';
import { readVerifications, type Verifications } from '../evidence/read-verifications.js';
import type { PortCall } from '../ports/port-call.js';
import type { System } from '../system/define-system.js';
import { regionOf } from '../system/region-of.js';
import { listCacheSnapshots } from './list-cache-snapshots.js';
import { lineageOf, listContinuousBackups, listDatabaseSnapshots } from './list-database-backups.js';
import { listDumps } from './list-dumps.js';

/** Which backups to list. Only what is named narrows the list. */
export interface BackupFilter {
  readonly kinds?: readonly BackupKind[] | undefined;
  readonly origin?: BackupOrigin | undefined;
  /** Only in these regions, of those that the system names. */
  readonly regions?: readonly string[] | undefined;
  /** Made at or after this instant. */
  readonly from?: Date | undefined;
  /** Made before this instant. */
  readonly until?: Date | undefined;
  /**
   * `false` asks the archive for nothing that was proven: every backup is then listed without `verified`. For when the region of the
   * archive is down; leave dumps out too, they lie there. Default `true`.
   */
  readonly withVerified?: boolean | undefined;
}

interface CheckedFilter extends BackupFilter {
  readonly kinds: readonly BackupKind[];
}

/** Every kind, in the order in which they are listed. */
const allKinds: readonly BackupKind[] = ['database-snapshot', 'continuous-backup', 'cache-snapshot', 'dump'];

const allOrigins: readonly BackupOrigin[] = ['automated', 'manual', 'aws-backup', 'shared', 'unknown'];

/** Lists the system's backups: see `BackupClient.list`. */
export async function* listBackups(
  system: System,
  filter: BackupFilter = {},
  options: CallOptions = {},
): AsyncGenerator<Backup, void, undefined> {
  const checked = checkFilter(system, filter);
  const call = { signal: options.signal };
  call.signal?.throwIfAborted();
  const { from, until, origin } = filter;
  const matches = (backup: Backup): boolean =>
    (origin === undefined || backup.origin === origin) &&
    // What is still being made has no time yet, and is newer than all that has one.
    (until === undefined || (backup.createdAt !== undefined && backup.createdAt < until)) &&
    (from === undefined || backup.createdAt === undefined || backup.createdAt >= from);
  const { kinds, withVerified = true } = checked;
  if (!withVerified) {
    for await (const backup of listKinds(system, checked, call)) if (matches(backup)) yield backup;
    return;
  }
  const verifications = await readVerifications(system, kinds.length === 1 ? { kind: kinds[0] } : {}, call);
  for await (const backup of listKinds(system, checked, call)) {
    if (matches(backup)) yield withVerification(backup, verifications);
  }
}

/** The backup with the proof that it can be restored, where there is one. */
export function withVerification<Item extends Backup>(backup: Item, verifications: Verifications): Item {
  const { resourceId } = backup.source;
  const verified = verifications.of({ ...backup, resourceId });
  return verified === undefined ? backup : { ...backup, verified };
}

async function* listKinds(
  system: System,
  { kinds, regions, origin, from }: CheckedFilter,
  call: PortCall,
): AsyncGenerator<Backup, void, undefined> {
  const isIn = (region: string): boolean => regions?.includes(region) ?? true;
  const snapshots = kinds.includes('database-snapshot');
  const continuous = kinds.includes('continuous-backup') && (origin === undefined || origin === 'automated');
  if (snapshots || continuous) {
    const lineage = await lineageOf(system, isIn(system.aws.region), call);
    for (const aws of [system.aws, ...system.otherRegions].filter(({ region }) => isIn(region))) {
      if (snapshots) yield* listDatabaseSnapshots(aws, lineage, origin, call);
      if (continuous) yield* listContinuousBackups(aws, lineage, call);
    }
  }
  if (kinds.includes('cache-snapshot') && system.cache !== undefined && isIn(system.aws.region)) {
    yield* listCacheSnapshots(system, origin, call);
  }
  // An archive may hold dumps of several regions: each says its own.
  if (kinds.includes('dump') && system.archive !== undefined) {
    for await (const dump of listDumps(system, from, call)) if (isIn(dump.region)) yield dump;
  }
}

/** Errors: `invalid-input` for what no backup comes from. */
function checkOrigin(origin: BackupOrigin | undefined): void {
  if (origin === undefined || allOrigins.includes(origin)) return;
  throw invalidInput('origin', `is none: ${JSON.stringify(origin)}`, `Use one of ${allOrigins.join(', ')}.`);
}

/** Everything that can be checked without a call. */
function checkFilter(system: System, filter: BackupFilter): CheckedFilter {
  checkObject(filter, 'filter');
  const { kinds = allKinds, origin, regions, from, until } = filter;
  checkTexts(kinds, 'kinds');
  checkTexts(regions, 'regions');
  checkDate(from, 'from');
  checkDate(until, 'until');
  checkOrigin(origin);
  const strange = kinds.find((kind) => !allKinds.includes(kind));
  if (strange !== undefined) {
    throw invalidInput('kinds', `names no kind of backup: ${JSON.stringify(strange)}`, `Use ${allKinds.join(', ')}.`);
  }
  for (const region of regions ?? []) regionOf(system, region, 'regions');
  return { ...filter, kinds };
}
