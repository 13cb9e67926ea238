import type { CallOptions } from '../core/call-options.js';
import { checkObject } from '../core/check-shape.js';
import type { System } from '../system/define-system.js';
import type { FailoverReport } from './failover/failover-report.js';
import type { FollowFailoverRequest } from './failover/watch-failover.js';

/**
 * Watches a failover that RDS, or ElastiCache, does by itself, or says at once that there is none: is it under way, since when, is it over, what has it
 * cost. Asks the database all the time to take a write, reads its description and its events, and changes nothing that anybody sees. It
 * ends when the database answers and RDS has nothing more to do, and otherwise after 30 minutes or at the deadline with what was seen.
 *
 * Errors: `invalid-input`, `instance-not-found`, `cache-not-found`, `invalid-state` before there is an endpoint, `authentication-failed` and others of a
 * connection that have nothing to do with an outage, and AWS's own.
 *
 * @example
 * ```ts
 * const { verdict, reason, told } = await followFailover(zephyr);
 * console.log(verdict, reason, told.startedAt);
 * ```
 */
export async function followFailover(
  system: System,
  request: FollowFailoverRequest = {},
  options: CallOptions = {},
): Promise<FailoverReport> {
  checkObject(request, 'request');
  const { watchFailover } = await import('./failover/watch-failover.js');
  return watchFailover(system, request, options);
}
