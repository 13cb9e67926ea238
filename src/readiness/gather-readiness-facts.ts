import type { Attempt } from '../checks/attempt.js';
import type { AutomatedBackup } from '../ports/database-backups.js';
import type { DatabaseEvent } from '../ports/database-event.js';
import type { MetricsPort } from '../ports/metrics.js';
import type { PortCall } from '../ports/port-call.js';
import type { System } from '../system/define-system.js';
import { describeProtectedInstance } from '../system/protected-instance.js';
import { readSnapshotSharing } from '../system/snapshot-sharing.js';
import { type GatherLimits, gatherPart, gatherWithin } from './gather-part.js';
import { glanceAtCache } from './glance-at-cache.js';
import { glanceAtDrills } from './glance-at-drills.js';
import { glanceAtMetrics } from './glance-at-metrics.js';
import { glanceAtDumps } from './newest-dumps.js';
import type { BackupCopy, DrillRecord, ReadinessFacts } from './readiness-facts.js';
import { tallySnapshots } from './tally-snapshots.js';

const day = 86_400_000;

/** Events are best effort and only corroborate (facts D3): more than these are not worth holding. */
const mostEvents = 1_000;

/**
 * Reads, in one round of calls side by side, all that readiness is decided upon. What cannot be read, or not by the deadline,
 * is told as unknown; only without the instance there is nothing to judge.
 *
 * Errors: `instance-not-found`, `deadline-exceeded`, and AWS's where the instance cannot be read.
 */
export async function gatherReadinessFacts(
  system: System,
  { lastDrill, auditSharing }: { readonly lastDrill?: DrillRecord | undefined; readonly auditSharing: boolean },
  limits: GatherLimits,
): Promise<ReadinessFacts> {
  const { rds, metrics, region } = system.aws;
  const now = system.clock.now();
  const instance = await gatherWithin(system, limits, (call) => describeProtectedInstance(system, call));
  const { identifier, resourceId } = instance;
  const part = <Value>(look: (call: PortCall) => Promise<Value>): Promise<Attempt<Value>> =>
    gatherPart(system, limits, look);
  const elsewhere = (name: string): MetricsPort | undefined =>
    system.otherRegions.find((aws) => aws.region === name)?.metrics;
  const parts = [
    part((call) => findAutomatedBackup(system, resourceId, call)),
    part((call) => tallySnapshots(rds.listSnapshots({ resourceId }, call), now)),
    auditSharing ? part((call) => readSnapshotSharing(system, resourceId, call)) : undefined,
    part((call) => findCopies(system, resourceId, call)),
    part(async (call) => (await rds.accountQuotas(call)).get('ManualSnapshots')),
    part((call) => recentEvents(system, identifier, new Date(now.getTime() - day), call)),
    system.archive === undefined ? undefined : part((call) => glanceAtDumps(system, now, call)),
    metrics === undefined ? undefined : part((call) => glanceAtMetrics(metrics, elsewhere, instance, now, call)),
    lastDrill === undefined && system.archive !== undefined
      ? part((call) => glanceAtDrills(system, now, call))
      : undefined,
    system.cache === undefined ? undefined : part((call) => glanceAtCache(system, call)),
  ] as const;
  // Whatever happens to one, none is still under way when this returns.
  await Promise.allSettled(parts);
  limits.signal?.throwIfAborted();
  const [automatedBackup, snapshots, sharing, copies, quota, events, dumps, measured, archived, cache] =
    await Promise.all(parts);
  const told = lastDrill && ({ known: true, value: { passed: lastDrill, unreadable: [] } } as const);
  return {
    region,
    instance,
    automatedBackup,
    snapshots,
    sharing,
    copies,
    quota,
    events,
    dumps,
    metrics: measured,
    drills: told ?? archived,
    cache,
  };
}

async function findAutomatedBackup(
  system: System,
  resourceId: string,
  call: PortCall,
): Promise<AutomatedBackup | undefined> {
  for await (const backup of system.aws.rds.listAutomatedBackups({ resourceId }, call)) {
    // Copies of other regions' backups are listed too; those have another window.
    if (backup.resourceId === resourceId && backup.region === system.aws.region) return backup;
  }
  return undefined;
}

/** The other regions side by side. */
async function findCopies(system: System, resourceId: string, call: PortCall): Promise<readonly BackupCopy[]> {
  const found = await Promise.all(
    system.otherRegions.map(async ({ rds, region }) => {
      const copies: BackupCopy[] = [];
      for await (const backup of rds.listAutomatedBackups({ resourceId }, call)) {
        if (backup.resourceId !== resourceId) continue;
        copies.push({ region, status: backup.status, latest: backup.restoreWindow?.latest });
      }
      return copies;
    }),
  );
  return found.flat();
}

async function recentEvents(
  system: System,
  source: string,
  since: Date,
  call: PortCall,
): Promise<readonly DatabaseEvent[]> {
  const events: DatabaseEvent[] = [];
  for await (const event of system.aws.rds.listEvents({ sourceType: 'db-instance', source, since }, call)) {
    events.push(event);
    if (events.length === mostEvents) break;
  }
  return events;
}
