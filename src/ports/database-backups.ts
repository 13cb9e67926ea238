import type { Tags } from '../core/tags.js';

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
