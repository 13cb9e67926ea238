import { withSession } from '../dump/target-database.js';
import type { Execution, StepResult } from '../execution/execution.js';
import type { DumpRestorePlan } from '../plan/restore-plan.js';
import type { AnalyzeStep } from '../plan/restore-step.js';

/**
 * Tables that have foreign tables among their parts, and all others. Analyzing the former would sign in to other servers: one that is not
 * reached fails the restore, and one that is may be production's.
 */
const readTables = `
WITH RECURSIVE above AS (
  SELECT inhparent AS id FROM pg_catalog.pg_inherits JOIN pg_catalog.pg_class ON oid = inhrelid AND relkind = 'f'
  UNION SELECT inhparent FROM pg_catalog.pg_inherits JOIN above ON inhrelid = above.id)
SELECT pg_catalog.count(*) FILTER (WHERE above.id IS NOT NULL)::int AS foreign_parts,
       pg_catalog.string_agg(pg_catalog.format('%I.%I', nspname, relname), ', ') FILTER (WHERE above.id IS NULL) AS others
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_namespace AS space ON space.oid = relnamespace
LEFT JOIN above ON above.id = class.oid
WHERE relkind IN ('r', 'p', 'm') AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'`;

/** Collects statistics: a dump has none, and without them the first queries are planned blindly (facts H18). */
export async function analyze(execution: Execution, plan: DumpRestorePlan, step: AnalyzeStep): Promise<StepResult> {
  await withSession(execution, plan, step.database, async (session) => {
    const [found] = await session.query<{ foreign_parts: number; others: string | null }>(
      readTables,
      [],
      execution.call,
    );
    if (found === undefined || found.foreign_parts === 0) return session.query('ANALYZE', [], execution.call);
    return found.others === null ? [] : session.query(`ANALYZE ${found.others}`, [], execution.call);
  });
  return { status: 'finished', facts: {} };
}
