import { snapshotStatus } from '../core/snapshot-status.js';
import type { SnapshotDescription } from '../ports/database-backups.js';
import type { SnapshotTally } from './readiness-facts.js';

const month = 30 * 86_400_000;

/**
 * Counts snapshots as they are listed. RDS states no order (facts A5), so that the newest is found by comparing, among those
 * that are `available`: one that is being made or has failed restores nothing.
 */
export async function tallySnapshots(snapshots: AsyncIterable<SnapshotDescription>, now: Date): Promise<SnapshotTally> {
  let newestAutomated: SnapshotTally['newestAutomated'];
  let automatedUnderWay: SnapshotTally['automatedUnderWay'];
  let automatedCount = 0;
  let manualCount = 0;
  let manualInLastMonth = 0;
  for await (const { identifier, type, status, createdAt } of snapshots) {
    if (type === 'manual') {
      manualCount += 1;
      // One without a time is still being made.
      if (createdAt === undefined || now.getTime() - createdAt.getTime() <= month) manualInLastMonth += 1;
    } else if (type === 'automated') {
      const means = snapshotStatus(status);
      if (means === 'in-progress') automatedUnderWay = { identifier, status };
      if (means !== 'available') continue;
      automatedCount += 1;
      if (createdAt !== undefined && (newestAutomated === undefined || createdAt > newestAutomated.createdAt)) {
        newestAutomated = { identifier, createdAt };
      }
    }
  }
  return { newestAutomated, automatedUnderWay, automatedCount, manualCount, manualInLastMonth };
}
