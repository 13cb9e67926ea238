import type { SnapshotDescription } from '../ports/rds.js';
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
      if (status !== 'available') {
        if (!isFailed(status)) automatedUnderWay = { identifier, status };
        continue;
      }
      automatedCount += 1;
      if (createdAt !== undefined && (newestAutomated === undefined || createdAt > newestAutomated.createdAt)) {
        newestAutomated = { identifier, createdAt };
      }
    }
  }
  return { newestAutomated, automatedUnderWay, automatedCount, manualCount, manualInLastMonth };
}

/** Of which nothing will come any more (facts A7). */
function isFailed(status: string): boolean {
  return /^(?:failed|deleted|deleting|incompatible-.*)$/.test(status);
}
