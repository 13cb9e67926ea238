import type { ElastiCacheClient } from '@aws-sdk/client-elasticache';

/** The SDK of ElastiCache, loaded, and a client of it. */
export interface ElastiCacheConnection {
  readonly sdk: typeof import('@aws-sdk/client-elasticache');
  readonly client: ElastiCacheClient;
}
