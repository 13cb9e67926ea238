import type { SnapshotDescription } from '../../ports/database-backups.js';

const ownTypes: readonly string[] = ['automated', 'manual', 'awsbackup'];

/** The instant up to which a snapshot holds the data: `SnapshotCreateTime` changes when it is copied, these do not (facts A6). */
export function snapshotDataTime(snapshot: SnapshotDescription): Date | undefined {
  return snapshot.dataTime ?? snapshot.originalCreatedAt ?? snapshot.createdAt;
}

/**
 * The newest of these by the instant of its data, available ones only: order is undocumented, and some may still be in the
 * making (facts A5). Those that others share are not ours to choose.
 */
export function newestSnapshot(
  snapshots: readonly SnapshotDescription[],
  asked: { readonly automated: boolean },
): SnapshotDescription | undefined {
  let newest: { readonly snapshot: SnapshotDescription; readonly time: number } | undefined;
  for (const snapshot of snapshots) {
    const time = snapshotDataTime(snapshot)?.getTime();
    if (snapshot.status !== 'available' || time === undefined) continue;
    if (asked.automated ? snapshot.type !== 'automated' : !ownTypes.includes(snapshot.type)) continue;
    const isNewer =
      newest === undefined ||
      time > newest.time ||
      (time === newest.time && snapshot.identifier > newest.snapshot.identifier);
    if (isNewer) newest = { snapshot, time };
  }
  return newest?.snapshot;
}
