import { formatMilliseconds } from '../../core/duration.js';
import type { PlanEstimate, PlanWarning } from '../plan/restore-plan.js';
import { candidateWarnings } from './candidate-warnings.js';
import type { DecidedPointInTime } from './decide-point-in-time-plan.js';
import { engineWarnings } from './engine-support.js';

/** Beyond this the logs are stuck rather than on their way (facts B9). */
const suspiciousLag = 15 * 60_000;

/** Everything that a person should know before approving a point-in-time plan. */
export function pointInTimeWarnings(
  decided: DecidedPointInTime,
  estimate: PlanEstimate,
  now: Date,
): readonly PlanWarning[] {
  return [...timeWarnings(decided, now), ...candidateWarnings(decided, estimate)];
}

function timeWarnings({ request, restoreWindow, facts }: DecidedPointInTime, now: Date): readonly PlanWarning[] {
  const warnings: PlanWarning[] = [
    ...engineWarnings(
      facts.engine,
      'restore a manual snapshot that was brought to an offered version first (ModifyDBSnapshot with EngineVersion), or a dump',
    ),
  ];
  if (request.restoreTo.kind === 'time' && request.restoreTo.floored) {
    const message = `RDS restores to whole seconds: the time was cut to ${request.restoreTo.time.toISOString()}`;
    warnings.push({ code: 'restore-time-floored', message });
  }
  if (restoreWindow.earliest === undefined) {
    const message = 'RDS lists no automated backup yet: how far back the window reaches could not be checked';
    warnings.push({ code: 'earliest-restorable-time-unknown', message });
  }
  const lag = now.getTime() - restoreWindow.latest.getTime();
  if (lag > suspiciousLag && facts.source.instance !== undefined) {
    const message = `the newest log that can be restored is ${formatMilliseconds(lag)} old, usual are five minutes: log shipping may be stuck`;
    warnings.push({ code: 'log-shipping-behind', message });
  }
  return warnings;
}
