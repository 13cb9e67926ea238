import type { Objectives } from '../core/objectives.js';

/** What a plan is made for. */
export interface PlanningContext {
  readonly region: string;
  readonly instance: string;
  readonly database: string;
  readonly objectives: Objectives;
}
