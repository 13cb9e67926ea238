import type { Execution, StepResult } from '../execution.js';
import type { DumpRestorePlan } from '../restore-plan.js';
import type { AnalyzeStep } from '../restore-step.js';
import { withSession } from '../target-database.js';

/** Collects statistics: a dump has none, and without them the first queries are planned blindly (facts H18). */
export async function analyze(execution: Execution, plan: DumpRestorePlan, step: AnalyzeStep): Promise<StepResult> {
  await withSession(execution, plan, step.database, (session) => session.query('ANALYZE', [], execution.call));
  return { status: 'finished', facts: {} };
}
