import { quoteIdentifier, quoteLiteral } from '../../checks/quote-sql.js';
import { BackupError } from '../../core/errors.js';
import type { SqlSession } from '../../ports/postgres.js';
import { connectToDatabase } from '../../system/database-target.js';
import type { Execution } from '../execution/execution.js';
import type { DumpRestorePlan } from '../plan/restore-plan.js';
import { databaseMark } from './database-mark.js';
import { dropDatabase, findDatabase, maintenanceDatabase } from './server-databases.js';

/** What the database to restore into is like. `ours`: made by an execution of this very plan. */
export type TargetDatabaseState = 'absent' | 'empty' | 'not-empty' | 'ours-empty' | 'ours-not-empty';

/** Runs `work` with one connection to a database of the plan's server. */
export async function withSession<T>(
  execution: Execution,
  plan: DumpRestorePlan,
  database: string,
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  const endpoint = { address: plan.into.host, port: plan.into.port };
  const session = await connectToDatabase(execution.system, { endpoint, database }, execution.call);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Looks at the database to restore into. */
export async function lookAtTarget(execution: Execution, plan: DumpRestorePlan): Promise<TargetDatabaseState> {
  const { database } = plan.into;
  const found = await withSession(execution, plan, maintenanceDatabase, (session) =>
    findDatabase(session, database, execution.call),
  );
  if (found === undefined) return 'absent';
  const empty = await withSession(execution, plan, database, (session) => isEmpty(session, execution));
  if (found.comment?.includes(execution.operationId)) return empty ? 'ours-empty' : 'ours-not-empty';
  return empty ? 'empty' : 'not-empty';
}

/** Makes the database, marked as ours. The mark is not in one transaction with it: see `claimTarget`. */
export async function makeTarget(execution: Execution, plan: DumpRestorePlan): Promise<void> {
  await withSession(execution, plan, maintenanceDatabase, async (session) => {
    // From template0: what an administrator has put into template1 would be in the way of the archive's own.
    await session.query(
      `CREATE DATABASE ${quoteIdentifier(plan.into.database)} TEMPLATE template0`,
      [],
      execution.call,
    );
  });
  await claimTarget(execution, plan);
}

/** Marks a database that we made, so that a later run, or one after a crash, knows it may make it anew. */
export async function claimTarget(execution: Execution, plan: DumpRestorePlan): Promise<void> {
  const mark = databaseMark(plan.facts.dump, execution.operationId, plan.temporary?.tags);
  await withSession(execution, plan, maintenanceDatabase, async (session) => {
    await session.query(
      `COMMENT ON DATABASE ${quoteIdentifier(plan.into.database)} IS ${quoteLiteral(mark)}`,
      [],
      execution.call,
    );
  });
}

/** Makes those schemas that are not there. They do not keep a database from counting as empty. */
export async function makeSchemas(
  execution: Execution,
  plan: DumpRestorePlan,
  schemas: readonly string[],
): Promise<void> {
  if (schemas.length === 0) return;
  await withSession(execution, plan, plan.into.database, async (session) => {
    for (const schema of schemas) {
      await session.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`, [], execution.call);
    }
  });
}

/** Drops the database if it carries our mark, and nothing else ever. Returns whether it did. */
export async function dropOwnTarget(execution: Execution, plan: DumpRestorePlan): Promise<boolean> {
  const state = await lookAtTarget(execution, plan);
  if (state !== 'ours-empty' && state !== 'ours-not-empty') return false;
  await withSession(execution, plan, maintenanceDatabase, (session) =>
    dropDatabase(session, plan.into.database, execution.call),
  );
  return true;
}

/** The error for a database that holds something already and is not ours. */
export function targetNotEmpty(plan: DumpRestorePlan): BackupError {
  return new BackupError({
    code: 'precondition-failed',
    message: `the database ${plan.into.database} on ${plan.into.host} is not empty`,
    hint: 'Restore into a database of another name: nothing is ever restored over existing data.',
    details: { database: plan.into.database, host: plan.into.host },
  });
}

/**
 * No relation, function or type that somebody made, extensions' own aside. What follows from another by itself is not asked about:
 * the index of an extension's table and the array of its type are not marked as the extension's.
 */
async function isEmpty(session: SqlSession, execution: Execution): Promise<boolean> {
  const own = (catalog: string, namespace: string, which = 'true'): string =>
    `SELECT 1 FROM pg_catalog.${catalog} o JOIN pg_catalog.pg_namespace n ON n.oid = o.${namespace}
      WHERE o.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND ${which}
        AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                         WHERE d.classid = 'pg_catalog.${catalog}'::regclass AND d.objid = o.oid AND d.deptype = 'e')`;
  const [row] = await session.query<{ readonly taken: boolean }>(
    `SELECT EXISTS (${own('pg_class', 'relnamespace', "o.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')")})
         OR EXISTS (${own('pg_proc', 'pronamespace')})
         OR EXISTS (${own('pg_type', 'typnamespace', "o.typtype IN ('b', 'd', 'e', 'r') AND o.typcategory <> 'A'")}) AS taken`,
    [],
    execution.call,
  );
  return row?.taken === false;
}
