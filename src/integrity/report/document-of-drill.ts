import { formatMilliseconds } from '../../core/duration.js';
import type { DrillCost, DrillEvidence, DrilledKind, DrillObjective } from '../drill/drill-evidence.js';
import { drillKind } from '../drill/drill-kind.js';
import type { ReportDocument, ReportMeasure, ReportRun } from './report-document.js';
import { utcText } from './utc-text.js';

const kinds: Readonly<Record<DrilledKind, string>> = {
  'database-snapshot': 'snapshot',
  'point-in-time': 'point in time',
  dump: 'dump',
  'cache-snapshot': 'cache snapshot',
};

/** What a drill's evidence says, with the drills before it. */
export function documentOfDrill(evidence: DrillEvidence, earlier: readonly DrillEvidence[] = []): ReportDocument {
  const { system, backup, target, recoveryTime, recoveryPoint, teardown } = evidence;
  const optional = (name: string, value: string | undefined): readonly (readonly [string, string])[] =>
    value === undefined ? [] : [[name, value]];
  return {
    title: `Recovery drill of ${system.instance}`,
    verdict: evidence.verdict,
    lead: leadOf(evidence),
    startedAt: evidence.startedAt,
    finishedAt: evidence.finishedAt,
    reasons: evidence.reasons,
    alarms: teardown.leftovers.map(
      ({ kind, identifier, region, reason }) =>
        `The ${kind} ${identifier} in ${region} is still there: ${reason}. It costs money and holds production's data: remove it.`,
    ),
    measures: [measureOf('Recovery time', recoveryTime), measureOf('Recovery point', recoveryPoint)],
    phases: evidence.phases,
    checks: evidence.checks,
    notChecked: evidence.notChecked,
    facts: [
      ['Restored from', `${kinds[backup.kind]} ${backup.id}`],
      ['Asked for', backup.asked],
      ...optional('Data up to', backup.dataTime && utcText(backup.dataTime)),
      ...optional('Newest row', recoveryPoint.newestRow && utcText(recoveryPoint.newestRow)),
      ...optional(
        'Instant drawn',
        backup.drawn && `between ${backup.drawn.from} and ${backup.drawn.to}, seed ${backup.drawn.seed}`,
      ),
      ['Restored to', [target.kind, target.identifier, target.size && `(${target.size})`].filter(Boolean).join(' ')],
      ...(target.passedOver ?? []).map(
        ({ instanceClass, reason }) => [`Instead of ${instanceClass}`, `which ${reason}`] as const,
      ),
      ['Region', target.region],
      ['Removed', teardown.outcome === 'removed' ? 'everything' : teardown.outcome.replaceAll('-', ' ')],
      ...optional('Cost, about', costText(evidence.cost)),
      ['Run', evidence.runId],
      ...optional('Plan', evidence.planHash),
    ],
    history: historyOf(evidence, earlier),
    historyAllowedMilliseconds: recoveryTime.allowedMilliseconds,
    source: evidence,
  };
}

/** Says the backup by its time, which people know; its identifier is among the facts. */
function leadOf({ backup, verdict, recoveryTime, checks, error }: DrillEvidence): string {
  const time = backup.dataTime ?? backup.createdAt;
  const what = `${kinds[backup.kind]} ${time === undefined ? backup.id : `of ${utcText(time)}`}`;
  if (error !== undefined) return `Nothing was proven of the ${what}: ${error.message}.`;
  const passed = checks.filter((one) => one.verdict === 'passed').length;
  const { measuredMilliseconds: took } = recoveryTime;
  const within = took === undefined ? '' : ` in ${formatMilliseconds(took)}`;
  if (verdict === 'passed') return `The ${what} can be recovered from: restored and checked${within}.`;
  return `The ${what} was restored and checked${within}; ${passed} of ${checks.length} checks passed.`;
}

function measureOf(name: string, objective: DrillObjective): ReportMeasure {
  const { allowedMilliseconds, measuredMilliseconds, verdict, basis } = objective;
  return { name, allowedMilliseconds, measuredMilliseconds, verdict, basis };
}

function costText({ amount, currency, items }: DrillCost): string | undefined {
  if (amount !== undefined) return `${amount.toFixed(2)} ${currency}`;
  return items.length === 0 ? undefined : 'a price is not known';
}

/** The drills of the same kind: others take differently long. */
function historyOf(evidence: DrillEvidence, earlier: readonly DrillEvidence[]): readonly ReportRun[] {
  const kind = drillKind(evidence);
  const others = earlier.filter((one) => one.runId !== evidence.runId && drillKind(one) === kind);
  if (others.length === 0) return [];
  const runs = [...others, evidence].map(({ startedAt, verdict, recoveryTime }) => ({
    at: startedAt,
    verdict,
    milliseconds: recoveryTime.measuredMilliseconds,
  }));
  return runs.sort((a, b) => (a.at < b.at ? -1 : 1));
}
