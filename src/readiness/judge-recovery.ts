import { formatMilliseconds, parseDuration } from '../core/duration.js';
import type { Objectives } from '../core/objectives.js';
import type { ReadinessFacts } from './readiness-facts.js';
import type { ReadinessFinding } from './readiness-report.js';

const minute = 60_000;

/** Logs are shipped every five minutes (facts B8): an objective is missed for good only once a whole shipment is late. */
const oneShipment = 5 * minute;

/** From here on the shipping of logs does not merely lag, it is stuck (facts B9). */
const late = 10 * minute;
const stuck = 15 * minute;

/** How far the latest restorable time is behind; `undefined` where there is nothing to recover to. */
export function restorableLag(facts: Pick<ReadinessFacts, 'instance'>, now: Date): number | undefined {
  const { latestRestorableTime, backupRetentionDays, replicaSource } = facts.instance;
  if (latestRestorableTime === undefined || backupRetentionDays === 0 || replicaSource !== undefined) return undefined;
  return Math.max(0, now.getTime() - latestRestorableTime.getTime());
}

/** Whether there is any point-in-time recovery at all. */
export function judgePointInTime(facts: ReadinessFacts, now: Date): ReadinessFinding {
  const { instance, automatedBackup } = facts;
  const { backupRetentionDays, latestRestorableTime, replicaSource } = instance;
  const window = automatedBackup.known ? automatedBackup.value?.restoreWindow : undefined;
  const found = {
    code: 'point-in-time-recovery',
    evidence: {
      backupRetentionDays,
      earliest: window?.earliest.toISOString(),
      latest: latestRestorableTime?.toISOString(),
      replicaSource,
    },
  } as const;
  if (replicaSource !== undefined) {
    return {
      ...found,
      grade: 'critical',
      title: `it is a read replica of ${replicaSource}`,
      meaning: 'A read replica of PostgreSQL cannot be recovered to a point in time.',
      next: 'Protect its source, or promote it and turn automated backups on.',
    };
  }
  if (backupRetentionDays === 0) {
    return {
      ...found,
      grade: 'critical',
      title: 'automated backups are off',
      meaning: 'No daily snapshot is taken and no log is kept: whatever is deleted now is gone.',
      next: 'Set a backup retention period. From 0 to more the instance restarts.',
    };
  }
  if (restorableLag(facts, now) === undefined) {
    return {
      ...found,
      grade: 'critical',
      title: 'there is nothing to recover to yet',
      meaning: 'The first automated backup has not finished.',
      next: 'Wait for it; until then a manual snapshot or a dump is the only backup.',
    };
  }
  const reach = window === undefined ? '' : `from ${window.earliest.toISOString()} `;
  return {
    ...found,
    grade: 'ok',
    title: `recoverable ${reach}to ${latestRestorableTime?.toISOString()}`,
    meaning: 'Any second in between can be restored.',
  };
}

/** Whether the recovery point objective would hold now. */
export function judgeRecoveryPoint(facts: ReadinessFacts, objectives: Objectives, now: Date): ReadinessFinding {
  const lag = restorableLag(facts, now);
  const allowed = parseDuration(objectives.recoveryPoint, 'objectives.recoveryPoint');
  const found = {
    code: 'recovery-point',
    evidence: { lagMilliseconds: lag, allowedMilliseconds: allowed },
  } as const;
  if (lag === undefined) {
    return {
      ...found,
      grade: 'critical',
      title: `no recovery point: the objective is ${objectives.recoveryPoint}`,
      meaning: 'Only snapshots and dumps are left, and they are up to a day old or older.',
      next: 'See point-in-time-recovery.',
    };
  }
  const title = `a recovery now would lose ${formatMilliseconds(lag)}; the objective is ${objectives.recoveryPoint}`;
  if (lag <= allowed) return { ...found, grade: 'ok', title, meaning: 'The recovery point objective holds.' };
  return {
    ...found,
    grade: lag > allowed + oneShipment ? 'critical' : 'warning',
    title,
    meaning: 'The recovery point objective does not hold at this moment. Logs are shipped every five minutes.',
    next: 'If it stays so, see log-shipping; an objective of five minutes or less needs more than RDS promises.',
  };
}

/** Whether logs still arrive, whatever the objective. */
export function judgeLogShipping(facts: ReadinessFacts, now: Date): ReadinessFinding {
  const lag = restorableLag(facts, now);
  const latest = facts.instance.latestRestorableTime?.toISOString();
  const found = { code: 'log-shipping', evidence: { latestRestorableTime: latest, lagMilliseconds: lag } } as const;
  if (lag === undefined) {
    return {
      ...found,
      grade: 'critical',
      title: 'no logs are kept',
      meaning: 'Without automated backups RDS ships no logs.',
      next: 'See point-in-time-recovery.',
    };
  }
  const title = `the newest logs are ${formatMilliseconds(lag)} old`;
  if (lag <= late) return { ...found, grade: 'ok', title, meaning: 'Logs arrive about every five minutes.' };
  return {
    ...found,
    grade: lag > stuck ? 'critical' : 'warning',
    title,
    meaning: 'The shipping of logs is stuck or about to be: every minute more is a minute more of votes at risk.',
    next: "Ask diagnose({ symptom: 'logs-behind' }) for the cause, and take a manual snapshot or a dump meanwhile.",
  };
}
