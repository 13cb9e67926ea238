import { formatMilliseconds } from '../../core/duration.js';
import type { DecidedCandidate } from '../instance/candidate-plan.js';
import type { DecidedPointInTime } from '../instance/decide-point-in-time-plan.js';
import type { PlanningContext } from './planning-context.js';
import type { PlanEstimate } from './restore-plan.js';
import { typicalOf } from './typical-durations.js';

const minute = 60_000;

/**
 * How long a recovery takes and what it loses, as far as anybody can know beforehand. AWS documents no duration for a restore
 * (facts B21): what no drill has measured is named as an assumption, so that nobody takes it for a measurement.
 */
export function estimateRecovery(
  { facts, request, context, archive }: Pick<DecidedCandidate, 'facts' | 'request' | 'context' | 'archive'>,
  from: { readonly storageGiB: number; readonly dataTime: Date },
  now: Date,
): PlanEstimate {
  const { storageGiB, dataTime } = from;
  const part = partsBy(context);
  const parts = [
    part('wait-for-instance', `restore of ${storageGiB} GiB`, {
      milliseconds: Math.round((15 + storageGiB / 50) * minute),
      because: 'an assumption (15 min and 1 min for every 50 GiB) until drills have measured it',
    }),
    part('apply-configuration', 'configuration', { milliseconds: 2 * minute, because: 'an assumption' }),
    part('check', 'checks', { milliseconds: 3 * minute, because: 'an assumption' }),
  ];
  const renames = archive === undefined ? 0 : facts.production === undefined ? 1 : 2;
  const lostFrom = request.incidentAt ?? now;
  const recoveryPointMilliseconds = Math.max(0, lostFrom.getTime() - dataTime.getTime());
  return {
    recoveryTimeMilliseconds: parts.reduce((sum, { milliseconds }) => sum + milliseconds, renames * 10 * minute),
    recoveryPointMilliseconds,
    basis: [
      ...parts.map(({ basis }) => basis),
      ...(renames === 0
        ? []
        : [`${renames} x rename: 10 min each, the time AWS names for a new endpoint to become effective`]),
      `data of ${formatMilliseconds(recoveryPointMilliseconds)}: from ${dataTime.toISOString()} to ${
        request.incidentAt === undefined ? 'the making of this plan' : 'the incident'
      }, ${lostFrom.toISOString()}`,
    ],
  };
}

interface Part {
  readonly milliseconds: number;
  readonly basis: string;
}

/** A part of a recovery by what drills took for it, or else by an assumption. */
function partsBy({ typical }: PlanningContext) {
  return (phase: string, title: string, assumed: { readonly milliseconds: number; readonly because: string }): Part => {
    const known = typicalOf(typical, phase);
    if (known === undefined) {
      const { milliseconds, because } = assumed;
      return { milliseconds, basis: `${title}: ${formatMilliseconds(milliseconds)}, ${because}` };
    }
    const milliseconds = Math.round(known.p50Milliseconds);
    const late = formatMilliseconds(Math.round(known.p95Milliseconds));
    const basis = `${title}: ${formatMilliseconds(milliseconds)}, the p50 of ${known.drills} drills (p95 ${late})`;
    return { milliseconds, basis };
  };
}

/** The same of a restore to an instant. A source that can no longer be looked at is taken for one of 100 GiB. */
export function estimatePointInTime(
  decided: Pick<DecidedPointInTime, 'facts' | 'request' | 'context' | 'restoreWindow' | 'archive'>,
  now: Date,
): PlanEstimate {
  const { facts, request, restoreWindow } = decided;
  const storageGiB = facts.source.instance?.allocatedStorageGiB ?? 100;
  const dataTime = request.restoreTo.kind === 'time' ? request.restoreTo.time : restoreWindow.latest;
  return estimateRecovery(decided, { storageGiB, dataTime }, now);
}
