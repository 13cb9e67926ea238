import { type Duration, parseDuration } from './duration.js';

/** What the system promises; the runbook's table of recovery objectives as code. */
export interface Objectives {
  /** RTO: the longest that recovery may take. Default `'1h'`. */
  readonly recoveryTime: Duration;
  /** RPO: the most data, measured in time, that may be lost. Default `'5m'`. */
  readonly recoveryPoint: Duration;
  /** How long automated backups are kept. Default `'30d'`; RDS's own default is 1 day (facts A11), its maximum 35. */
  readonly automatedRetention: Duration;
}

/** The runbook's objectives. */
export const defaultObjectives: Objectives = { recoveryTime: '1h', recoveryPoint: '5m', automatedRetention: '30d' };

/** An objective next to what was measured. */
export interface ObjectiveVerdict {
  readonly objective: 'recovery-time' | 'recovery-point';
  readonly verdict: 'met' | 'missed';
  readonly measuredMilliseconds: number;
  readonly allowedMilliseconds: number;
}

/** Compares a measured recovery with the objectives. */
export function assessObjectives(
  measured: { readonly recoveryTimeMilliseconds: number; readonly recoveryPointMilliseconds: number },
  objectives: Objectives,
): readonly [recoveryTime: ObjectiveVerdict, recoveryPoint: ObjectiveVerdict] {
  const judge = (
    objective: ObjectiveVerdict['objective'],
    measuredMilliseconds: number,
    allowedMilliseconds: number,
  ): ObjectiveVerdict => ({
    objective,
    verdict: measuredMilliseconds <= allowedMilliseconds ? 'met' : 'missed',
    measuredMilliseconds,
    allowedMilliseconds,
  });
  return [
    judge(
      'recovery-time',
      measured.recoveryTimeMilliseconds,
      parseDuration(objectives.recoveryTime, 'objectives.recoveryTime'),
    ),
    judge(
      'recovery-point',
      measured.recoveryPointMilliseconds,
      parseDuration(objectives.recoveryPoint, 'objectives.recoveryPoint'),
    ),
  ];
}
