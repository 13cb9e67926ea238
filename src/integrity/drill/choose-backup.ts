import { findBackup, latestBackup } from '../../backup/find-backup.js';
import { listBackups } from '../../backup/list-backups.js';
import type { Backup, BackupKind, DatabaseSnapshot, Dump } from '../../core/backups.js';
import type { CallOptions } from '../../core/call-options.js';
import { BackupError } from '../../core/errors.js';
import type { System } from '../../system/define-system.js';
import { chooseSnapshot, type SnapshotChoice } from './choose-snapshot.js';
import type { DrilledBackup } from './drill-evidence.js';
import type { CopyDrillSource, DatabaseDrillSource } from './drill-request.js';
import { randomInstant, wholeSeconds } from './random-instant.js';

/** The backup that a drill restores to an instance. */
export interface ChosenBackup {
  readonly drilled: DrilledBackup;
  /** The kind that a pass marks as verified. */
  readonly kind: BackupKind;
  /** Of a point in time. */
  readonly restoreTime?: Date | undefined;
  /** Whether it is as far as the logs reach: what a recovery would lose right now. */
  readonly latest?: boolean | undefined;
  /** Whose backup it is: said to the restore, which could not always tell that it is meant. */
  readonly source: { readonly resourceId: string } | undefined;
  readonly storageGiB?: number | undefined;
  readonly engineVersion?: string | undefined;
}

/**
 * Chooses among what there is in the region that is restored in.
 *
 * Errors: `snapshot-not-found`, `instance-not-found`, `point-in-time-recovery-off`, `invalid-state`.
 */
export async function chooseBackup(
  system: System,
  region: string,
  source: DatabaseDrillSource | CopyDrillSource,
  call: CallOptions,
): Promise<ChosenBackup> {
  if (typeof source === 'string') return chosenSnapshot(await chooseOf(system, region, source, call), source);
  switch (source.kind) {
    case 'snapshot':
      return chosenSnapshot(await chooseOf(system, region, { id: source.id }, call), 'snapshot');
    case 'regional-copy': {
      const { snapshot } = source;
      const choice = snapshot === 'latest' ? 'latest-snapshot' : { id: snapshot };
      return chosenSnapshot(await chooseOf(system, region, choice, call), 'regional copy');
    }
    case 'point-in-time':
    case 'regional-point-in-time': {
      const { time } = source;
      const latest = time === 'latest';
      const words = source.kind === 'point-in-time' ? 'point in time' : 'point in time of another region';
      const chosen = await chosenHistory(system, region, latest ? `latest ${words}` : words, call);
      // Latest is the latest of now: so that what must be in it is known.
      return { ...restoredTo(chosen, latest ? chosen.window.to : time), latest };
    }
    case 'random-point-in-time': {
      const chosen = await chosenHistory(system, region, 'random point in time', call);
      const { from, to } = chosen.window;
      const seed = source.seed ?? Math.floor(system.random() * 2 ** 32).toString(16);
      const drawn = { seed, from: from.toISOString(), to: to.toISOString() };
      const drilled = { ...chosen.drilled, drawn };
      return restoredTo({ ...chosen, drilled }, randomInstant(seed, from, to));
    }
    default:
      throw new Error(`no such source: ${JSON.stringify(source satisfies never)}`);
  }
}

/** RDS takes whole seconds (facts B7): down, never up. */
function restoredTo(chosen: ChosenBackup, time: Date): ChosenBackup {
  const restoreTime = new Date(Math.floor(time.getTime() / 1_000) * 1_000);
  return { ...chosen, restoreTime, drilled: { ...chosen.drilled, dataTime: restoreTime.toISOString() } };
}

async function chooseOf(
  system: System,
  region: string,
  choice: SnapshotChoice,
  call: CallOptions,
): Promise<DatabaseSnapshot> {
  const snapshots: DatabaseSnapshot[] = [];
  for await (const backup of listBackups(system, { kinds: ['database-snapshot'], regions: [region] }, call)) {
    if (backup.kind === 'database-snapshot') snapshots.push(backup);
  }
  return chooseSnapshot(snapshots, choice);
}

