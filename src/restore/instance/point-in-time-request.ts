import { checkDate } from '../plan/check-date.js';
import {
  type CandidateRequest,
  type CheckedCandidateRequest,
  checkCandidateRequest,
  checkResourceId,
  type Promotion,
} from './candidate-request.js';

/** What to restore, to when, and what to do with it. */
export interface PointInTimeRequest extends CandidateRequest {
  /**
   * The instant, inclusive: the last second before the damage (facts B10). RDS takes whole seconds; a fraction is cut off,
   * and the plan says so. `latest`: as far as the logs reach.
   */
  readonly restoreTime: Date | 'latest';
  /**
   * Whose history to restore from, by `DbiResourceId`: an instance that was renamed away, a deleted one whose automated
   * backups were kept (facts B11), or one of another region whose automated backups are replicated to this one. Default: the
   * production instance.
   */
  readonly source?: { readonly resourceId: string } | undefined;
  readonly promote: Promotion;
}

/** A request that has been checked, with its defaults. */
export interface CheckedPointInTimeRequest extends CheckedCandidateRequest {
  readonly restoreTo:
    | { readonly kind: 'time'; readonly time: Date; readonly floored: boolean }
    | { readonly kind: 'latest' };
  readonly sourceResourceId: string | undefined;
}

/** Checks all of a request that can be checked without a call. Errors: `invalid-input` names the field. */
export function checkPointInTimeRequest(request: PointInTimeRequest, production: string): CheckedPointInTimeRequest {
  const { source } = request;
  return {
    ...checkCandidateRequest(request, production),
    restoreTo: checkRestoreTime(request.restoreTime),
    sourceResourceId: source === undefined ? undefined : checkResourceId(source.resourceId, 'source.resourceId'),
  };
}

function checkRestoreTime(restoreTime: Date | 'latest'): CheckedPointInTimeRequest['restoreTo'] {
  if (restoreTime === 'latest') return { kind: 'latest' };
  checkDate(restoreTime, 'restoreTime');
  const milliseconds = restoreTime.getTime();
  // Down, never up: a fraction later could hold the very damage (facts B7).
  const floor = Math.floor(milliseconds / 1_000) * 1_000;
  return { kind: 'time', time: new Date(floor), floored: floor !== milliseconds };
}
