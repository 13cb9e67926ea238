import type { Tags } from '../core/tags.js';
import type { DatabaseEvent, EventFilter } from './database-event.js';
import type { PortCall } from './port-call.js';

/** A DB instance as RDS describes it: what this library needs of it. */
export interface DatabaseInstance {
  /** Lower case (facts 0.8). Changes on rename, as does {@link arn} (facts C4). */
  readonly identifier: string;
  readonly arn: string;
  /** `DbiResourceId`: what identifies the instance for as long as it lives. */
  readonly resourceId: string;
  readonly status: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly instanceClass: string;
  /** Absent while creating (facts B14). */
  readonly endpoint?: { readonly address: string; readonly port: number } | undefined;
  readonly createdAt?: Date | undefined;
  readonly allocatedStorageGiB: number;
  readonly maxAllocatedStorageGiB?: number | undefined;
  readonly storageType?: string | undefined;
  readonly iops?: number | undefined;
  readonly storageThroughput?: number | undefined;
  readonly multiAz: boolean;
  readonly publiclyAccessible: boolean;
  readonly subnetGroup?: string | undefined;
  readonly vpcSecurityGroups: readonly { readonly id: string; readonly status: string }[];
  readonly parameterGroups: readonly { readonly name: string; readonly applyStatus: string }[];
  readonly optionGroups: readonly { readonly name: string; readonly status: string }[];
  readonly deletionProtection: boolean;
  readonly iamAuthentication: boolean;
  readonly autoMinorVersionUpgrade: boolean;
  readonly copyTagsToSnapshot: boolean;
  readonly caCertificate?: string | undefined;
  readonly logExports: readonly string[];
  readonly monitoringIntervalSeconds: number;
  readonly monitoringRoleArn?: string | undefined;
  readonly performanceInsights: boolean;
  readonly performanceInsightsKmsKey?: string | undefined;
  readonly performanceInsightsRetentionDays?: number | undefined;
  readonly encrypted: boolean;
  readonly kmsKey?: string | undefined;
  /** 0 means that automated backups and point-in-time recovery are off. */
  readonly backupRetentionDays: number;
  readonly backupWindow?: string | undefined;
  readonly maintenanceWindow?: string | undefined;
  /** Absent while there is nothing to recover to (facts B8). */
  readonly latestRestorableTime?: Date | undefined;
  /** What a modification without `applyImmediately` has queued; empty when nothing is pending (facts C3). */
  readonly pendingChanges: Readonly<Record<string, unknown>>;
  readonly replicaSource?: string | undefined;
  /** By name in the same region, by ARN in others. */
  readonly replicas: readonly string[];
  /** ARNs of the copies of its automated backups that other regions keep (facts E11). */
  readonly backupCopies?: readonly string[] | undefined;
  readonly tags: Tags;
}

/** What may be changed on an instance. `applyImmediately` also flushes everything that is pending (facts C3). */
export interface InstanceChange {
  readonly newIdentifier?: string | undefined;
  readonly vpcSecurityGroups?: readonly string[] | undefined;
  readonly parameterGroup?: string | undefined;
  readonly optionGroup?: string | undefined;
  readonly multiAz?: boolean | undefined;
  readonly deletionProtection?: boolean | undefined;
  readonly iamAuthentication?: boolean | undefined;
  readonly autoMinorVersionUpgrade?: boolean | undefined;
  readonly copyTagsToSnapshot?: boolean | undefined;
  readonly caCertificate?: string | undefined;
  readonly logExports?: { readonly enable: readonly string[]; readonly disable: readonly string[] } | undefined;
  readonly monitoring?: { readonly intervalSeconds: number; readonly roleArn?: string | undefined } | undefined;
  readonly performanceInsights?:
    | { readonly enabled: boolean; readonly kmsKey?: string | undefined; readonly retentionDays?: number | undefined }
    | undefined;
  readonly maxAllocatedStorageGiB?: number | undefined;
  readonly backupRetentionDays?: number | undefined;
  readonly backupWindow?: string | undefined;
  readonly maintenanceWindow?: string | undefined;
  readonly masterPassword?: string | undefined;
}

