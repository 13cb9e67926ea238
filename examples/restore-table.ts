import { createMemoryJournal, RestorePlanner, renderPlan, type System } from '@zephyr/backup';

/** What is needed of a connection: `pg.Client` is one. */
interface Connection {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
}

/** The votes as they were in the newest dump, whole, in a database beside production. Nothing of production is touched. */
export async function restoreVotesBeside(zephyr: System, database: string): Promise<void> {
  const planner = new RestorePlanner(zephyr);
  const plan = await planner.planDumpRestore({ dump: 'latest', into: { database }, tables: ['public.votes'] });
  console.log(renderPlan(plan));
  await planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
}

/** Those that production still has are left as they are. */
async function insertMissing(production: Connection, votes: readonly unknown[]): Promise<number> {
  const inserted = await production.query(
    `INSERT INTO public.votes SELECT * FROM jsonb_populate_recordset(NULL::public.votes, $1)
     ON CONFLICT (id) DO NOTHING RETURNING id`,
    [JSON.stringify(votes)],
  );
  return inserted.rows.length;
}

/** Brings rows back that production has lost. What it still has is left as it is; all of it happens, or nothing. */
export async function bringVotesBack(beside: Connection, production: Connection): Promise<number> {
  let last = 0;
  let brought = 0;
  await production.query('BEGIN');
  try {
    for (;;) {
      const text = 'SELECT id, to_jsonb(v) AS vote FROM public.votes v WHERE id > $1 ORDER BY id LIMIT 1000';
      const { rows } = await beside.query(text, [last]);
      if (rows.length === 0) break;
      last = Number(rows.at(-1)?.id);
      brought += await insertMissing(
        production,
        rows.map(({ vote }) => vote),
      );
    }
    // The next vote must not get a number that one of these has.
    await production.query(
      `SELECT setval(pg_get_serial_sequence('public.votes', 'id'), GREATEST(max(id), nextval(pg_get_serial_sequence('public.votes', 'id'))))
         FROM public.votes`,
    );
    await production.query('COMMIT');
    return brought;
  } catch (error) {
    await production.query('ROLLBACK');
    throw error;
  }
}
