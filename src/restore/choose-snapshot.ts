import type { SnapshotDescription } from '../ports/rds.js';

const ownTypes: ReadonlySet<string> = new Set(['automated', 'manual', 'awsbackup']);

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
  let newest: SnapshotDescription | undefined;
  for (const snapshot of snapshots) {
    if (snapshot.status !== 'available' || snapshot.createdAt === undefined) continue;
    if (asked.automated ? snapshot.type !== 'automated' : !ownTypes.has(snapshot.type)) continue;
    if (newest === undefined || isNewer(snapshot, newest)) newest = snapshot;
  }
  return newest;
}

function isNewer(one: SnapshotDescription, other: SnapshotDescription): boolean {
  const [a, b] = [timeOf(one), timeOf(other)];
  return a === b ? one.identifier > other.identifier : a > b;
}

function timeOf(snapshot: SnapshotDescription): number {
  return snapshotDataTime(snapshot)?.getTime() ?? 0;
}
