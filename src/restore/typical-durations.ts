import type { ExpectedWait } from '../core/pause.js';

/** What earlier drills took, part by part: `drillHistory(system)` is one. */
export interface TypicalDurations {
  readonly phases: readonly {
    /** The kind of the step: `wait-for-instance`. */
    readonly phase: string;
    /** How many drills it was measured by. */
    readonly drills: number;
    readonly p50Milliseconds?: number | undefined;
    readonly p95Milliseconds?: number | undefined;
  }[];
}

/** Of fewer nobody can say how much they differ. */
const fewestDrills = 3;

/** However alike drills were, the next may differ by that much. */
const leastSpread = 0.05;

/** Between the middle of waits and the 95th of a hundred lie so many spreads. */
const spreadsToP95 = 1.645;

/** What is to be expected of a wait that has begun so long ago; `undefined` where too little is known. */
export function expectedOf(
  typical: TypicalDurations | undefined,
  phase: string,
  elapsedMilliseconds: number,
): ExpectedWait | undefined {
  const found = typical?.phases.find((one) => one.phase === phase);
  if (found?.p50Milliseconds === undefined || found.drills < fewestDrills) return undefined;
  const { p50Milliseconds: middle, p95Milliseconds: late = middle } = found;
  const spreadMilliseconds = Math.max((late - middle) / spreadsToP95, middle * leastSpread, 1);
  return { milliseconds: middle - elapsedMilliseconds, spreadMilliseconds };
}
