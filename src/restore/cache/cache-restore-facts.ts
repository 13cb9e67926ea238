import { BackupError } from '../../core/errors.js';
import type { Tags } from '../../core/tags.js';
import type {
  CacheCluster,
  CacheSnapshotDescription,
  ElastiCachePort,
  ReplicationGroup,
} from '../../ports/elasticache.js';
import type { PortCall } from '../../ports/port-call.js';
import { cacheOf, isOfCache } from '../../system/cache-of.js';
import type { System } from '../../system/define-system.js';
import type { CheckedCacheRestoreRequest } from './cache-restore-request.js';

/** All that a plan to restore a cache rests on, as seen at one moment. */
export interface CacheRestoreFacts {
  /** What the system calls its cache. */
  readonly cache: string;
  readonly snapshot: CacheSnapshotDescription;
  /** The cache to be like; `undefined` where there is none left of that name, or only a cluster that stands alone. */
  readonly source: { readonly group: ReplicationGroup; readonly node: CacheCluster; readonly tags: Tags } | undefined;
  readonly targetTaken: boolean;
}

/** Reads what a plan needs to know; changes nothing. Errors: `invalid-input`, `snapshot-not-found`, and AWS's own. */
export async function gatherCacheRestoreFacts(
  system: System,
  request: CheckedCacheRestoreRequest,
  call: PortCall,
): Promise<CacheRestoreFacts> {
  const { port, name } = cacheOf(system);
  return {
    cache: name,
    snapshot: await findSnapshot(port, name, request, call),
    source: await describeSource(port, name, call),
    targetTaken: (await port.describeReplicationGroup(request.target, call)) !== undefined,
  };
}

async function describeSource(
  port: ElastiCachePort,
  name: string,
  call: PortCall,
): Promise<CacheRestoreFacts['source']> {
  const group = await port.describeReplicationGroup(name, call);
  const member = group?.nodes[0]?.cluster;
  const node = member === undefined ? undefined : await port.describeCluster(member, call);
  if (group === undefined || node === undefined) return undefined;
  return { group, node, tags: await port.tagsOf(group.arn, call) };
}

async function findSnapshot(
  port: ElastiCachePort,
  cache: string,
  { snapshot }: CheckedCacheRestoreRequest,
  call: PortCall,
): Promise<CacheSnapshotDescription> {
  if (snapshot.kind === 'named') {
    const found = await port.describeSnapshot(snapshot.name, call);
    if (found !== undefined) return found;
    throw notFound(`there is no snapshot ${snapshot.name} in ${port.region}`, port.region);
  }
  let newest: CacheSnapshotDescription | undefined;
  for await (const one of port.listSnapshots(snapshot.automated ? { type: 'automated' } : {}, call)) {
    if (isOfCache(one, cache) && isNewer(one, newest)) newest = one;
  }
  if (newest !== undefined) return newest;
  throw notFound(`there is no snapshot of ${cache} in ${port.region} that is available`, port.region);
}

/** Without a time it is not made yet (facts F4). */
function isNewer(one: CacheSnapshotDescription, newest: CacheSnapshotDescription | undefined): boolean {
  if (one.status !== 'available' || one.createdAt === undefined) return false;
  return newest?.createdAt === undefined || one.createdAt > newest.createdAt;
}

function notFound(message: string, region: string): BackupError {
  return new BackupError({
    code: 'snapshot-not-found',
    message,
    hint: "BackupClient.list({ kinds: ['cache-snapshot'] }) shows what there is.",
    details: { region },
  });
}
