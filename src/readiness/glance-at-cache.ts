import { cacheSnapshotStatus } from '../core/snapshot-status.js';
import type { PortCall } from '../ports/port-call.js';
import { cacheOf, isOfCache } from '../system/cache-of.js';
import type { System } from '../system/define-system.js';
import type { CacheGlance } from './readiness-facts.js';

/** The cache as it is, and the newest of its snapshots that could be restored. Errors: those of AWS. */
export async function glanceAtCache(system: System, call: PortCall): Promise<CacheGlance> {
  const { port, name } = cacheOf(system);
  const { cache } = system;
  const [found, newest] = await Promise.all([
    cache !== undefined && 'cluster' in cache
      ? port.describeCluster(name, call)
      : port.describeReplicationGroup(name, call),
    newestSnapshot(system, call),
  ]);
  return {
    cache: name,
    status: found?.status,
    snapshotRetentionDays: found?.snapshotRetentionDays,
    snapshotWindow: found?.snapshotWindow,
    newest,
  };
}

async function newestSnapshot(system: System, call: PortCall): Promise<CacheGlance['newest']> {
  const { port, name } = cacheOf(system);
  let newest: CacheGlance['newest'];
  for await (const snapshot of port.listSnapshots({}, call)) {
    const { identifier, createdAt, type, status } = snapshot;
    if (createdAt === undefined || cacheSnapshotStatus(status) !== 'available' || !isOfCache(snapshot, name)) continue;
    if (newest === undefined || createdAt > newest.createdAt) newest = { identifier, createdAt, type };
  }
  return newest;
}
