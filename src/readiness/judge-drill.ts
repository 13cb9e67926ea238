import { formatMilliseconds, parseDuration } from '../core/duration.js';
import type { Objectives } from '../core/objectives.js';
import type { CheckedExpectation } from './expected-configuration.js';
import type { ReadinessFacts } from './readiness-facts.js';
import type { ReadinessFinding } from './readiness-report.js';

/** Whether the recovery time objective would hold, by what the last drill measured. */
export function judgeRecoveryTime(facts: ReadinessFacts, objectives: Objectives): ReadinessFinding {
  const measured = facts.lastDrill?.recoveryTimeMilliseconds;
  const allowed = parseDuration(objectives.recoveryTime, 'objectives.recoveryTime');
  const found = {
    code: 'recovery-time',
    evidence: { measuredMilliseconds: measured, allowedMilliseconds: allowed },
  } as const;
  if (measured === undefined) {
    return {
      ...found,
      grade: 'warning',
      title: `nobody has measured a recovery; the objective is ${objectives.recoveryTime}`,
      meaning: 'AWS names no duration for a restore: until it is measured the objective is a hope.',
      next: 'Run a drill, and hand in what it measured.',
      unknown: { code: 'not-measured', message: 'no measured recovery was handed in' },
    };
  }
  const title = `the last recovery took ${formatMilliseconds(measured)}; the objective is ${objectives.recoveryTime}`;
  if (measured <= allowed) return { ...found, grade: 'ok', title, meaning: 'The recovery time objective holds.' };
  return {
    ...found,
    grade: 'critical',
    title,
    meaning: 'A recovery takes longer than was promised.',
    next: 'See which phase took the time: a larger class, a smaller database, a dump or a standing replica may help.',
  };
}

/** How long ago a restore was last proven. */
export function judgeLastDrill(facts: ReadinessFacts, expected: CheckedExpectation, now: Date): ReadinessFinding {
  const at = facts.lastDrill?.at;
  const every = expected.drillEveryMilliseconds;
  const found = {
    code: 'last-drill',
    evidence: { lastPassed: at?.toISOString(), expectedEveryMilliseconds: every },
    next: 'Run a drill: restore the newest snapshot to something temporary, check it, and keep the evidence.',
  } as const;
  if (at === undefined) {
    return {
      ...found,
      grade: 'warning',
      title: 'never drilled',
      meaning: 'A backup that was never restored is an assumption.',
    };
  }
  const age = Math.max(0, now.getTime() - at.getTime());
  const title = `the last drill passed ${formatMilliseconds(age)} ago`;
  if (age <= every) {
    return {
      code: found.code,
      evidence: found.evidence,
      grade: 'ok',
      title,
      meaning: 'Backups were proven restorable.',
    };
  }
  return { ...found, grade: 'warning', title, meaning: 'What has changed since then was never restored.' };
}
