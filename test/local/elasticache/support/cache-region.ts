import {
  type CacheCluster,
  CreateReplicationGroupCommand,
  type CreateReplicationGroupMessage,
  CreateSnapshotCommand,
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  DescribeSnapshotsCommand,
  ElastiCacheClient,
  type ReplicationGroup,
  type Snapshot,
} from '@aws-sdk/client-elasticache';
import { createVirtualClock, type LocalRegionOptions, startLocalRegion } from '@zephyr/backup/local';
import type { LocalRegion, VirtualClock } from '../../../../src/local/index.js';

/** A region and a real client of its ElastiCache. */
export interface CacheRegion extends AsyncDisposable {
  readonly region: LocalRegion;
  readonly client: ElastiCacheClient;
}

export const minute = 60_000;
export const day = 86_400_000;

/** Starts a region; the client talks HTTP, or to the region directly. */
export async function cacheRegion(
  options: LocalRegionOptions = {},
  transport: 'http' | 'in-process' = 'in-process',
): Promise<CacheRegion> {
  const region = await startLocalRegion(options);
  const { endpoint, credentials, requestHandler } = region;
  const handler = transport === 'in-process' ? { requestHandler } : {};
  const client = new ElastiCacheClient({ region: region.region, endpoint, credentials, ...handler });
  return {
    region,
    client,
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await region.close();
    },
  };
}

/** The same in virtual time, from 14:00 on 9 November 2025. */
export async function virtualCacheRegion(
  options: LocalRegionOptions = {},
): Promise<CacheRegion & { readonly clock: VirtualClock }> {
  const clock = createVirtualClock(new Date('2025-11-09T14:00:00Z'));
  return { ...(await cacheRegion({ clock, ...options })), clock };
}

/** What a replication group is made from. */
export function groupInput(
  id: string,
  more: Partial<CreateReplicationGroupMessage> = {},
): CreateReplicationGroupMessage {
  return {
    ReplicationGroupId: id,
    ReplicationGroupDescription: 'sessions',
    Engine: 'redis',
    CacheNodeType: 'cache.t3.small',
    NumCacheClusters: 1,
    ...more,
  };
}

/** Looks until it is so, in the time of the region's clock. */
export async function until<T>(
  { region }: CacheRegion,
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
): Promise<T> {
  for (let count = 0; count < 2_000; count += 1) {
    const seen = await look();
    if (isSo(seen)) return seen;
    await region.clock.sleep('hold' in region.clock ? 10_000 : 20);
  }
  throw new Error(`never came to be so: ${JSON.stringify(await look())}`);
}

export async function group({ client }: CacheRegion, id: string): Promise<ReplicationGroup> {
  const { ReplicationGroups } = await client.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: id }));
  const [found] = ReplicationGroups ?? [];
  if (found === undefined) throw new Error(`${id} is not shown`);
  return found;
}

export async function cluster({ client }: CacheRegion, id: string): Promise<CacheCluster> {
  const { CacheClusters } = await client.send(
    new DescribeCacheClustersCommand({ CacheClusterId: id, ShowCacheNodeInfo: true }),
  );
  const [found] = CacheClusters ?? [];
  if (found === undefined) throw new Error(`${id} is not shown`);
  return found;
}

export async function snapshot({ client }: CacheRegion, name: string): Promise<Snapshot> {
  const { Snapshots } = await client.send(new DescribeSnapshotsCommand({ SnapshotName: name }));
  const [found] = Snapshots ?? [];
  if (found === undefined) throw new Error(`${name} is not shown`);
  return found;
}

/** Makes a group and waits until it is there. */
export async function makeGroup(
  place: CacheRegion,
  id: string,
  more: Partial<CreateReplicationGroupMessage> = {},
): Promise<ReplicationGroup> {
  await place.client.send(new CreateReplicationGroupCommand(groupInput(id, more)));
  return until(
    place,
    () => group(place, id),
    ({ Status }) => Status !== 'creating',
  );
}

/** Takes a snapshot of a cluster and waits for its end. */
export async function takeSnapshot(place: CacheRegion, of: string, name: string): Promise<Snapshot> {
  await place.client.send(new CreateSnapshotCommand({ CacheClusterId: of, SnapshotName: name }));
  return until(
    place,
    () => snapshot(place, name),
    ({ SnapshotStatus }) => SnapshotStatus !== 'creating',
  );
}
