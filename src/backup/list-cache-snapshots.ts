import type { BackupOrigin, CacheSnapshot } from '../core/backups.js';
import { isBackupError } from '../core/errors.js';
import type { Tags } from '../core/tags.js';
import type { CacheSnapshotDescription, ElastiCachePort } from '../ports/elasticache.js';
import type { PortCall } from '../ports/port-call.js';
import { cacheOf, isOfCache } from '../system/cache-of.js';
import type { System } from '../system/define-system.js';
import { cacheSnapshotOf } from './describe-cache-snapshot.js';
import { mapAhead } from './map-ahead.js';

/** Tags read at a time. */
const tagsAhead = 8;

/** Snapshots of the system's cache, whichever of its nodes they were taken of, each with its tags. */
export async function* listCacheSnapshots(
  system: System,
  origin: BackupOrigin | undefined,
  call: PortCall,
): AsyncGenerator<CacheSnapshot, void, undefined> {
  const { port, name } = cacheOf(system);
  const found = describeCacheSnapshots(
    system,
    origin === 'automated' || origin === 'manual' ? origin : undefined,
    call,
  );
  const withTags = mapAhead(found, tagsAhead, async (description) => {
    const tags = await readTags(port, description, call);
    return tags && cacheSnapshotOf(description, { cache: name, region: system.aws.region, tags });
  });
  for await (const snapshot of withTags) if (snapshot !== undefined) yield snapshot;
}

/** The snapshot of a name, if it is of the system's cache. */
export async function findCacheSnapshot(
  system: System,
  id: string,
  call: PortCall,
): Promise<CacheSnapshot | undefined> {
  const { port, name } = cacheOf(system);
  const found = await port.describeSnapshot(id, call);
  if (found === undefined || !isOfCache(found, name)) return undefined;
  const tags = await readTags(port, found, call);
  return tags && cacheSnapshotOf(found, { cache: name, region: system.aws.region, tags });
}

/** The same as ElastiCache describes them, without their tags. */
export async function* describeCacheSnapshots(
  system: System,
  type: 'automated' | 'manual' | undefined,
  call: PortCall,
): AsyncGenerator<CacheSnapshotDescription, void, undefined> {
  const { port, name } = cacheOf(system);
  for await (const snapshot of port.listSnapshots({ type }, call)) if (isOfCache(snapshot, name)) yield snapshot;
}

/** The tags of a snapshot, for which it takes a call of its own; `undefined` if it has gone meanwhile. */
export async function readTags(
  port: ElastiCachePort,
  { arn, type }: CacheSnapshotDescription,
  call: PortCall,
): Promise<Tags | undefined> {
  // What ElastiCache makes by itself carries no tags.
  if (type === 'automated') return {};
  try {
    return await port.tagsOf(arn, call);
  } catch (error) {
    if (isBackupError(error, 'snapshot-not-found')) return undefined;
    throw error;
  }
}
