import type { Tags } from '../core/tags.js';

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
  /** Where the primary is. Some minutes after a failover it still is where it was before (facts D7). */
  readonly availabilityZone?: string | undefined;
  /** Where the standby is, of a Multi-AZ instance that has one. */
  readonly standbyZone?: string | undefined;
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
  /** What it follows: by name in the same region, by ARN in others. Absent on what is no read replica. */
  readonly replicaSource?: string | undefined;
  /** How a read replica's replication fares (facts E6): `replicating`, `error`, `stopped`, `terminated`, ... */
  readonly replication?:
    | { readonly status: string; readonly normal: boolean; readonly message?: string | undefined }
    | undefined;
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
