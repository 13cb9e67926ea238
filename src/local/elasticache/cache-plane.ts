import type { Readable } from 'node:stream';
import type { Endpoint } from '../data-plane/data-plane.js';

/** A node of a group in cluster mode, as every other node of it must know. */
export interface ClusterMember {
  readonly nodeId: string;
  readonly endpoint: Endpoint;
  /** The primary that it follows. */
  readonly replicaOf?: string | undefined;
  /** The slots of a primary: `['0-5460']`. */
  readonly slots?: readonly string[] | undefined;
}

/** A cache node to start. */
export interface NewCacheNode {
  /** Its key in the data plane for as long as it lives. */
  readonly nodeId: string;
  /** Clients must speak TLS; without it they must not. */
  readonly encrypted: boolean;
  /** What clients must authenticate with. */
  readonly authToken?: string | undefined;
  /** What it holds to begin with. */
  readonly snapshotId?: string | undefined;
  /** The node whose data it follows. */
  readonly replicaOf?: string | undefined;
  /** Further endpoints, of the same port as its own. */
  readonly alsoAt?: readonly Endpoint[] | undefined;
  /** All nodes of its group, itself among them, if that is in cluster mode. */
  readonly cluster?: readonly ClusterMember[] | undefined;
  /** What its parameter group sets, by names of Redis. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/** What taking a snapshot showed. */
export interface TakenCacheSnapshot {
  readonly sizeBytes: number;
}

/** The bytes of a snapshot. */
export interface SnapshotFile {
  readonly body: Readable;
  readonly sizeBytes: number;
}

/** What a cache plane holds that stays when it closes. */
export interface KeptCaches {
  /** Tells it from any other: what the control plane keeps belongs to this one. */
  readonly id: string;
  /** Whether a node of an earlier life is there and has not been started. */
  hasNode(nodeId: string): boolean;
  hasSnapshot(snapshotId: string): boolean;
  /** Starts such a node, with what it saved last and the token that it had; settles when it has all its data and answers. */
  start(node: NewCacheNode, endpoint: Endpoint): Promise<void>;
  /** Removes all that is not named: what was made after the control plane was kept, by a process that was killed. */
  retain(wanted: { readonly nodes: ReadonlySet<string>; readonly snapshots: ReadonlySet<string> }): Promise<void>;
}

/**
 * The real servers behind a local region's cache nodes. The control plane decides what happens and when; the data plane makes
 * it so with real redis-servers. Every call settles when the work is done; a failed call leaves nothing half made.
 */
export interface CachePlane {
  /** The servers' version, such as `7.0.15`, where it is known: new clusters show it. */
  readonly version?: string | undefined;
  /** What it holds of an earlier life; `undefined` where everything goes when it closes. */
  readonly kept?: KeptCaches | undefined;
  /** Reserves an endpoint of its own on loopback. The same name gets the same endpoint for the life of the region. */
  endpointFor(name: string): Promise<Endpoint>;
  /** Makes a node and starts it; settles when it has all its data and answers. */
  create(node: NewCacheNode, endpoint: Endpoint): Promise<void>;
  /** Takes a snapshot of a running node: an RDB file. */
  takeSnapshot(nodeId: string, snapshotId: string): Promise<TakenCacheSnapshot>;
  copySnapshot(snapshotId: string, copyId: string): Promise<void>;
  /** The RDB file of a snapshot. Whoever asks reads the stream to its end or destroys it. */
  readSnapshot(snapshotId: string): Promise<SnapshotFile>;
  deleteSnapshot(snapshotId: string): Promise<void>;
  /** Settles when nodes in cluster mode, all started, serve as one cluster. */
  joinCluster(nodeIds: readonly string[]): Promise<void>;
  /**
   * Kills a primary and has one of its replicas take over, with the further endpoints of the primary; the old one comes back
   * as a replica.
   */
  failOver(primaryId: string, replicaId: string): Promise<void>;
  /** Stops and removes a node; its snapshots stay. */
  destroy(nodeId: string): Promise<void>;
  /** Stops every server, and removes everything made unless it is kept. Safe to call twice. */
  close(): Promise<void>;
}
