import type { Attempt } from '../../checks/attempt.js';
import type { SnapshotDescription } from '../../ports/database-backups.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { PortCall } from '../../ports/port-call.js';
import { archiveStore } from '../../system/archive-store.js';
import { cacheOf, isOfCache } from '../../system/cache-of.js';
import type { System } from '../../system/define-system.js';
import { type GatherLimits, gatherPart } from '../gather-part.js';
import type { UsageKind } from './usage-report.js';
import { createUsageTally, type TalliedGroup } from './usage-tally.js';

const gibibyte = 1_073_741_824;

/** What usage is decided upon; each part on its own may be unknown. */
export interface UsageFacts {
  readonly region: string;
  readonly instance: string;
  /** `undefined`: there is no such instance; its backups may be there all the same. */
  readonly described: Attempt<DatabaseInstance | undefined>;
  readonly snapshots: Attempt<readonly TalliedGroup[]>;
  /** `undefined`: the system has no archive. */
  readonly objects: Attempt<readonly TalliedGroup[]> | undefined;
  /** `undefined`: the system has no cache. */
  readonly cacheSnapshots: Attempt<readonly TalliedGroup[]> | undefined;
}

/** Lists all that is kept, side by side, and holds only sums. */
export async function gatherUsage(system: System, now: Date, limits: GatherLimits): Promise<UsageFacts> {
  const { rds, region } = system.aws;
  const { instance } = system.database;
  const part = <Value>(look: (call: PortCall) => Promise<Value>): Promise<Attempt<Value>> =>
    gatherPart(system, limits, look);
  const described = await part((call) => rds.describeInstance(instance, call));
  const resourceId = described.known ? described.value?.resourceId : undefined;
  const parts = [
    part((call) => tallySnapshots(system, resourceId, now, call)),
    system.archive === undefined ? undefined : part((call) => tallyObjects(system, now, call)),
    system.cache === undefined ? undefined : part((call) => tallyCacheSnapshots(system, now, call)),
  ] as const;
  // Whatever happens to one, none is still under way when this returns.
  await Promise.allSettled(parts);
  limits.signal?.throwIfAborted();
  const [snapshots, objects, cacheSnapshots] = await Promise.all(parts);
  return { region, instance, described, snapshots, objects, cacheSnapshots };
}

/** Those of an instance that had the name before too: they are kept and paid for by the same people. */
async function tallySnapshots(
  system: System,
  resourceId: string | undefined,
  now: Date,
  call: PortCall,
): Promise<readonly TalliedGroup[]> {
  const tally = createUsageTally(now);
  for await (const snapshot of system.aws.rds.listSnapshots({}, call)) {
    if (snapshot.instance !== system.database.instance && snapshot.resourceId !== resourceId) continue;
    const { sizeBytes, allocatedStorageGiB, createdAt } = snapshot;
    tally.add({
      kind: kindOf(snapshot),
      storage: 'rds',
      bytes: sizeBytes ?? allocatedStorageGiB * gibibyte,
      at: createdAt,
    });
  }
  return tally.groups();
}

function kindOf({ type }: SnapshotDescription): UsageKind {
  if (type === 'automated') return 'automated-snapshot';
  return type === 'awsbackup' ? 'aws-backup-snapshot' : 'manual-snapshot';
}

/** Only what this library writes: what else is in the bucket is not its business. */
async function tallyObjects(system: System, now: Date, call: PortCall): Promise<readonly TalliedGroup[]> {
  const { store } = archiveStore(system);
  const tally = createUsageTally(now);
  const places = { 'manual/': 'dump', 'evidence/': 'evidence', 'journals/': 'journal' } as const;
  for (const [prefix, kind] of Object.entries(places)) {
    for await (const { sizeBytes, lastModified, storageClass = 'STANDARD' } of store.list({ prefix }, call)) {
      tally.add({ kind, storage: storageClass, bytes: sizeBytes, at: lastModified });
    }
  }
  return tally.groups();
}

async function tallyCacheSnapshots(system: System, now: Date, call: PortCall): Promise<readonly TalliedGroup[]> {
  const { port, name } = cacheOf(system);
  const tally = createUsageTally(now);
  for await (const snapshot of port.listSnapshots({}, call)) {
    if (!isOfCache(snapshot, name)) continue;
    const { sizeBytes, createdAt } = snapshot;
    tally.add({ kind: 'cache-snapshot', storage: 'elasticache', bytes: sizeBytes, at: createdAt });
  }
  return tally.groups();
}
