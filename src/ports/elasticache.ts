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
  /** Where applications connect: in cluster mode its configuration endpoint, else that of the primary. Absent while creating (facts F14). */
  readonly endpoint?: { readonly address: string; readonly port: number } | undefined;
  readonly engine?: string | undefined;
  readonly nodeType?: string | undefined;
  /** Parts that the keys are spread over; 1 outside cluster mode. */
  readonly nodeGroups?: number | undefined;
  readonly automaticFailover?: boolean | undefined;
  readonly multiAz?: boolean | undefined;
  readonly transitEncryption?: boolean | undefined;
  /** Whether clients have to send a token. */
  readonly authToken?: boolean | undefined;
  readonly userGroups?: readonly string[] | undefined;
  readonly atRestEncryption?: boolean | undefined;
  readonly kmsKey?: string | undefined;
  readonly autoMinorVersionUpgrade?: boolean | undefined;
  /** Its nodes by the cluster that each is, in the order of their node groups. A role is told outside cluster mode only. */
  readonly nodes: readonly {
    readonly cluster: string;
    readonly role?: string | undefined;
    /** Which part of the keys it holds: `0001`. Absent while the group is being made. */
    readonly nodeGroup?: string | undefined;
    readonly availabilityZone?: string | undefined;
  }[];
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
  /** What a group does not tell of itself, only its clusters do. */
  readonly engineVersion?: string | undefined;
  readonly subnetGroup?: string | undefined;
  readonly securityGroups?: readonly string[] | undefined;
  readonly parameterGroup?: string | undefined;
  readonly maintenanceWindow?: string | undefined;
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
  /** Of the cache when the snapshot was taken; neither its security groups nor its encryption are among it (facts F12). */
  readonly port?: number | undefined;
  readonly subnetGroup?: string | undefined;
  readonly parameterGroup?: string | undefined;
  readonly maintenanceWindow?: string | undefined;
  readonly autoMinorVersionUpgrade?: boolean | undefined;
  readonly automaticFailover?: boolean | undefined;
  readonly snapshotRetentionDays?: number | undefined;
  readonly snapshotWindow?: string | undefined;
}

/**
 * What a replication group is made with from a snapshot. Nothing of it is implied by the snapshot, and what is left out is a
 * default: no TLS, no password, the default security group (facts F12).
 */
export interface CacheRestoreSettings {
  readonly target: string;
  readonly snapshot: string;
  readonly engine: string;
  /** As the call takes it: `7.1`. */
  readonly engineVersion: string;
  readonly nodeType: string;
  readonly clusterMode: boolean;
  /** As many as the snapshot has (facts F9). */
  readonly nodeGroups: number;
  readonly replicasPerNodeGroup: number;
  readonly automaticFailover: boolean;
  readonly multiAz: boolean;
  readonly subnetGroup?: string | undefined;
  readonly securityGroups: readonly string[];
  readonly parameterGroup?: string | undefined;
  readonly port?: number | undefined;
  readonly transitEncryption: boolean;
  readonly userGroups: readonly string[];
  readonly atRestEncryption: boolean;
  readonly kmsKey?: string | undefined;
  readonly autoMinorVersionUpgrade: boolean;
  readonly snapshotRetentionDays: number;
  readonly snapshotWindow?: string | undefined;
  readonly maintenanceWindow?: string | undefined;
  readonly tags: Tags;
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
  /** All of the account in the region, in no order. */
  listReplicationGroups(call?: PortCall): AsyncIterable<ReplicationGroup>;
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
  /**
   * Begins a replication group with the data of a snapshot. The token is sent and kept nowhere. Errors: `identifier-taken`,
   * `snapshot-not-found`, `invalid-state`, `quota-exceeded`, `insufficient-capacity`, `invalid-input`.
   */
  restoreReplicationGroup(
    settings: CacheRestoreSettings,
    secrets: { readonly authToken?: string | undefined },
    call?: PortCall,
  ): Promise<void>;
  /**
   * Begins a failover of one node group: its primary is ended, and a replica takes over behind the same endpoint. Errors:
   * `cache-not-found`, `invalid-state` unless the group is available and fails over by itself, `quota-exceeded` where too many were
   * tested within 24 hours, `invalid-input` for a node group that is not there.
   */
  testFailover(
    request: { readonly replicationGroup: string; readonly nodeGroup: string },
    call?: PortCall,
  ): Promise<void>;
  /** Deletes a replication group with its nodes, without a last snapshot. Errors: `cache-not-found`, `invalid-state`. */
  deleteReplicationGroup(identifier: string, call?: PortCall): Promise<void>;
  /** What ElastiCache has to say of a group in the last 14 days, in no order. */
  listGroupEvents(
    filter: { readonly identifier: string; readonly since: Date },
    call?: PortCall,
  ): AsyncIterable<{ readonly at: Date; readonly message: string }>;
  /**
   * Begins to write a snapshot as RDB files, `<name>-0001.rdb` and so on, one a node group, into a bucket of the region that the
   * service may write to (facts F16). Errors: `snapshot-not-found`, `invalid-state`, `access-denied`, `bucket-not-found`,
   * `object-exists`, `invalid-input`.
   */
  exportSnapshot(
    request: { readonly snapshot: string; readonly name: string; readonly bucket: string },
    call?: PortCall,
  ): Promise<void>;
  /** Begins to delete a manual snapshot. Errors: `snapshot-not-found`, `invalid-state`. */
  deleteSnapshot(identifier: string, call?: PortCall): Promise<void>;
  /** The tags of what has this ARN. Errors: `snapshot-not-found`, `cache-not-found`. */
  tagsOf(arn: string, call?: PortCall): Promise<Tags>;
}
