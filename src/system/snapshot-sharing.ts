import { inParallel } from '../core/in-parallel.js';
import type { SnapshotDescription } from '../ports/database-backups.js';
import type { PortCall } from '../ports/port-call.js';
import type { System } from './define-system.js';

/** A snapshot that others than its owner may restore: all data of production is in it. */
export interface SharedSnapshot {
  readonly identifier: string;
  readonly arn: string;
  /** Account ids, `all` for everybody. */
  readonly sharedWith: readonly string[];
  readonly encrypted: boolean;
}

/** What is shared of how many that were looked at. */
export interface SnapshotSharing {
  readonly looked: number;
  /** In the order of their names. */
  readonly shared: readonly SharedSnapshot[];
}

/** Asked at a time: RDS has one call for each snapshot. */
const atOnce = 8;

/**
 * Who may restore the manual snapshots of the system's instance, also those of an instance that had its name before: only
 * manual ones can be shared (facts A19).
 *
 * Errors: those of AWS.
 */
export async function readSnapshotSharing(
  system: System,
  resourceId: string | undefined,
  call: PortCall = {},
): Promise<SnapshotSharing> {
  const { rds } = system.aws;
  const { instance } = system.database;
  const own: SnapshotDescription[] = [];
  for await (const snapshot of rds.listSnapshots({ type: 'manual' }, call)) {
    if (snapshot.instance === instance || snapshot.resourceId === resourceId) own.push(snapshot);
  }
  const found = await inParallel(atOnce, own, call.signal, async ({ identifier, arn, encrypted }, signal) => ({
    identifier,
    arn,
    encrypted,
    // One that has gone meanwhile is shared with nobody.
    sharedWith: (await rds.snapshotSharedWith(identifier, { ...call, signal })) ?? [],
  }));
  const shared = found.filter(({ sharedWith }) => sharedWith.length > 0);
  return { looked: own.length, shared: shared.sort((a, b) => (a.identifier < b.identifier ? -1 : 1)) };
}
