/** Where a server listens. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What a new, empty DB instance is made from. */
export interface NewCluster {
  /** `DbiResourceId` of the instance: its key in the data plane for as long as it lives, across renames (facts C4). */
  readonly resourceId: string;
  readonly masterUsername: string;
  readonly masterPassword: string;
  /** A database to create besides `postgres`. */
  readonly databaseName?: string | undefined;
}

/** What taking a backup showed. */
export interface TakenBackup {
  /** The last instant whose transactions the backup is sure to hold, and the first that recovery from it can reach. */
  readonly databaseTime: Date;
  readonly sizeBytes: number;
}

/** Where a replica is held back: nothing more reaches it, or what reaches it is not replayed. */
export type HeldAt = 'receive' | 'replay';

/** What a running cluster shows of itself. */
export interface ClusterMeasures {
  /** Bytes on disk, logs included. */
  readonly usedBytes: number;
  /** Bytes of transaction logs on disk. */
  readonly logBytes: number;
  /** Bytes of log that the slot furthest behind holds back; `undefined` without slots. */
  readonly slotLagBytes: number | undefined;
  /** Seconds that a replica is behind, -1 if it does not follow; `undefined` for what is no replica. */
  readonly replicaLagSeconds: number | undefined;
}

/** Where a region that keeps its state wants its servers to keep theirs. */
export interface DataPlanePlace {
  /** `undefined` for a region that keeps nothing. */
  readonly directory?: string | undefined;
  /** The directory stays when the data plane closes. */
  readonly keep?: boolean | undefined;
}

/** What a data plane holds that stays when it closes. */
export interface KeptServers {
  /** Tells it from any other: what the control plane keeps belongs to this one. */
  readonly id: string;
  hasCluster(resourceId: string): boolean;
  /** Whether a cluster follows another one, as far as it knows itself. */
  isReplica(resourceId: string): boolean;
  hasBackup(backupId: string): boolean;
  /** Removes all that is not named: what was made after the control plane was kept, by a process that was killed. */
  retain(wanted: {
    readonly clusters: ReadonlySet<string>;
    readonly backups: ReadonlySet<string>;
    /** Resource ids whose logs stay, whether there is a cluster or not. */
    readonly logs: ReadonlySet<string>;
  }): Promise<void>;
}

/**
 * The real servers behind a local region's DB instances. The control plane decides what happens and when; the data plane
 * makes it so with real PostgreSQL. Every call settles when the work is done; a failed call leaves nothing half made.
 *
 * A cluster is known by the instance's `DbiResourceId`, a backup by an id the control plane chooses. Transaction logs are
 * kept by cluster and survive the cluster when asked (facts B11).
 */
export interface DataPlane {
  /** The servers' version, such as `15.18`, where it is known: new instances show it. */
  readonly version?: string | undefined;
  /** What it holds of an earlier life; `undefined` where everything goes when it closes. */
  readonly kept?: KeptServers | undefined;
  /** Reserves an endpoint of its own on loopback. The same name gets the same endpoint for the life of the region. */
  endpointFor(name: string): Promise<Endpoint>;
  /** Makes a new empty cluster; it is not running yet. */
  create(cluster: NewCluster): Promise<void>;
  /** Starts the cluster at an endpoint; settles when it accepts connections. */
  start(resourceId: string, endpoint: Endpoint): Promise<void>;
  /** Stops the server: `fast` as a reboot does (sessions get 57P01), `immediate` as a crash does. */
  stop(resourceId: string, mode: 'fast' | 'immediate'): Promise<void>;
  setMasterPassword(resourceId: string, password: string): Promise<void>;
  /** Sets a cluster's parameters, and no others: at once those that a running server can change, the rest with its next start. */
  setParameters(resourceId: string, parameters: Readonly<Record<string, string>>): Promise<void>;
  /** Takes a physical base backup of a running cluster. */
  takeBackup(resourceId: string, backupId: string): Promise<TakenBackup>;
  /** Keeps a second copy of a backup under another id: the first may go. */
  copyBackup(backupId: string, copyId: string): Promise<void>;
  deleteBackup(backupId: string): Promise<void>;
  /** Makes a new cluster from a backup, as it was when taken; not running yet. */
  restoreBackup(backupId: string, resourceId: string): Promise<void>;
  /**
   * Makes a new cluster from a backup of `source` and its logs, replayed up to and including `time`; not running yet.
   * The logs must reach `time`: see {@link DataPlane.shipLogs}.
   */
  restoreToTime(
    from: { readonly source: string; readonly backupId: string; readonly time: Date },
    resourceId: string,
  ): Promise<void>;
  /** Closes and archives the current log of a running cluster; returns the instant up to which it can now be recovered. */
  shipLogs(resourceId: string): Promise<Date>;
  /** Makes a cluster that follows a running one by streaming replication; not running yet. */
  createReplica(source: string, resourceId: string): Promise<void>;
  /** Holds a replica back, or lets it follow again where `at` is left out; settles when it does so. */
  holdReplica(resourceId: string, at?: HeldAt | undefined): Promise<void>;
  /** Makes a running replica a cluster of its own, which takes writes. What it has not received is lost to it. */
  promote(resourceId: string): Promise<void>;
  /** Measures a cluster; `undefined` while it does not run. */
  measure(resourceId: string): Promise<ClusterMeasures | undefined>;
  /** Stops and removes a cluster; its backups stay, its logs stay if asked. */
  destroy(resourceId: string, options: { readonly keepLogs: boolean }): Promise<void>;
  /** Removes the logs that a destroyed cluster left. */
  deleteLogs(resourceId: string): Promise<void>;
  /** Stops every server, and removes everything made unless it is kept. Safe to call twice. */
  close(): Promise<void>;
}
