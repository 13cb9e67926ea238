import type { DBSnapshot } from '@aws-sdk/client-rds';
import type { SnapshotDescription } from '../ports/database-backups.js';
import { fromTagList } from './tag-list.js';

/** A snapshot as RDS describes it, in our words. */
export function toSnapshotDescription(snapshot: DBSnapshot): SnapshotDescription {
  return {
    identifier: (snapshot.DBSnapshotIdentifier ?? '').toLowerCase(),
    arn: snapshot.DBSnapshotArn ?? '',
    // Without a type it is not known to be ours: nothing deletes it (facts A3).
    type: snapshot.SnapshotType ?? 'unknown',
    status: snapshot.Status ?? 'unknown',
    instance: (snapshot.DBInstanceIdentifier ?? '').toLowerCase(),
    resourceId: snapshot.DbiResourceId ?? '',
    createdAt: snapshot.SnapshotCreateTime,
    originalCreatedAt: snapshot.OriginalSnapshotCreateTime,
    dataTime: snapshot.SnapshotDatabaseTime,
    percentProgress: snapshot.PercentProgress,
    engine: snapshot.Engine ?? '',
    engineVersion: snapshot.EngineVersion ?? '',
    allocatedStorageGiB: snapshot.AllocatedStorage ?? 0,
    encrypted: snapshot.Encrypted ?? false,
    kmsKey: snapshot.KmsKeyId,
    port: snapshot.Port,
    storageType: snapshot.StorageType,
    iops: snapshot.Iops,
    optionGroup: snapshot.OptionGroupName,
    sizeBytes: snapshot.FullSnapshotSizeInBytes,
    copyOf: snapshot.SourceDBSnapshotIdentifier,
    backupRetentionDays: snapshot.BackupRetentionPeriod,
    backupWindow: snapshot.PreferredBackupWindow,
    tags: fromTagList(snapshot.TagList),
  };
}

/** Which types to ask for to find one snapshot: those not made by hand are only found by their type (facts A2, A4). */
export function snapshotTypeOf(identifier: string): string | undefined {
  if (/(?:^|:snapshot:)rds:/i.test(identifier)) return 'automated';
  return /(?:^|:snapshot:)awsbackup:/i.test(identifier) ? 'awsbackup' : undefined;
}