function chosenSnapshot(snapshot: DatabaseSnapshot, asked: string): ChosenBackup {
  const { resourceId } = snapshot.source;
  return {
    drilled: { ...drilledOf(snapshot, asked), kind: 'database-snapshot' },
    kind: 'database-snapshot',
    source: resourceId === undefined ? undefined : { resourceId },
    storageGiB: snapshot.allocatedStorageGiB,
    engineVersion: snapshot.engineVersion,
  };
}

/** The history that can be restored to any instant of it: of the instance that lives, or what another region has of it. */
async function chosenHistory(
  system: System,
  region: string,
  asked: string,
  call: CallOptions,
): Promise<ChosenBackup & { readonly window: { readonly from: Date; readonly to: Date } }> {
  const living = region === system.aws.region ? 'active' : 'replicated';
  for await (const backup of listBackups(system, { kinds: ['continuous-backup'], regions: [region] }, call)) {
    if (backup.kind !== 'continuous-backup' || backup.coverage !== living) continue;
    if (backup.restoreWindow === undefined) continue;
    const { id, allocatedStorageGiB, engineVersion, restoreWindow } = backup;
    const window = wholeSeconds(restoreWindow.earliest, restoreWindow.latest);
    if (window === undefined) throw windowTooShort(id, restoreWindow);
    return {
      drilled: { kind: 'point-in-time', asked, id, region, resourceId: id },
      kind: 'continuous-backup',
      source: { resourceId: id },
      storageGiB: allocatedStorageGiB,
      engineVersion,
      window,
    };
  }
  throw new BackupError({
    code: 'point-in-time-recovery-off',
    message: `${region} has no automated backup of ${system.database.instance} that can be restored to a point in time`,
    hint:
      living === 'active'
        ? 'Is there an instance of that name, are its automated backups on, and has the first one finished?'
        : 'Replicate the automated backups to that region first, or drill a copy of a snapshot.',
    details: { region, instance: system.database.instance },
  });
}

/** The first backup has just finished, and logs arrive about every five minutes. */
function windowTooShort(
  resourceId: string,
  { earliest, latest }: { readonly earliest: Date; readonly latest: Date },
): BackupError {
  return new BackupError({
    code: 'invalid-state',
    message: `the restore window of ${resourceId}, from ${earliest.toISOString()} to ${latest.toISOString()}, holds no whole second yet, and RDS restores to none but whole ones`,
    hint: 'It grows about every five minutes: drill it again then.',
    retryable: true,
    details: { resourceId, earliest: earliest.toISOString(), latest: latest.toISOString() },
  });
}

/** The dump that is named, or the newest whole one. Errors: `dump-not-found`, `dump-corrupt`, `version-mismatch`. */
export async function chooseDump(
  system: System,
  wanted: string | 'latest',
  call: CallOptions,
): Promise<{ readonly dump: Dump; readonly drilled: DrilledBackup }> {
  const found =
    wanted === 'latest' ? await latestBackup(system, { kind: 'dump' }, call) : await findBackup(system, wanted, call);
  if (found?.kind === 'dump') {
    return {
      dump: found,
      drilled: { ...drilledOf(found, wanted === 'latest' ? 'latest dump' : 'dump'), kind: 'dump' },
    };
  }
  throw new BackupError({
    code: 'dump-not-found',
    message: wanted === 'latest' ? `there is no dump of ${system.database.name}` : `there is no dump ${wanted}`,
    hint: 'A dump without a manifest does not exist. List the dumps and name one of them, or make one.',
    details: { dump: wanted },
  });
}

function drilledOf({ id, region, source, createdAt, dataTime }: Backup, asked: string): Omit<DrilledBackup, 'kind'> {
  return {
    asked,
    id,
    region,
    resourceId: source.resourceId,
    createdAt: createdAt?.toISOString(),
    dataTime: dataTime?.toISOString(),
  };
}
