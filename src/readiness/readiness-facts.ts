import type { Attempt } from '../checks/attempt.js';
import type { AutomatedBackup } from '../ports/database-backups.js';
import type { DatabaseEvent } from '../ports/database-event.js';
import type { DatabaseInstance } from '../ports/database-instance.js';
import type { SnapshotSharing } from '../system/snapshot-sharing.js';

/** What matters of all snapshots of an instance, counted while they are listed: it takes no more memory for thousands. */
export interface SnapshotTally {
  /** When the newest available automated one was begun. */
  readonly newestAutomated?: { readonly identifier: string; readonly createdAt: Date } | undefined;
  /** An automated one is being made right now. */
  readonly automatedUnderWay?: { readonly identifier: string; readonly status: string } | undefined;
  readonly automatedCount: number;
  readonly manualCount: number;
  /** Manual ones that were made within the last 30 days: the pace at which the quota fills. */
  readonly manualInLastMonth: number;
}

/** What readiness needs of a dump's manifest. */
export interface DumpGlance {
  readonly key: string;
  readonly createdAt: Date;
  readonly sizeBytes: number;
}

/** The two newest whole dumps, the newest first. Those of a few schemas or tables do not count. */
export interface DumpsGlance {
  readonly newest?: DumpGlance | undefined;
  readonly before?: DumpGlance | undefined;
  /** Manifests that were met on the way and cannot be read. */
  readonly unreadable: readonly string[];
  readonly location: string;
  /** Nothing older was looked for. */
  readonly since: Date;
}

/** What CloudWatch has measured of the instance and its replicas. */
export interface MetricsGlance {
  /** Bytes; `undefined` where nothing was measured within the last half hour. */
  readonly freeStorageBytes?: number | undefined;
  /** Bytes by which free storage shrinks in a day, by the last week; negative where it grows. */
  readonly shrinkingBytesPerDay?: number | undefined;
  /** Bytes of write-ahead log on the instance: it grows without end where a replica no longer takes it (facts E5). */
  readonly logBytes?: number | undefined;
  readonly replicas: readonly ReplicaLag[];
}

/** How far a read replica is behind. */
export interface ReplicaLag {
  /** By name in the same region, by ARN in others. */
  readonly replica: string;
  /** Seconds; -1 means that it does not replicate; `undefined` where nothing was measured, or nobody can be asked. */
  readonly lagSeconds?: number | undefined;
}

/** The cache, and what there is of snapshots of it. */
export interface CacheGlance {
  readonly cache: string;
  /** `undefined`: there is no such cache. */
  readonly status?: string | undefined;
  readonly snapshotRetentionDays?: number | undefined;
  readonly snapshotWindow?: string | undefined;
  readonly newest?: { readonly identifier: string; readonly createdAt: Date; readonly type: string } | undefined;
}

/** A drill of the database that passed. */
export interface DrillRecord {
  /** When it ended. */
  readonly at: Date;
  /** From its beginning to a checked database. Compared with the recovery time objective. */
  readonly recoveryTimeMilliseconds?: number | undefined;
}

/** What the archive tells of drills of the database. */
export interface DrillsGlance {
  /** The last that passed, and where its evidence is; absent where none did since the instant looked back to. */
  readonly passed?: (DrillRecord & { readonly evidence?: string | undefined }) | undefined;
  /** The last of all, where it did not pass. */
  readonly failed?: { readonly at: Date; readonly verdict: string; readonly evidence: string } | undefined;
  /** Keys of evidence that was met on the way and cannot be relied on. */
  readonly unreadable: readonly string[];
}

/** Automated backups that another region keeps, as that region tells. */
export interface BackupCopy {
  readonly region: string;
  readonly status: string;
  /** The newest instant that can be restored there. */
  readonly latest?: Date | undefined;
}

/** All that readiness is decided upon, gathered in one round; each part on its own may be unknown. */
export interface ReadinessFacts {
  readonly region: string;
  readonly instance: DatabaseInstance;
  /** In this region. */
  readonly automatedBackup: Attempt<AutomatedBackup | undefined>;
  readonly snapshots: Attempt<SnapshotTally>;
  /** `undefined`: it was not to be looked at. */
  readonly sharing: Attempt<SnapshotSharing> | undefined;
  /** In those other regions that the system knows. */
  readonly copies: Attempt<readonly BackupCopy[]>;
  /** Of manual snapshots, all instances of the region together (facts A12). */
  readonly quota: Attempt<{ readonly used: number; readonly max: number } | undefined>;
  /** Of the instance, the last 24 hours. */
  readonly events: Attempt<readonly DatabaseEvent[]>;
  /** `undefined`: the system has no archive. */
  readonly dumps: Attempt<DumpsGlance> | undefined;
  /** `undefined`: the system has no connection to CloudWatch. */
  readonly metrics: Attempt<MetricsGlance> | undefined;
  /** `undefined`: the system has no cache. */
  readonly cache: Attempt<CacheGlance> | undefined;
  /** As the caller says, else as the archive does; `undefined` where neither can. */
  readonly drills: Attempt<DrillsGlance> | undefined;
}
