import type { DrillEvidence, DrillVerdict } from './drill-evidence.js';

/** How long something takes, over several drills. */
export interface Spread {
  readonly drills: number;
  /** Half of them took at most so long. Absent where there are none. */
  readonly p50Milliseconds?: number | undefined;
  /** Nineteen of twenty took at most so long; of fewer the longest. */
  readonly p95Milliseconds?: number | undefined;
  /**
   * What it grows by in 30 days, by the median of the slopes between all pairs (Theil and Sen): one odd drill does not move it.
   * Absent below three drills.
   */
  readonly trendMillisecondsPerMonth?: number | undefined;
}

/** What drills say together: of one kind, or the durations mean nothing. */
export interface DrillStatistics {
  readonly verdicts: Readonly<Record<DrillVerdict, number>>;
  /** Of drills that restored and checked. */
  readonly recoveryTime: Spread;
  /** Of each part that was carried to its end, in the order in which they first come. */
  readonly phases: readonly ({ readonly phase: string } & Spread)[];
}

type Measured = Pick<DrillEvidence, 'verdict' | 'startedAt' | 'recoveryTime' | 'phases'>;

/** Puts drills together. Their order does not matter. */
export function drillStatistics(drills: readonly Measured[]): DrillStatistics {
  const count = (verdict: DrillVerdict): number => drills.filter((one) => one.verdict === verdict).length;
  const names = [...new Set(drills.flatMap(({ phases }) => phases.map(({ phase }) => phase)))];
  return {
    verdicts: { passed: count('passed'), partial: count('partial'), failed: count('failed') },
    recoveryTime: spreadOf(drills, ({ recoveryTime }) => recoveryTime.measuredMilliseconds),
    phases: names.map((phase) => ({
      phase,
      ...spreadOf(drills, ({ phases }) => {
        const done = phases.filter((one) => one.phase === phase && one.outcome === 'done');
        return done.length === 0 ? undefined : done.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
      }),
    })),
  };
}

function spreadOf(drills: readonly Measured[], measure: (drill: Measured) => number | undefined): Spread {
  const points = drills.flatMap((drill) => {
    const value = measure(drill);
    return value === undefined ? [] : [{ at: new Date(drill.startedAt).getTime(), value }];
  });
  const values = points.map(({ value }) => value).sort((a, b) => a - b);
  return {
    drills: values.length,
    p50Milliseconds: rank(values, 0.5),
    p95Milliseconds: rank(values, 0.95),
    trendMillisecondsPerMonth: points.length < 3 ? undefined : slope(points),
  };
}

/** The smallest value that so large a share of all is not above. */
function rank(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

function slope(points: readonly { readonly at: number; readonly value: number }[]): number | undefined {
  const month = 30 * 86_400_000;
  const slopes = points.flatMap((one, index) =>
    points
      .slice(index + 1)
      .filter(({ at }) => at !== one.at)
      .map((other) => ((other.value - one.value) / (other.at - one.at)) * month),
  );
  const median = rank(
    slopes.sort((a, b) => a - b),
    0.5,
  );
  // Nor is there a falling nothing.
  return median === undefined ? undefined : Math.round(median) || 0;
}
