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
