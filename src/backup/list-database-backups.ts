import type { BackupOrigin, ContinuousBackup, DatabaseSnapshot } from '../core/backups.js';
import type { AwsPorts } from '../ports/aws.js';
import type { SnapshotFilter } from '../ports/database-backups.js';
import type { PortCall } from '../ports/port-call.js';
import type { System } from '../system/define-system.js';
import { continuousBackupOf, snapshotOf } from './describe-backups.js';

/** The system's instance, by its name and, if it lives, by what a rename does not change. */
interface Lineage {
  readonly instance: string;
  readonly resourceId: string | undefined;
}

/**
 * What the backups of the system's instance are told by. Without looking at it they are told by its name alone: its region may
 * be what is down.
 */
export async function lineageOf(system: System, look: boolean, call: PortCall): Promise<Lineage> {
  const { instance } = system.database;
  const living = look ? await system.aws.rds.describeInstance(instance, call) : undefined;
  return { instance, resourceId: living?.resourceId };
}

/**
 * Snapshots of the instance that has the name now, whatever it was called when they were taken, and those taken under its name:
 * after a promotion by rename both are the system's own (facts A20). What carries both comes once. In another region they are
 * the copies of them.
 */
export async function* listDatabaseSnapshots(
  { rds, region }: AwsPorts,
  { instance, resourceId }: Lineage,
  origin: BackupOrigin | undefined,
  call: PortCall,
): AsyncGenerator<DatabaseSnapshot, void, undefined> {
  for (const type of typesOf(origin)) {
    // Without a type RDS leaves out what AWS Backup made; where it does not, it must not come twice (facts A3).
    const belongs = (found: { readonly type: string }): boolean => type !== undefined || found.type !== awsBackup;
    if (resourceId !== undefined) {
      for await (const found of rds.listSnapshots({ resourceId, type }, call)) {
        if (belongs(found)) yield snapshotOf(found, region);
      }
    }
    for await (const found of rds.listSnapshots({ instance, type }, call)) {
      if (belongs(found) && found.resourceId !== resourceId) yield snapshotOf(found, region);
    }
  }
}

/**
 * Automated backups with their restore windows: of the instance, of those that had its name and were deleted, and of both what is
 * replicated to another region. All of a region are asked for, because those of the dead are not found by name (facts B11).
 */
export async function* listContinuousBackups(
  { rds, region }: AwsPorts,
  { instance, resourceId }: Lineage,
  call: PortCall,
): AsyncGenerator<ContinuousBackup, void, undefined> {
  for await (const found of rds.listAutomatedBackups({}, call)) {
    if (found.resourceId === resourceId || found.instance === instance) yield continuousBackupOf(found, region);
  }
}

/** RDS's word for what AWS Backup has made. */
const awsBackup = 'awsbackup';

function typesOf(origin: BackupOrigin | undefined): readonly SnapshotFilter['type'][] {
  if (origin === 'automated' || origin === 'manual') return [origin];
  return origin === 'aws-backup' ? [awsBackup] : [undefined, awsBackup];
}
