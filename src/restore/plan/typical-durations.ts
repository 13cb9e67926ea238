import { invalidInput } from '../../core/errors.js';
import type { ExpectedWait } from '../../core/pause.js';
import type { RestorePlan } from './restore-plan.js';

/** What drills of one kind took, part by part. */
export interface TypicalPhases {
  readonly phases: readonly {
    /** The kind of the step: `wait-for-instance`. */
    readonly phase: string;
    /** How many drills it was measured by. */
    readonly drills: number;
    readonly p50Milliseconds?: number | undefined;
    readonly p95Milliseconds?: number | undefined;
  }[];
}

/**
 * What earlier drills took, by what they restored: `drillHistory(system)` is one. A plan goes by drills of its own kind only: how long
 * logs are replayed says nothing about a snapshot.
 */
export interface TypicalDurations {
  readonly byKind: {
    readonly 'database-snapshot'?: TypicalPhases | undefined;
    readonly 'point-in-time'?: TypicalPhases | undefined;
  };
}

/** Of fewer nobody can say how much they differ. */
const fewestDrills = 3;

/** However alike drills were, the next may differ by that much. */
const leastSpread = 0.05;

/** Between the middle of waits and the 95th of a hundred lie so many spreads. */
const spreadsToP95 = 1.645;

/** Half of the drills took at most the one, nineteen of twenty at most the other. */
export interface TypicalDuration {
  readonly drills: number;
  readonly p50Milliseconds: number;
  readonly p95Milliseconds: number;
}

/** What drills took for a part; `undefined` where too few have measured it. */
export function typicalOf(typical: TypicalPhases | undefined, phase: string): TypicalDuration | undefined {
  const found = typical?.phases.find((one) => one.phase === phase);
  if (found?.p50Milliseconds === undefined || found.drills < fewestDrills) return undefined;
  const { drills, p50Milliseconds, p95Milliseconds = p50Milliseconds } = found;
  return { drills, p50Milliseconds, p95Milliseconds };
}

/** What is to be expected of a wait that has begun so long ago; `undefined` where too little is known. */
export function expectedOf(
  typical: TypicalPhases | undefined,
  phase: string,
  elapsedMilliseconds: number,
): ExpectedWait | undefined {
  const found = typicalOf(typical, phase);
  if (found === undefined) return undefined;
  const { p50Milliseconds: middle, p95Milliseconds: late } = found;
  const spreadMilliseconds = Math.max((late - middle) / spreadsToP95, middle * leastSpread, 1);
  return { milliseconds: middle - elapsedMilliseconds, spreadMilliseconds };
}

/** What drills took that restored as a plan of this kind does: what is restored to a database or a cache is not waited for by it. */
export function typicalFor(
  typical: TypicalDurations | undefined,
  plan: RestorePlan['kind'],
): TypicalPhases | undefined {
  if (plan === 'snapshot') return typical?.byKind['database-snapshot'];
  return plan === 'point-in-time' ? typical?.byKind['point-in-time'] : undefined;
}

/** Checks what a caller has put together, which need not come from `drillHistory`. Errors: `invalid-input` naming `typical`. */
export function checkTypical(typical: TypicalDurations | undefined): TypicalDurations | undefined {
  if (typical === undefined) return undefined;
  const byKind: unknown = (typical as { byKind?: unknown } | null)?.byKind;
  if (isObject(byKind) && Object.values(byKind).every(isTypical)) return typical;
  throw invalidInput(
    'typical',
    'is no history of drills',
    'Give await drillHistory(system): by kind its phases, of which each has a name, how many drills measured it, and milliseconds.',
  );
}

function isObject(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null;
}

function isTypical(given: unknown): boolean {
  if (given === undefined) return true;
  return isObject(given) && Array.isArray(given.phases) && given.phases.every(isPhase);
}

function isPhase(given: unknown): boolean {
  if (!isObject(given)) return false;
  const { phase, drills, p50Milliseconds, p95Milliseconds } = given;
  const isAmount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;
  return (
    typeof phase === 'string' &&
    isAmount(drills) &&
    [p50Milliseconds, p95Milliseconds].every((value) => value === undefined || isAmount(value))
  );
}
