import type { Endpoint } from '@aws-sdk/client-elasticache';
import { Cluster, Redis } from 'ioredis';
import { type CacheRegion, group } from './cache-region.js';

/** A client of one node. */
export async function withRedis<T>(
  endpoint: Endpoint | undefined,
  work: (redis: Redis) => Promise<T>,
  options: { password?: string; tls?: { ca?: string; rejectUnauthorized?: boolean } } = {},
): Promise<T> {
  const redis = new Redis({
    host: endpoint?.Address ?? '',
    port: endpoint?.Port ?? 0,
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    ...options,
  });
  const said: Error[] = [];
  redis.on('error', (error: Error) => said.push(error));
  try {
    await redis.connect();
    return await work(redis);
  } catch (error) {
    // The command that was waiting only knows that the connection is gone.
    throw said[0] ?? error;
  } finally {
    redis.disconnect();
  }
}

/** A client that finds every node by itself. */
export async function withCluster<T>(
  place: CacheRegion,
  id: string,
  work: (cluster: Cluster) => Promise<T>,
  redisOptions: { password?: string; tls?: { ca?: string; rejectUnauthorized?: boolean } } = {},
): Promise<T> {
  const { ConfigurationEndpoint } = await group(place, id);
  const cluster = new Cluster(
    [{ host: ConfigurationEndpoint?.Address ?? '', port: ConfigurationEndpoint?.Port ?? 0 }],
    { redisOptions, clusterRetryStrategy: (times) => (times > 50 ? null : 100) },
  );
  cluster.on('error', () => {});
  try {
    return await work(cluster);
  } finally {
    cluster.disconnect();
  }
}
