import type { Tags } from '../core/tags.js';

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

/**
 * What the making of a read replica sends besides its source. Of PostgreSQL it takes no parameter group and makes no backups (facts
 * E4): both are set afterwards.
 */
export interface ReplicaSettings
  extends Omit<RestoreSettings, 'parameterGroup' | 'backupRetentionDays' | 'backupWindow'> {
  /** A key of the replica's region: where the source is encrypted and in another one, and nowhere else (facts E2). */
  readonly kmsKey?: string | undefined;
  readonly maxAllocatedStorageGiB?: number | undefined;
  readonly monitoring: { readonly intervalSeconds: number; readonly roleArn?: string | undefined };
  readonly performanceInsights: {
    readonly enabled: boolean;
    readonly kmsKey?: string | undefined;
    readonly retentionDays?: number | undefined;
  };
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
