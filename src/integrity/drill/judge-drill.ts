import type { CheckResult } from '../../core/check-result.js';
import { formatMilliseconds, parseDuration } from '../../core/duration.js';
import type { Objectives } from '../../core/objectives.js';
import { classesOfStep } from '../../restore/instance-class/classes-of-step.js';
import type { DrillDecision } from './drill-decision.js';
import type { DrillEvidence, DrillObjective, DrillRecoveryPoint, DrillTarget, DrillVerdict } from './drill-evidence.js';
import type { DrillEnd, DrillFindings } from './drill-findings.js';
import { type DrillPrices, estimateDrillCost } from './drill-prices.js';
import { notChecked } from './not-checked.js';

/** The phase whose end is that of the recovery. */
export const checkPhase = 'check';

/** Checks of the way in: they prove nothing of the data. */
const wayIn: readonly string[] = ['password', 'server-version'];

/** Makes of what was decided, found and left the evidence. */
export function judgeDrill(
  decision: DrillDecision,
  findings: DrillFindings,
  end: DrillEnd,
  context: {
    readonly system: DrillEvidence['system'];
    readonly objectives: Objectives;
    readonly prices: DrillPrices;
  },
): DrillEvidence {
  const { backup, plan, runId, startedAt } = decision;
  const { checks, error, restoredTo } = findings;
  const dataTime = restoredTo ?? backup.dataTime;
  const recoveryTime = judgeRecoveryTime(decision, findings, context.objectives);
  const recoveryPoint = judgeRecoveryPoint(
    { ...decision, backup: { ...backup, dataTime } },
    findings,
    context.objectives,
  );
  const reasons = reasonsOf(findings, { recoveryTime, recoveryPoint }, end);
  const expectation = plan.steps.find((step) => step.kind === 'check-candidate')?.expectation ?? {};
  const open =
    plan.kind === 'cache' ? ['whether the values of the keys are those that they were'] : notChecked(expectation);
  const made = end.teardown.outcome !== 'nothing-made' && decision.target.kind !== 'database';
  const target = targetOf(decision, findings);
  const rented = new Date(end.finishedAt).getTime() - new Date(decision.decidedAt).getTime();
  return {
    version: 1,
    runId,
    verdict: verdictOf(findings, reasons),
    reasons,
    startedAt,
    finishedAt: end.finishedAt,
    system: context.system,
    backup: { ...backup, dataTime },
    target,
    phases: [...findings.phases, end.phase],
    recoveryTime,
    recoveryPoint,
    checks,
    notChecked: checks.length === 0 ? ['everything: the drill ended before it could check'] : open,
    teardown: end.teardown,
    cost: estimateDrillCost(
      made ? { size: target.size, storageGiB: decision.storageGiB, milliseconds: rented } : undefined,
      context.prices,
    ),
    ...(error === undefined ? {} : { error }),
    planHash: plan.hash,
  };
}

/** What was made: of another class than was decided where RDS could not make that when it was asked. */
function targetOf({ target, plan }: DrillDecision, { resourceId, instanceClass }: DrillFindings): DrillTarget {
  const found = { ...target, ...(resourceId === undefined ? {} : { resourceId }) };
  const classes = plan.steps.flatMap((step) => ('standbyClasses' in step ? classesOfStep(step) : []));
  const refused = instanceClass === undefined ? [] : classes.slice(0, Math.max(0, classes.indexOf(instanceClass)));
  if (refused.length === 0) return found;
  const reason = 'was refused by RDS when the restore began';
  const passedOver = [...(target.passedOver ?? []), ...refused.map((name) => ({ instanceClass: name, reason }))];
  return { ...found, size: instanceClass, passedOver };
}

