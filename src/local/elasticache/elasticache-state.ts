import type { CacheCluster, Event, ReplicationGroup, Snapshot, Tag } from '@aws-sdk/client-elasticache';
import type { Clock } from '../../core/clock.js';
import type { Listed } from '../control-plane/paging.js';
import type { OperationTable } from '../control-plane/query-service.js';
import type { Registry } from '../control-plane/registry.js';
import type { Timeline } from '../control-plane/timeline.js';
import type { Endpoint } from '../data-plane/data-plane.js';
import type { CacheMilliseconds } from './cache-durations.js';
import type { CachePlane, SnapshotFile } from './cache-plane.js';

/** One cache node: for Redis that is one cache cluster. */
export interface CacheNode {
  /** Its cluster's identifier. */
  readonly id: string;
  /** Its key in the data plane. */
  readonly nodeId: string;
  /** The node group that it is of, such as `0001`. */
  readonly shard: string;
  role: 'primary' | 'replica';
  /** What the service shows, but for what its unit knows. */
  details: CacheCluster;
  endpoint: Endpoint | undefined;
  tags: readonly Tag[];
  /** When manual snapshots of it were begun: so many a day are allowed (facts F6). */
  snapshotTimes: readonly number[];
  /** Whether the data plane has it. */
  hasServer: boolean;
}

/** What has one lifecycle: a cluster that stands alone, or a replication group with its clusters. */
export interface CacheUnit extends Listed {
  /** Unlike an identifier, never used again. */
  readonly key: string;
  /** What the service shows of a replication group, but for what its nodes say. */
  group: ReplicationGroup | undefined;
  groupTags: readonly Tag[];
  /** Endpoints that stay where they are in a failover, of a group whose nodes have servers. */
  endpoints: GroupEndpoints | undefined;
  /** When a failover was tested: so many a day are allowed. */
  testFailovers: readonly number[];
  readonly nodes: readonly CacheNode[];
}

/** The endpoints of a replication group without cluster mode. */
export interface GroupEndpoints {
  readonly primary: Endpoint;
  readonly reader: Endpoint;
}

/** A part of a snapshot: one for each node group. */
export interface SnapshotPart {
  /** Its key in the data plane. */
  readonly partId: string;
  readonly shard: string;
}

/** A snapshot, automatic or manual. */
export interface CacheSnapshot extends Listed {
  details: Snapshot;
  tags: readonly Tag[];
  readonly parts: readonly SnapshotPart[];
  readonly clusterMode: boolean;
  /** How many restores and copies read it at the moment. */
  readers: number;
}

/** A parameter group that somebody has made. */
export interface CacheParameters extends Listed {
  readonly family: string;
  readonly description: string;
  /** What it sets other than the defaults of its family. */
  values: ReadonlyMap<string, string>;
  tags: readonly Tag[];
}

/** How much the account may have in the region. */
export interface CacheQuotas {
  /** Manual snapshots of one node within 24 hours. Default 20 (facts F6). */
  readonly snapshotsPerDay: number;
  /** Nodes of the account. Default 300. */
  readonly nodes: number;
  /** Nodes of one cluster in cluster mode. Default 90. */
  readonly nodesPerCluster: number;
  /** Parameter groups. Default 150. */
  readonly parameterGroups: number;
}

/** What a control plane is set up with; all defaults filled in. */
export interface ElastiCacheSettings {
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly durations: CacheMilliseconds;
  readonly quotas: CacheQuotas;
  /** Whether units that keep automatic snapshots get them. */
  readonly automaticSnapshots: boolean;
  readonly plane: CachePlane | undefined;
  /** Puts an object into a bucket of the region; refuses with a service's error. */
  readonly storeObject: (object: {
    readonly bucket: string;
    readonly key: string;
    readonly file: SnapshotFile;
  }) => Promise<void>;
  readonly hasBucket: (bucket: string) => boolean;
  readonly hasObject: (object: { readonly bucket: string; readonly key: string }) => boolean;
  /** Bytes that a test says a node holds. */
  readonly bytesUsed: (clusterId: string) => number | undefined;
}

/** The whole state of the control plane. */
export interface ElastiCacheState {
  readonly settings: ElastiCacheSettings;
  readonly timeline: Timeline;
  readonly units: Registry<CacheUnit>;
  /** By name. */
  readonly snapshots: Registry<CacheSnapshot>;
  /** By name; those that come with each family are not among them. */
  readonly parameterGroups: Registry<CacheParameters>;
  /** The newest last. */
  readonly events: Event[];
}

/** The operations of one family. */
export type ElastiCacheOperations = OperationTable<ElastiCacheState>;
