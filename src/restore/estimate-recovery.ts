import { formatMilliseconds } from '../core/duration.js';
import type { DecidedCandidate } from './candidate-plan.js';
import type { DecidedPointInTime } from './decide-point-in-time-plan.js';
import type { PlanEstimate } from './restore-plan.js';

const minute = 60_000;

/**
 * How long a recovery takes and what it loses, as far as anybody can know beforehand. AWS documents no duration for a restore
 * (facts B21): the assumption is named, so that nobody takes it for a measurement.
 */
export function estimateRecovery(
  { facts, request, archive }: Pick<DecidedCandidate, 'facts' | 'request' | 'archive'>,
  from: { readonly storageGiB: number; readonly dataTime: Date },
  now: Date,
): PlanEstimate {
  const { storageGiB, dataTime } = from;
  const restore = Math.round((15 + storageGiB / 50) * minute);
  const renames = archive === undefined ? 0 : facts.production === undefined ? 1 : 2;
  const lostFrom = request.incidentAt ?? now;
  const recoveryPointMilliseconds = Math.max(0, lostFrom.getTime() - dataTime.getTime());
  return {
    recoveryTimeMilliseconds: restore + 5 * minute + renames * 10 * minute,
    recoveryPointMilliseconds,
    basis: [
      `restore of ${storageGiB} GiB: ${formatMilliseconds(restore)}, an assumption (15 min and 1 min for every 50 GiB) until a drill has measured it`,
      'configuration and checks: 5 min, an assumption',
      ...(renames === 0
        ? []
        : [`${renames} x rename: 10 min each, the time AWS names for a new endpoint to become effective`]),
      `data of ${formatMilliseconds(recoveryPointMilliseconds)}: from ${dataTime.toISOString()} to ${
        request.incidentAt === undefined ? 'the making of this plan' : 'the incident'
      }, ${lostFrom.toISOString()}`,
    ],
  };
}

/** The same of a restore to an instant. A source that can no longer be looked at is taken for one of 100 GiB. */
export function estimatePointInTime(
  decided: Pick<DecidedPointInTime, 'facts' | 'request' | 'restoreWindow' | 'archive'>,
  now: Date,
): PlanEstimate {
  const { facts, request, restoreWindow } = decided;
  const storageGiB = facts.source.instance?.allocatedStorageGiB ?? 100;
  const dataTime = request.restoreTo.kind === 'time' ? request.restoreTo.time : restoreWindow.latest;
  return estimateRecovery(decided, { storageGiB, dataTime }, now);
}
