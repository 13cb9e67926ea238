import { formatMilliseconds, parseDuration } from '../core/duration.js';
import type { Objectives } from '../core/objectives.js';
import type { CheckedExpectation } from './expected-configuration.js';
import type { DrillsGlance, ReadinessFacts } from './readiness-facts.js';
import type { ReadinessFinding } from './readiness-report.js';
import { unknownFinding } from './unknown-finding.js';

/** The last drill that is known to have passed. */
export function passedDrill({ drills }: Pick<ReadinessFacts, 'drills'>): DrillsGlance['passed'] {
  return drills?.known ? drills.value.passed : undefined;
}

/** Whether the recovery time objective would hold, by what the last drill measured. */
export function judgeRecoveryTime(facts: ReadinessFacts, objectives: Objectives): ReadinessFinding {
  const measured = passedDrill(facts)?.recoveryTimeMilliseconds;
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
      next: 'Run a drill of the database: what it measures is kept in the archive.',
      unknown: { code: 'not-measured', message: 'there is no drill that measured it' },
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
  const { drills } = facts;
  if (drills !== undefined && !drills.known) {
    return unknownFinding({ code: 'last-drill', title: 'the last drill' }, drills.error);
  }
  const { passed, failed, unreadable } = drills?.value ?? {};
  const every = expected.drillEveryMilliseconds;
  const found = {
    code: 'last-drill',
    evidence: {
      lastPassed: passed?.at.toISOString(),
      evidence: passed?.evidence,
      failedSince: failed && { at: failed.at.toISOString(), verdict: failed.verdict, evidence: failed.evidence },
      unreadable,
      expectedEveryMilliseconds: every,
    },
    next: 'Run a drill: restore the newest snapshot to something temporary, check it, and keep the evidence.',
  } as const;
  const ago = (at: Date): string => `${formatMilliseconds(Math.max(0, now.getTime() - at.getTime()))} ago`;
  const lastPassed = passed === undefined ? 'never drilled' : `the last drill passed ${ago(passed.at)}`;
  if (failed !== undefined) {
    return {
      ...found,
      grade: 'critical',
      title: `the drill of ${ago(failed.at)} ${failed.verdict === 'failed' ? 'failed' : 'proved nothing'}; ${
        passed === undefined ? 'none has passed' : lastPassed
      }`,
      meaning: 'What was restored was wrong, or is not known to be right: a recovery now may be so too.',
      next: 'Read its evidence, and drill again once the reasons are gone.',
    };
  }
  if (passed === undefined) {
    return {
      ...found,
      grade: 'warning',
      title: lastPassed,
      meaning: 'A backup that was never restored is an assumption.',
    };
  }
  if (now.getTime() - passed.at.getTime() <= every) {
    return {
      code: found.code,
      evidence: found.evidence,
      grade: 'ok',
      title: lastPassed,
      meaning: 'Backups were proven restorable.',
    };
  }
  return { ...found, grade: 'warning', title: lastPassed, meaning: 'What has changed since then was never restored.' };
}
