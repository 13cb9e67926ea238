import { createHash } from 'node:crypto';
import type { BackupStatus, DatabaseSnapshot } from '../core/backups.js';
import type { CallOptions } from '../core/call-options.js';
import { checkObject } from '../core/check-shape.js';
import type { Duration } from '../core/duration.js';
import { manualSnapshotName } from '../core/names.js';
import { snapshotStatus } from '../core/snapshot-status.js';
import { tagKeys } from '../core/tags.js';
import type { PortCall } from '../ports/port-call.js';
import type { System } from '../system/define-system.js';
import { describeProtectedInstance } from '../system/protected-instance.js';
import { type DatabaseSnapshotRequest, takeDatabaseSnapshot } from './create-database-snapshot.js';
import { type Ensured, intervalAt } from './ensure-interval.js';
import { checkLabels } from './snapshot-tags.js';

/** How often there is to be a snapshot, and what one is labelled with if it has to be taken. */
export interface EnsureDatabaseSnapshotRequest
  extends Partial<Pick<DatabaseSnapshotRequest, 'reason' | 'deploymentVersion' | 'purpose' | 'tags'>> {
  /** The interval, in UTC: `'1d'` from midnight to midnight, `'6h'` from 0, 6, 12 and 18 o'clock. */
  readonly every: Duration;
}

/** What all operations of this kind begin with. */
const prefix = 'ensure-';

/** Sees to a snapshot in the present interval: see `BackupClient.ensureDatabaseSnapshot`. */
export async function ensureDatabaseSnapshot(
  system: System,
  request: EnsureDatabaseSnapshotRequest,
  options: CallOptions = {},
): Promise<Ensured<DatabaseSnapshot>> {
  checkObject(request, 'request');
  const { every, reason = `every ${every}`, purpose = 'scheduled', deploymentVersion, tags } = request;
  const labels = { reason, purpose, deploymentVersion, tags };
  checkLabels(labels);
  const { start, milliseconds } = intervalAt(system.clock.now(), every);
  const call = { signal: options.signal };
  call.signal?.throwIfAborted();
  const { identifier, resourceId } = await describeProtectedInstance(system, call);
  const seen = await statusByOperation(system, call);
  // Of the instance, not of its name: after a promotion the new one has none yet.
  const what = [resourceId, purpose, deploymentVersion ?? null, milliseconds, start.getTime()];
  // A snapshot that failed does not count; the next has an operation of its own, which all who ask agree on.
  let attempt = 0;
  while (seen.get(operation(what, attempt)) === 'failed') attempt += 1;
  const operationId = operation(what, attempt);
  const name = manualSnapshotName(identifier, start, operationId.slice(prefix.length, prefix.length + 8));
  return takeDatabaseSnapshot(system, { ...labels, name, operationId }, options);
}

function operation(what: readonly unknown[], attempt: number): string {
  const hash = createHash('sha256').update(JSON.stringify([...what, attempt]));
  return `${prefix}${hash.digest('hex').slice(0, 24)}`;
}

async function statusByOperation(system: System, call: PortCall): Promise<ReadonlyMap<string, BackupStatus>> {
  const seen = new Map<string, BackupStatus>();
  const filter = { instance: system.database.instance, type: 'manual' } as const;
  for await (const { tags, status } of system.aws.rds.listSnapshots(filter, call)) {
    const operationId = tags[tagKeys.operationId];
    if (operationId?.startsWith(prefix)) seen.set(operationId, snapshotStatus(status));
  }
  return seen;
}
