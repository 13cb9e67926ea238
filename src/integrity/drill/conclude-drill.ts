import { clearingUpSignal } from '../../core/clock.js';
import type { DrillDecision } from './drill-decision.js';
import type { DrillEvidence, DrillReport } from './drill-evidence.js';
import type { DrillFindings } from './drill-findings.js';
import type { DrillAttempt } from './drill-log.js';
import { createPhaseClock } from './drill-phases.js';
import { defaultDrillPrices } from './drill-prices.js';
import { judgeDrill } from './judge-drill.js';
import { clearingUpMilliseconds, note, type RunningDrill } from './running-drill.js';
import { storeEvidence } from './store-evidence.js';
import { tearDown } from './tear-down.js';
import { readMaking } from './what-was-made.js';

/** An attempt that has come so far that only clearing up, judging and storing are left. */
export type FoundAttempt = DrillAttempt & { readonly decision: DrillDecision; readonly findings: DrillFindings };

/** Whether an attempt has come so far. */
export function isFound(attempt: DrillAttempt): attempt is FoundAttempt {
  return attempt.decision !== undefined && attempt.findings !== undefined;
}

/**
 * Tears down, judges, and stores, from wherever an earlier call has left it. An error of the teardown that no service has answered with
 * comes out in the end, once the evidence with what is left is kept.
 */
export async function concludeDrill(
  run: RunningDrill,
  attempt: FoundAttempt,
  { patient }: { readonly patient: boolean },
): Promise<DrillReport> {
  const { system, there, journal } = run;
  const { decision, findings } = attempt;
  if (attempt.evidence !== undefined) return storeDrill(run, attempt, attempt.evidence);
  const phases = createPhaseClock(system.clock);
  const made = await readMaking(decision.plan, journal);
  const resourceId = findings.resourceId ?? made.resourceId;
  const { teardown, unforeseen } = await phases.measure('tear-down', () =>
    tearDown(there, decision, journal, { patient, begun: made.begun, resourceId }),
  );
  const [phase] = phases.phases;
  if (phase === undefined) throw new Error('what was measured is there');
  const { region } = system.aws;
  const { instance, name: database } = system.database;
  const evidence = judgeDrill(
    decision,
    { ...findings, instanceClass: findings.instanceClass ?? made.instanceClass },
    { teardown, phase, finishedAt: phase.finishedAt },
    {
      system: { region, instance, database },
      objectives: system.objectives,
      prices: run.request.prices ?? defaultDrillPrices(),
    },
  );
  await note(run, { kind: 'drill-judged', details: { evidence } });
  const report = await storeDrill(run, attempt, evidence);
  if (unforeseen !== undefined) throw unforeseen.error;
  return report;
}

/** Keeps the evidence in the archive, and gives it back. */
export async function storeDrill(
  run: RunningDrill,
  { decision }: DrillAttempt,
  evidence: DrillEvidence,
): Promise<DrillReport> {
  const call = { signal: clearingUpSignal(clearingUpMilliseconds) };
  const stored = await storeEvidence(run.system, evidence, decision?.marks, call);
  if ('key' in stored) {
    await note(run, { kind: 'drill-stored', details: { key: stored.key } });
    return { ...evidence, key: stored.key };
  }
  const { code, message, hint } = stored.unstored;
  const reasons = [...evidence.reasons, `the evidence could not be stored: ${message}`];
  const verdict = evidence.verdict === 'passed' ? 'partial' : evidence.verdict;
  return { ...evidence, verdict, reasons, unstored: { code, message, hint } };
}
