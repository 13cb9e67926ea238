import {
  CreateReplicationGroupCommand,
  type CreateReplicationGroupCommandInput,
  CreateSnapshotCommand,
  DescribeReplicationGroupsCommand,
} from '@aws-sdk/client-elasticache';
import { clientsOf, type Production } from './production.js';

export const cacheName = 'zephyr-production-redis';
export const cacheToken = 'sixteen-and-more-letters';

/** Adds a cache to production, and a snapshot of it that is called `sessions`. */
export async function makeCacheSnapshot(
  { region, clock }: Production,
  more: Partial<CreateReplicationGroupCommandInput> = {},
): Promise<void> {
  const { elasticache } = clientsOf(region, region.requestHandler);
  await elasticache.send(
    new CreateReplicationGroupCommand({
      ReplicationGroupId: cacheName,
      ReplicationGroupDescription: 'sessions',
      NumCacheClusters: 1,
      CacheNodeType: 'cache.t3.small',
      ...more,
    }),
  );
  clock.advance(3_600_000);
  await elasticache.send(new DescribeReplicationGroupsCommand({}));
  await elasticache.send(new CreateSnapshotCommand({ CacheClusterId: `${cacheName}-001`, SnapshotName: 'sessions' }));
  clock.advance(3_600_000);
}
