import type { CloudWatchState } from './cloudwatch-service.js';

/** What a test says that a cache node holds, by the metric that ElastiCache tells it with. */
export function bytesUsed({ store, clock }: CloudWatchState, cluster: string): number | undefined {
  const metric = { namespace: 'AWS/ElastiCache', name: 'BytesUsedForCache', dimensions: { CacheClusterId: cluster } };
  return store.valueAt(metric, Math.floor(clock.now().getTime() / 60_000) * 60_000);
}
