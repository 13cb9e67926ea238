import { checkObject } from '../../core/check-shape.js';
import { type Duration, parseDuration } from '../../core/duration.js';
import { invalidInput } from '../../core/errors.js';
import type { Objectives } from '../../core/objectives.js';

/** How closely a failover is watched. */
export interface FailoverWatch {
  /**
   * How often the server is asked to take a write, `'100ms'` to `'1m'`. The outage is known to within twice that. Default `'1s'`.
   */
  readonly probeEvery?: Duration | undefined;
  /** The longest that nobody may be able to write. Default: the objective for recovery time. */
  readonly outageWithin?: Duration | undefined;
}

/** How the database is to fail over. */
export interface FailoverRequest extends FailoverWatch {
  /** What waits for a restart, or is queued, may take effect with it. Required where there is such a thing. */
  readonly acknowledgePendingChanges?: boolean | undefined;
}

/** How the cache is to fail over. */
export interface CacheFailoverRequest extends FailoverWatch {
  /** Which part of a cache in cluster mode: `0001`. Default: the only one; required where there are several. */
  readonly nodeGroup?: string | undefined;
}

/** A watch that has been checked, with its defaults. */
export interface CheckedFailoverWatch {
  readonly probeEveryMilliseconds: number;
  readonly outageWithinMilliseconds: number;
}

/** Checks all that can be checked without a call. Errors: `invalid-input` names the field. */
export function checkFailoverWatch(watch: FailoverWatch, objectives: Objectives): CheckedFailoverWatch {
  checkObject(watch, 'request');
  const probeEveryMilliseconds = parseDuration(watch.probeEvery ?? '1s', 'probeEvery');
  if (probeEveryMilliseconds < 100 || probeEveryMilliseconds > 60_000) {
    throw invalidInput(
      'probeEvery',
      `is ${watch.probeEvery}`,
      "Give '100ms' to '1m': every question is a connection and a write.",
    );
  }
  return {
    probeEveryMilliseconds,
    outageWithinMilliseconds: parseDuration(watch.outageWithin ?? objectives.recoveryTime, 'outageWithin'),
  };
}

/** The node group that a request names. Errors: `invalid-input`. */
export function checkNodeGroup({ nodeGroup }: Pick<CacheFailoverRequest, 'nodeGroup'>): string | undefined {
  if (nodeGroup === undefined || (typeof nodeGroup === 'string' && /^\d{1,4}$/.test(nodeGroup))) return nodeGroup;
  throw invalidInput(
    'nodeGroup',
    `is no node group: ${JSON.stringify(nodeGroup)}`,
    "Write it as ElastiCache does: '0001'.",
  );
}
