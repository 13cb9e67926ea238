import type { DBInstanceAutomatedBackup } from '@aws-sdk/client-rds';
import type { AutomatedBackup } from '../ports/database-backups.js';
import { fromTagList } from './tag-list.js';

/** An automated backup as RDS describes it, in our words. */
export function toAutomatedBackup(backup: DBInstanceAutomatedBackup): AutomatedBackup {
  const { EarliestTime: earliest, LatestTime: latest } = backup.RestoreWindow ?? {};
  return {
    resourceId: backup.DbiResourceId ?? '',
    instance: (backup.DBInstanceIdentifier ?? '').toLowerCase(),
    region: backup.Region ?? '',
    status: (backup.Status ?? 'unknown').toLowerCase(),
    arn: backup.DBInstanceAutomatedBackupsArn,
    restoreWindow: earliest === undefined || latest === undefined ? undefined : { earliest, latest },
    retentionDays: backup.BackupRetentionPeriod,
    engine: backup.Engine,
    engineVersion: backup.EngineVersion,
    allocatedStorageGiB: backup.AllocatedStorage,
    encrypted: backup.Encrypted,
    kmsKey: backup.KmsKeyId,
    tags: fromTagList(backup.TagList),
  };
}
