import { parseDuration } from '../core/duration.js';
import type { Objectives } from '../core/objectives.js';
import type { CheckedExpectation } from './expected-configuration.js';
import { judgeBackupCopies } from './judge-backup-copies.js';
import { judgeCache } from './judge-cache.js';
import { judgeConfiguration, judgeStatus } from './judge-configuration.js';
import { judgeLastDrill, judgeRecoveryTime, passedDrill } from './judge-drill.js';
import { judgeDumps } from './judge-dumps.js';
import { judgeLogShipping, judgePointInTime, judgeRecoveryPoint, restorableLag } from './judge-recovery.js';
import { judgeReplicas } from './judge-replicas.js';
import { judgeSharing } from './judge-sharing.js';
import { judgeAutomatedSnapshot, judgeRetention, judgeSnapshotQuota } from './judge-snapshots.js';
import { judgeFreeStorage } from './judge-storage.js';
import type { ReadinessFacts } from './readiness-facts.js';
import {
  type ReadinessFinding,
  type ReadinessGrade,
  type ReadinessObjective,
  type ReadinessReport,
  worstGrade,
} from './readiness-report.js';

/** Grades what was gathered. Pure: reads no clock and calls nothing. */
export function decideReadiness(
  facts: ReadinessFacts,
  objectives: Objectives,
  expected: CheckedExpectation,
  now: Date,
): ReadinessReport {
  const findings = [
    judgeStatus(facts),
    judgePointInTime(facts, now),
    judgeRecoveryPoint(facts, objectives, now),
    judgeLogShipping(facts, now),
    judgeRecoveryTime(facts, objectives),
    judgeLastDrill(facts, expected, now),
    judgeRetention(facts, objectives),
    judgeAutomatedSnapshot(facts, now),
    judgeSnapshotQuota(facts),
    ...judgeSharing(facts, expected),
    ...judgeDumps(facts, expected, now),
    judgeFreeStorage(facts),
    ...judgeReplicas(facts, objectives, expected),
    judgeBackupCopies(facts, expected, now),
    ...judgeCache(facts, expected, now),
    ...judgeConfiguration(facts, expected),
  ];
  const { identifier, resourceId } = facts.instance;
  return {
    system: { instance: identifier, resourceId, region: facts.region },
    at: now.toISOString(),
    grade: worstGrade(findings.map(({ grade }) => grade)),
    objectives: [
      objectiveOf('recovery-time', passedDrill(facts)?.recoveryTimeMilliseconds, objectives.recoveryTime),
      objectiveOf('recovery-point', restorableLag(facts, now) ?? Number.POSITIVE_INFINITY, objectives.recoveryPoint),
    ],
    findings: worstFirst(findings),
  };
}

function objectiveOf(
  objective: ReadinessObjective['objective'],
  measured: number | undefined,
  promised: Objectives['recoveryTime'],
): ReadinessObjective {
  const allowedMilliseconds = parseDuration(promised, 'objectives');
  if (measured === undefined) return { objective, verdict: 'unknown', allowedMilliseconds };
  const verdict = measured <= allowedMilliseconds ? 'met' : 'missed';
  // Infinity is no number in JSON: where nothing can be recovered there is no measure.
  return {
    objective,
    verdict,
    ...(Number.isFinite(measured) ? { measuredMilliseconds: measured } : {}),
    allowedMilliseconds,
  };
}

/** In the order in which they were found within one grade. */
function worstFirst(findings: readonly ReadinessFinding[]): readonly ReadinessFinding[] {
  const of = (wanted: ReadinessGrade): readonly ReadinessFinding[] => findings.filter(({ grade }) => grade === wanted);
  return [...of('critical'), ...of('warning'), ...of('ok')];
}
