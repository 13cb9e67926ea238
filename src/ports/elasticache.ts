import type { Tags } from '../core/tags.js';
import type { PortCall } from './port-call.js';

/** A replication group as ElastiCache describes it: what this library needs of it. */
export interface ReplicationGroup {
  /** Lower case (facts 0.8). */
  readonly identifier: string;
  readonly arn: string;
  readonly status: string;
  /** Whether it is in cluster mode: then snapshots are of the group as a whole, else of one of its nodes (facts F1). */
  readonly clusterMode: boolean;
  /** The cluster whose node the daily snapshots are taken of, where there are any. */
  readonly snapshottingCluster?: string | undefined;
  /** Days that the daily snapshots are kept; 0 means that none are taken (facts F7). */
  readonly snapshotRetentionDays?: number | undefined;
  /** UTC, when the daily one is taken. */
  readonly snapshotWindow?: string | undefined;
  /** Its nodes by the cluster that each is, in the order of their node groups. A role is told outside cluster mode only. */
  readonly nodes: readonly { readonly cluster: string; readonly role?: string | undefined }[];
}

/** A cache cluster as ElastiCache describes it. */
export interface CacheCluster {
  readonly identifier: string;
  readonly arn: string;
  readonly status: string;
  readonly engine: string;
  /** The replication group that it is a node of. */
  readonly replicationGroup?: string | undefined;
  /** Days that the daily snapshots are kept; 0 means that none are taken (facts F7). */
  readonly snapshotRetentionDays?: number | undefined;
  /** UTC, when the daily one is taken. */
  readonly snapshotWindow?: string | undefined;
}

/** A snapshot as ElastiCache describes it. It has no tags of its own: see {@link ElastiCachePort.tagsOf}. */
export interface CacheSnapshotDescription {
  readonly identifier: string;
  readonly arn: string;
  /** `automated` or `manual`. */
  readonly type: string;
  readonly status: string;
  /** Of a snapshot of one node; outside cluster mode that is every one. */
  readonly cluster?: string | undefined;
  /** Of a snapshot of a whole group in cluster mode. */
  readonly replicationGroup?: string | undefined;
  readonly engine: string;
  readonly engineVersion: string;
  readonly nodeType: string;
  readonly nodeGroups: number;
  /** When the first of its nodes was: there is no time of the whole, and none at all while it is being made (facts F4). */
  readonly createdAt?: Date | undefined;
  /** Of what was in the cache, as far as ElastiCache tells: in megabytes (facts F11). */
  readonly sizeBytes?: number | undefined;
  readonly kmsKey?: string | undefined;
}

/** What a snapshot is taken of: exactly one of them (facts F1). */
export type CacheSnapshotSource = { readonly cluster: string } | { readonly replicationGroup: string };

/**
 * What this library needs of ElastiCache. Every method rejects with a `BackupError`: `access-denied`, `credentials-expired`,
 * `throttled`, `service-unreachable`, `service-error`, or what it names itself; an abort rejects with the signal's reason.
 */
export interface ElastiCachePort {
  readonly region: string;
  /** `undefined` if there is none of that name. */
  describeReplicationGroup(identifier: string, call?: PortCall): Promise<ReplicationGroup | undefined>;
  /** `undefined` if there is none of that name. */
  describeCluster(identifier: string, call?: PortCall): Promise<CacheCluster | undefined>;
  /** `undefined` if there is none of that name. */
  describeSnapshot(identifier: string, call?: PortCall): Promise<CacheSnapshotDescription | undefined>;
  /** All snapshots of the account in the region, of one type if it is named; in no order. */
  listSnapshots(
    filter: { readonly type?: 'automated' | 'manual' | undefined },
    call?: PortCall,
  ): AsyncIterable<CacheSnapshotDescription>;
  /** Begins a snapshot. Errors: `identifier-taken`, `invalid-state`, `quota-exceeded`, `cache-not-found`, `invalid-input`. */
  createSnapshot(
    request: { readonly snapshot: string; readonly source: CacheSnapshotSource; readonly tags: Tags },
    call?: PortCall,
  ): Promise<void>;
  /** The tags of what has this ARN. Errors: `snapshot-not-found`, `cache-not-found`. */
  tagsOf(arn: string, call?: PortCall): Promise<Tags>;
}