/**
 * What a restore sends besides its source. Whatever is left out gets AWS's default, not the source's value (facts B3): so
 * almost everything is required here.
 */
export interface RestoreSettings {
  readonly target: string;
  readonly instanceClass: string;
  readonly publiclyAccessible: boolean;
  readonly multiAz: boolean;
  readonly deletionProtection: boolean;
  readonly iamAuthentication: boolean;
  readonly autoMinorVersionUpgrade: boolean;
  readonly copyTagsToSnapshot: boolean;
  readonly vpcSecurityGroups: readonly string[];
  readonly subnetGroup?: string | undefined;
  readonly parameterGroup?: string | undefined;
  readonly optionGroup?: string | undefined;
  readonly port?: number | undefined;
  readonly storageType?: string | undefined;
  readonly iops?: number | undefined;
  readonly storageThroughput?: number | undefined;
  readonly caCertificate?: string | undefined;
  readonly logExports: readonly string[];
  readonly backupRetentionDays?: number | undefined;
  readonly backupWindow?: string | undefined;
  readonly tags: Tags;
}

/** From what a point-in-time restore starts, and to when: exactly one of each (facts B7). */
export interface PointInTimeSource {
  readonly from:
    | { readonly kind: 'instance'; readonly identifier: string }
    | { readonly kind: 'resource'; readonly resourceId: string }
    | { readonly kind: 'automated-backup'; readonly arn: string };
  readonly to: { readonly kind: 'time'; readonly time: Date } | { readonly kind: 'latest' };
  /** On a point-in-time restore only; a snapshot restore cannot set it (facts B2). */
  readonly maxAllocatedStorageGiB?: number | undefined;
}

/** A DB snapshot as RDS describes it. */
export interface SnapshotDescription {
  readonly identifier: string;
  readonly arn: string;
  /** `automated`, `manual`, `shared`, `public`, `awsbackup`, or what AWS adds: never delete what is not `manual` (facts A3). */
  readonly type: string;
  readonly status: string;
  /** Not to be relied on after a rename (facts A20); {@link resourceId} is. */
  readonly instance: string;
  readonly resourceId: string;
  /** Absent while creating; changes when copied (facts A6). */
  readonly createdAt?: Date | undefined;
  /** Does not change when copied. */
  readonly originalCreatedAt?: Date | undefined;
  /** The last transaction in the snapshot: the true age of its data. */
  readonly dataTime?: Date | undefined;
  readonly percentProgress?: number | undefined;
  readonly engine: string;
  readonly engineVersion: string;
  readonly allocatedStorageGiB: number;
  readonly encrypted: boolean;
  readonly kmsKey?: string | undefined;
  readonly port?: number | undefined;
  readonly storageType?: string | undefined;
  readonly iops?: number | undefined;
  readonly optionGroup?: string | undefined;
  /** Of the whole, not of the increment (facts A23). */
  readonly sizeBytes?: number | undefined;
  /** ARN of what it was copied from, where that is of another region or account. */
  readonly copyOf?: string | undefined;
  /** Of the instance, when it was made. */
  readonly backupRetentionDays?: number | undefined;
  readonly backupWindow?: string | undefined;
  readonly tags: Tags;
}

/** Which snapshots to list. Order is undocumented (facts A5). */
export interface SnapshotFilter {
  readonly instance?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly type?: 'automated' | 'manual' | 'awsbackup' | undefined;
}

