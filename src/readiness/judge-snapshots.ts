import { formatMilliseconds, parseDuration } from '../core/duration.js';
import { kindOfEvent } from '../core/event-kind.js';
import type { Objectives } from '../core/objectives.js';
import { lastDueWindow, parseDailyWindow } from './backup-window.js';
import type { ReadinessFacts } from './readiness-facts.js';
import type { ReadinessFinding } from './readiness-report.js';
import { unknownFinding } from './unknown-finding.js';

const hour = 3_600_000;
const day = 86_400_000;

/** A backup of a large instance goes on after its window has ended. */
const graceMilliseconds = 2 * hour;

/** Below this the quota is a matter for today. */
const shortRunwayDays = 30;
const nearlyFull = 0.8;

/**
 * Whether the daily snapshot was taken, told by its absence: RDS has no event for a backup that failed (facts D5), and events
 * may be missing anyway (facts D3).
 */
export function judgeAutomatedSnapshot(facts: ReadinessFacts, now: Date): ReadinessFinding {
  const { instance, snapshots, events } = facts;
  const about = { code: 'automated-snapshot', title: 'the newest automated snapshot' } as const;
  if (!snapshots.known) return unknownFinding(about, snapshots.error);
  const { newestAutomated, automatedUnderWay, automatedCount } = snapshots.value;
  const window = parseDailyWindow(instance.backupWindow ?? '');
  const due =
    window === undefined
      ? new Date(now.getTime() - day - graceMilliseconds)
      : lastDueWindow(window, now, graceMilliseconds);
  const finished = events.known
    ? events.value.findLast((event) => kindOfEvent(event) === 'backup-finished')?.at
    : undefined;
  const found = {
    code: about.code,
    evidence: {
      newest: newestAutomated?.identifier,
      createdAt: newestAutomated?.createdAt.toISOString(),
      expectedSince: due.toISOString(),
      backupWindow: instance.backupWindow,
      underWay: automatedUnderWay,
      available: automatedCount,
      lastFinishedEvent: finished?.toISOString(),
    },
  } as const;
  const next = "Ask diagnose({ symptom: 'backup-missing' }) for the cause, and take a manual snapshot meanwhile.";
  if (newestAutomated === undefined) {
    const young = instance.createdAt !== undefined && instance.createdAt >= due;
    return {
      ...found,
      grade: young ? 'warning' : 'critical',
      title: 'there is no automated snapshot',
      meaning: young
        ? 'The instance is new: its first backup is still to come.'
        : 'No day of the past can be restored.',
      next,
    };
  }
  const age = Math.max(0, now.getTime() - newestAutomated.createdAt.getTime());
  const title = `the newest automated snapshot is ${formatMilliseconds(age)} old: ${newestAutomated.identifier}`;
  // One of the last 24 hours counts wherever the window is now: it may have been moved since.
  if (newestAutomated.createdAt >= due || age <= day) {
    return { ...found, grade: 'ok', title, meaning: 'The last daily backup was made.' };
  }
  const missed = Math.ceil((due.getTime() - newestAutomated.createdAt.getTime()) / day);
  return {
    ...found,
    grade: missed > 1 ? 'critical' : 'warning',
    title: missed > 1 ? `${missed} daily backups are missing; ${title}` : `the last daily backup is missing; ${title}`,
    meaning:
      automatedUnderWay === undefined
        ? 'A recovery must replay all logs since then, which makes it longer; if logs stop too, that day is the newest there is.'
        : `One is being made: ${automatedUnderWay.identifier} is ${automatedUnderWay.status}.`,
    next,
  };
}

/** Whether backups reach back as far as promised. */
export function judgeRetention(facts: ReadinessFacts, objectives: Objectives): ReadinessFinding {
  const { backupRetentionDays } = facts.instance;
  const promised = parseDuration(objectives.automatedRetention, 'objectives.automatedRetention');
  const found = {
    code: 'backup-retention',
    evidence: { backupRetentionDays, promisedDays: promised / day },
  } as const;
  const title = `automated backups are kept for ${backupRetentionDays} d; the objective is ${objectives.automatedRetention}`;
  if (backupRetentionDays * day >= promised) {
    return { ...found, grade: 'ok', title, meaning: 'Recovery reaches back as far as was promised.' };
  }
  return {
    ...found,
    grade: 'critical',
    title,
    meaning: "What was lost earlier cannot be recovered to the second. RDS's own default is 1 day.",
    next: `Set the backup retention period to ${Math.ceil(promised / day)} days; the most is 35.`,
  };
}

/** How long the quota of manual snapshots will last: they never expire by themselves (facts A11, A12, K20). */
export function judgeSnapshotQuota(facts: ReadinessFacts): ReadinessFinding {
  const { quota, snapshots } = facts;
  const about = { code: 'snapshot-quota', title: 'the quota of manual snapshots' } as const;
  if (!quota.known) return unknownFinding(about, quota.error);
  if (quota.value === undefined) {
    return {
      code: about.code,
      grade: 'ok',
      title: 'RDS tells no quota of manual snapshots',
      evidence: {},
      meaning: 'AWS allows 100 in a region unless it was raised.',
    };
  }
  const { used, max } = quota.value;
  const pace = snapshots.known ? snapshots.value.manualInLastMonth / 30 : 0;
  const runwayDays = pace > 0 ? Math.floor(Math.max(0, max - used) / pace) : undefined;
  const evidence = { used, max, perDay: Math.round(pace * 100) / 100, runwayDays, region: facts.region };
  const runway =
    runwayDays === undefined ? '' : `; at this instance's pace of the last 30 days it lasts ${runwayDays} d`;
  const title = `${used} of ${max} manual snapshots are used${runway}`;
  const full = used >= max;
  const near = used >= max * nearlyFull || (runwayDays ?? Number.POSITIVE_INFINITY) < shortRunwayDays;
  if (!full && !near)
    return { code: about.code, grade: 'ok', title, evidence, meaning: 'The next deployments can be backed up.' };
  return {
    code: about.code,
    grade: full ? 'critical' : 'warning',
    title,
    evidence,
    meaning: full
      ? 'The snapshot before the next deployment will be refused.'
      : 'Manual snapshots never expire by themselves: one day the snapshot before a deployment is refused.',
    next: 'Let the retention policy delete what may go, or ask AWS for a higher quota.',
  };
}
