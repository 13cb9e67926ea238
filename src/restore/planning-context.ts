import type { Objectives } from '../core/objectives.js';
import type { TypicalPhases } from './typical-durations.js';

/** What a plan is made for. */
export interface PlanningContext {
  readonly region: string;
  readonly instance: string;
  readonly database: string;
  readonly objectives: Objectives;
  /** What drills of the plan's kind have measured; the estimate assumes the rest. */
  readonly typical?: TypicalPhases | undefined;
}
