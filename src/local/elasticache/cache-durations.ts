import type { InMilliseconds, LocalDuration } from '../local-duration.js';

/** How long each thing takes in ElastiCache, on the region's clock. Real work comes on top. */
export interface CacheDurations {
  /** Until a cluster or replication group is there, restored or new. */
  readonly create: LocalDuration;
  readonly snapshot: LocalDuration;
  /** A copy of a snapshot, into a bucket or beside it. */
  readonly copy: LocalDuration;
  readonly modify: LocalDuration;
  /** TestFailover, until the old primary is back as a replica. */
  readonly failover: LocalDuration;
  readonly delete: LocalDuration;
}

/** The same in milliseconds, as lifecycles reckon. */
export type CacheMilliseconds = InMilliseconds<CacheDurations>;

/** What ElastiCache takes for small nodes. */
export const realisticCacheDurations: CacheMilliseconds = {
  create: 420_000,
  snapshot: 150_000,
  copy: 60_000,
  modify: 60_000,
  failover: 180_000,
  delete: 240_000,
};

/** No waiting: where real servers set the pace. */
export const noCacheDurations: CacheMilliseconds = {
  create: 0,
  snapshot: 0,
  copy: 0,
  modify: 0,
  failover: 0,
  delete: 0,
};
