/** How long each thing takes in ElastiCache, in milliseconds of the region's clock. Real work comes on top. */
export interface CacheDurations {
  /** Until a cluster or replication group is there, restored or new. */
  readonly create: number;
  readonly snapshot: number;
  /** A copy of a snapshot, into a bucket or beside it. */
  readonly copy: number;
  readonly modify: number;
  readonly delete: number;
}

/** What ElastiCache takes for small nodes. */
export const realisticCacheDurations: CacheDurations = {
  create: 420_000,
  snapshot: 150_000,
  copy: 60_000,
  modify: 60_000,
  delete: 240_000,
};

/** No waiting: where real servers set the pace. */
export const noCacheDurations: CacheDurations = { create: 0, snapshot: 0, copy: 0, modify: 0, delete: 0 };
