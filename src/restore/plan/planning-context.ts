import type { Objectives } from '../../core/objectives.js';
import type { System } from '../../system/define-system.js';
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

/** What the system's plans are made for. */
export function planningContext(
  { aws, database, objectives }: System,
  typical?: TypicalPhases | undefined,
): PlanningContext {
  return { region: aws.region, instance: database.instance, database: database.name, objectives, typical };
}
