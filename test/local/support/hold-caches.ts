import { DeleteCacheClusterCommand, DeleteSnapshotCommand } from '@aws-sdk/client-elasticache';
import { createRedisDataPlane } from '../../../src/local/index.js';
import { cacheRegion, cluster, group, makeGroup } from '../elasticache/support/cache-region.js';
import { withRedis } from '../elasticache/support/with-redis.js';

/* Opens the directory that is named, changes what is there, says so, and waits to be killed. */
const place = await cacheRegion({ directory: process.argv[2], cachePlane: createRedisDataPlane });
const { client, region } = place;
const primary = (await group(place, 'sessions')).NodeGroups?.[0]?.PrimaryEndpoint;
await withRedis(primary, (redis) => redis.set('before the kill', 'written'));
await makeGroup(place, 'unknown');
await client.send(new DeleteSnapshotCommand({ SnapshotName: 'of-other' }));
await client.send(new DeleteCacheClusterCommand({ CacheClusterId: 'other' }));
await region.settled();
await cluster(place, 'sessions-001');
process.stdout.write('held\n');
setInterval(() => undefined, 60_000);
