import type { Tags } from './tags.js';

/** Where a backup stands: AWS's many words for it in three. The word itself is in `statusText`. */
export type BackupStatus = 'in-progress' | 'available' | 'failed';

/** Who made a backup: RDS by itself, somebody by hand or by this library, AWS Backup, or an account that shares it. */
export type BackupOrigin = 'automated' | 'manual' | 'aws-backup' | 'shared' | 'unknown';

/** The proof that a backup can be restored: when, how, and where the evidence is. */
export interface Verification {
  readonly at: Date;
  readonly how: 'drill' | 'dump-check';
  /** Key of the evidence in the archive. */
  readonly evidence: string;
}

/** What every backup tells. */
export interface BackupCommon {
  /** Identifier of the snapshot, or key of the dump: unique within one kind, region and archive. */
  readonly id: string;
  readonly region: string;
  /** Where it comes from. The instance's name may have changed hands since; `resourceId` never does (facts A20). */
  readonly source: { readonly instance: string; readonly resourceId?: string | undefined };
  readonly origin: BackupOrigin;
  readonly status: BackupStatus;
  readonly statusText: string;
  /** When it was made: of a copy, when the original was. Absent while that is not known (facts A6). */
  readonly createdAt?: Date | undefined;
  /** The instant up to which it holds the data: what a recovery from it is measured by. */
  readonly dataTime?: Date | undefined;
  readonly sizeBytes?: number | undefined;
  readonly encrypted: boolean;
  readonly kmsKey?: string | undefined;
  readonly tags: Tags;
  readonly verified?: Verification | undefined;
}

/** A copy of a whole DB instance that RDS holds. Its size is that of the whole, of which increments share much (facts A23). */
export interface DatabaseSnapshot extends BackupCommon {
  readonly kind: 'database-snapshot';
  readonly arn: string;
  /** The snapshot that it was copied from, where that is of another region or account. */
  readonly copyOf?: { readonly arn: string; readonly region: string } | undefined;
  readonly engine: string;
  readonly engineVersion: string;
  /** Of the instance; RDS bills less, it keeps increments. */
  readonly allocatedStorageGiB: number;
}

/**
 * Automated snapshots and logs together, from which RDS restores to any second of a window. Its `id` is the source's resource
 * id; it grows all the time, so that it has no `createdAt`, and its `dataTime` is the window's end.
 */
export interface ContinuousBackup extends BackupCommon {
  readonly kind: 'continuous-backup';
  readonly arn?: string | undefined;
  /** `active`: of a living instance; `retained`: of one that was deleted (facts B11); `replicated`: from another region (facts E11). */
  readonly coverage: 'active' | 'retained' | 'replicated';
  /** Absent while nothing can be restored yet (facts B8). */
  readonly restoreWindow?: { readonly earliest: Date; readonly latest: Date } | undefined;
  readonly retentionDays?: number | undefined;
  readonly engine?: string | undefined;
  readonly engineVersion?: string | undefined;
  readonly allocatedStorageGiB?: number | undefined;
}

/** A logical copy of one database made by pg_dump, in the archive with its manifest. */
export interface Dump extends BackupCommon {
  readonly kind: 'dump';
  readonly database: string;
  /** `s3://bucket/prefix/key`. */
  readonly location: string;
}

/** A copy of what was in a cache, that ElastiCache holds. Its source is the replication group or cluster that the system names. */
export interface CacheSnapshot extends BackupCommon {
  readonly kind: 'cache-snapshot';
  readonly arn: string;
  readonly engine: string;
  readonly engineVersion: string;
  /** What the cache ran on; a smaller node may not hold it (facts F11). */
  readonly nodeType: string;
  /** Restoring it takes as many (facts F9). */
  readonly nodeGroups: number;
  /** Whether it can only be restored to a replication group in cluster mode (facts F9). */
  readonly clusterMode: boolean;
}

/** A backup of any kind; tell them apart by `kind`. */
export type Backup = DatabaseSnapshot | ContinuousBackup | Dump | CacheSnapshot;

/** The name of a kind of backup. */
export type BackupKind = Backup['kind'];
