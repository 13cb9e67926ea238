import type { CallOptions } from '../../core/call-options.js';
import type { TypicalDurations } from './typical-durations.js';

/** How the restore of an instance is planned. */
export interface PlanOptions extends CallOptions {
  /**
   * What earlier drills took, as `drillHistory` tells it: the plan's estimate then is the p50 of those that restored as it does, part by
   * part, and says their p95.
   * What fewer than three drills have measured stays an assumption.
   */
  readonly typical?: TypicalDurations | undefined;
}
