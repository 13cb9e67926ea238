import type { ElastiCachePort } from './elasticache.js';
import type { MetricsPort } from './metrics.js';
import type { ObjectStorePort } from './object-store.js';
import type { RdsPort } from './rds.js';

/** AWS as this library sees it: made by `connectAws` of `@zephyr/backup/aws`, or by hand from the ports. */
export interface AwsPorts {
  readonly region: string;
  readonly rds: RdsPort;
  /** Needed only by systems with a cache. */
  readonly elasticache?: ElastiCachePort | undefined;
  /** Measurements of CloudWatch; without them readiness tells by events only what it can. */
  readonly metrics?: MetricsPort | undefined;
  /** One bucket below a prefix; `expectedOwner` is the account that must own it (facts G18). */
  objectStore(place: {
    readonly bucket: string;
    readonly prefix?: string | undefined;
    readonly expectedOwner?: string | undefined;
  }): ObjectStorePort;
}
