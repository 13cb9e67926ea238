import type { Clock } from '../../core/clock.js';
import type { ExecutionProgress } from '../../restore/execution/execution-progress.js';
import type { DrillPhase } from './drill-evidence.js';

/** Measures the parts of a drill as they pass. */
export interface PhaseClock {
  /** In the order in which they began. */
  readonly phases: readonly DrillPhase[];
  measure<Result>(phase: string, work: () => Promise<Result>): Promise<Result>;
}

/** A clock that has measured nothing yet; `tell` hears of every part that begins. */
export function createPhaseClock(clock: Clock, tell: (phase: string) => void = () => undefined): PhaseClock {
  const phases: DrillPhase[] = [];
  return {
    phases,
    measure: async (phase, work) => {
      const started = clock.now();
      const end = (outcome: DrillPhase['outcome']): void => {
        phases.push(drillPhase(phase, started.toISOString(), clock.now().toISOString(), outcome));
      };
      try {
        tell(phase);
        const result = await work();
        end('done');
        return result;
      } catch (error) {
        end('failed');
        throw error;
      }
    },
  };
}

/** A part between two ISO instants. */
export function drillPhase(
  phase: string,
  startedAt: string,
  finishedAt: string,
  outcome: DrillPhase['outcome'] = 'done',
): DrillPhase {
  const milliseconds = Math.max(0, new Date(finishedAt).getTime() - new Date(startedAt).getTime());
  return { phase, startedAt, finishedAt, milliseconds, outcome };
}

/** The steps of a restore as parts of a drill; the one that ended it, where one did, lasted until `endedAt`. */
export function phasesOfSteps(
  steps: readonly string[],
  progress: ExecutionProgress,
  endedAt: string,
): readonly DrillPhase[] {
  return steps.flatMap((step) => {
    const done = progress.finished.get(step);
    if (done !== undefined) return [drillPhase(step, done.startedAt, done.finishedAt)];
    const begun = progress.begun.get(step);
    return begun === undefined ? [] : [drillPhase(step, begun, endedAt, 'failed')];
  });
}