function verdictOf({ checks, error }: DrillFindings, reasons: readonly string[]): DrillVerdict {
  if (error !== undefined || checks.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return reasons.length === 0 ? 'passed' : 'partial';
}

function reasonsOf(
  { checks, error, phases }: DrillFindings,
  objectives: { readonly recoveryTime: DrillObjective; readonly recoveryPoint: DrillObjective },
  { teardown }: DrillEnd,
): readonly string[] {
  const failedIn = phases.find(({ outcome }) => outcome === 'failed')?.phase;
  const where = failedIn === undefined ? '' : ` in ${failedIn}`;
  const bad = checks.filter(({ verdict }) => verdict !== 'passed');
  const proven = checks.some(({ check, verdict }) => verdict === 'passed' && !wayIn.includes(check));
  const { recoveryTime, recoveryPoint } = objectives;
  return [
    ...(error === undefined ? [] : [`the drill ended${where}: ${error.message}`]),
    ...bad.map(
      ({ check, verdict, summary }) => `${check} ${verdict === 'failed' ? 'failed' : 'is inconclusive'}: ${summary}`,
    ),
    ...(error === undefined && bad.length === 0 && !proven ? ['nothing of the data was checked'] : []),
    ...missed(recoveryTime, 'the recovery took'),
    ...missed(recoveryPoint, 'what would be lost is'),
    ...teardown.leftovers.map(({ identifier, reason }) => `${identifier} could not be removed: ${reason}`),
  ];
}

function missed({ verdict, measuredMilliseconds = 0, allowedMilliseconds }: DrillObjective, what: string): string[] {
  if (verdict !== 'missed') return [];
  return [`${what} ${formatMilliseconds(measuredMilliseconds)}, ${formatMilliseconds(allowedMilliseconds)} is allowed`];
}

function judgeRecoveryTime(decision: DrillDecision, findings: DrillFindings, objectives: Objectives): DrillObjective {
  const allowedMilliseconds = parseDuration(objectives.recoveryTime, 'objectives.recoveryTime');
  const checked = findings.phases.find(({ phase }) => phase === checkPhase);
  if (checked === undefined || findings.error !== undefined) {
    return { allowedMilliseconds, verdict: 'not-judged', basis: 'nothing was restored and checked' };
  }
  const measuredMilliseconds = between(decision.startedAt, checked.finishedAt);
  return {
    allowedMilliseconds,
    measuredMilliseconds,
    verdict: measuredMilliseconds <= allowedMilliseconds ? 'met' : 'missed',
    basis: 'from the beginning until the restored data had been checked',
  };
}

function judgeRecoveryPoint(
  { backup, startedAt, plan, latest }: DrillDecision,
  { checks, error }: DrillFindings,
  objectives: Objectives,
): DrillRecoveryPoint {
  const allowedMilliseconds = parseDuration(objectives.recoveryPoint, 'objectives.recoveryPoint');
  const { dataTime } = backup;
  if (dataTime === undefined || error !== undefined) {
    return { allowedMilliseconds, verdict: 'not-judged', basis: 'nothing was restored' };
  }
  const newestRow = newestRowOf(checks);
  const found = {
    allowedMilliseconds,
    ageMilliseconds: between(dataTime, startedAt),
    ...(newestRow === undefined ? {} : { newestRow, gapMilliseconds: between(newestRow, dataTime) }),
  };
  if (latest === true) {
    const measuredMilliseconds = found.ageMilliseconds;
    const verdict = measuredMilliseconds <= allowedMilliseconds ? 'met' : 'missed';
    return { ...found, measuredMilliseconds, verdict, basis: 'from the latest restorable instant to the beginning' };
  }
  if (plan.kind === 'point-in-time') {
    const basis = 'from the newest row to the instant that was restored to: what is written rarely proves little';
    return { ...found, measuredMilliseconds: found.gapMilliseconds, verdict: 'not-judged', basis };
  }
  const basis = 'age of the backup at the beginning; it is point-in-time recovery that holds the objective';
  return { ...found, measuredMilliseconds: found.ageMilliseconds, verdict: 'not-judged', basis };
}

/** The newest that any boundary has found, as an ISO instant. */
function newestRowOf(checks: readonly CheckResult[]): string | undefined {
  const times = checks
    .filter(({ check }) => check === 'boundary')
    .map(({ evidence }) => new Date(String(evidence.newest)).getTime())
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : new Date(Math.max(...times)).toISOString();
}

function between(from: string, to: string): number {
  return Math.max(0, new Date(to).getTime() - new Date(from).getTime());
}