/** The automated backups and logs of one instance, living or deleted. */
export interface AutomatedBackup {
  readonly resourceId: string;
  readonly instance: string;
  readonly region: string;
  /** `active`, `retained`, `creating`, `replicating`, `pending`, ... (facts B11). */
  readonly status: string;
  readonly arn?: string | undefined;
  /** Absent while nothing can be restored yet (facts B8). */
  readonly restoreWindow?: { readonly earliest: Date; readonly latest: Date } | undefined;
  readonly retentionDays?: number | undefined;
  readonly engine?: string | undefined;
  readonly engineVersion?: string | undefined;
  readonly allocatedStorageGiB?: number | undefined;
  readonly encrypted?: boolean | undefined;
  readonly kmsKey?: string | undefined;
  readonly tags?: Tags | undefined;
}

/**
 * What we need of RDS in one region. Implementations translate AWS's errors to `BackupError` (`access-denied`,
 * `throttled` ...), follow pagination to its end, and return identifiers in lower case.
 *
 * "Not found" is `undefined` where a description is asked for and `instance-not-found` or `snapshot-not-found` where
 * something is to be done. Every mutation may have happened although it rejects (facts 0.3): callers look again.
 */
export interface RdsPort {
  readonly region: string;
  describeInstance(identifier: string, call?: PortCall): Promise<DatabaseInstance | undefined>;
  describeInstanceByResourceId(resourceId: string, call?: PortCall): Promise<DatabaseInstance | undefined>;
  listInstances(call?: PortCall): AsyncIterable<DatabaseInstance>;
  modifyInstance(identifier: string, change: InstanceChange, call?: PortCall): Promise<void>;
  rebootInstance(identifier: string, call?: PortCall): Promise<void>;
  deleteInstance(
    identifier: string,
    options: { readonly finalSnapshot?: string | undefined; readonly deleteAutomatedBackups: boolean },
    call?: PortCall,
  ): Promise<void>;
  /** By its identifier, or by the ARN of one that another account shares (facts A19). */
  describeSnapshot(identifier: string, call?: PortCall): Promise<SnapshotDescription | undefined>;
  listSnapshots(filter: SnapshotFilter, call?: PortCall): AsyncIterable<SnapshotDescription>;
  createSnapshot(
    request: { readonly snapshot: string; readonly instance: string; readonly tags: Tags },
    call?: PortCall,
  ): Promise<void>;
  /**
   * Copies a snapshot into this region. `source` is its identifier, or the ARN of one in another region or account. AWS keeps tags
   * given instead of those of the source; an encrypted snapshot of another region needs a key of this one (facts A17).
   */
  copySnapshot(
    request: {
      readonly source: string;
      readonly snapshot: string;
      readonly kmsKey?: string | undefined;
      readonly tags: Tags;
    },
    call?: PortCall,
  ): Promise<void>;
  deleteSnapshot(identifier: string, call?: PortCall): Promise<void>;
  restoreFromSnapshot(snapshot: string, settings: RestoreSettings, call?: PortCall): Promise<void>;
  restoreToPointInTime(source: PointInTimeSource, settings: RestoreSettings, call?: PortCall): Promise<void>;
  listAutomatedBackups(
    filter: { readonly resourceId?: string | undefined },
    call?: PortCall,
  ): AsyncIterable<AutomatedBackup>;
  listEvents(filter: EventFilter, call?: PortCall): AsyncIterable<DatabaseEvent>;
  /** Account ids that may restore a snapshot, `all` for everybody; none of what is not shared. `undefined` if there is no such snapshot (facts A19). */
  snapshotSharedWith(identifier: string, call?: PortCall): Promise<readonly string[] | undefined>;
  /** `available`, `deprecated` or what AWS adds; `undefined` where RDS knows no such version of the engine any more (facts A22). */
  engineVersionStatus(
    version: { readonly engine: string; readonly engineVersion: string },
    call?: PortCall,
  ): Promise<string | undefined>;
  /** Used and allowed counts by name, such as `ManualSnapshots` (facts A12). */
  accountQuotas(call?: PortCall): Promise<ReadonlyMap<string, { readonly used: number; readonly max: number }>>;
}
