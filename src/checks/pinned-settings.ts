import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';

/**
 * Whatever changes what a value prints as, how a name resolves, or which rows a role sees. `row_security = off` makes a
 * policy that would hide rows an error instead (facts H5).
 */
const pinned: readonly (readonly [setting: string, value: string])[] = [
  ['TimeZone', 'UTC'],
  ['DateStyle', 'ISO, YMD'],
  ['IntervalStyle', 'postgres'],
  ['extra_float_digits', '3'],
  ['bytea_output', 'hex'],
  ['lc_monetary', 'C'],
  ['quote_all_identifiers', 'off'],
  ['search_path', 'pg_catalog'],
  ['row_security', 'off'],
  // Compiling takes seconds for queries on the catalog, whose costs the planner overrates.
  ['jit', 'off'],
];

/**
 * Runs `work` inside the session's open transaction with these settings, and sets them back. A statement that fails in
 * `work` does not spoil the transaction for what comes after.
 */
export async function withPinnedSettings<Result>(
  session: SqlSession,
  call: PortCall,
  work: () => Promise<Result>,
): Promise<Result> {
  await session.query('SAVEPOINT zephyr_pinned', [], call);
  try {
    const settings = pinned.map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`);
    await session.query(`SELECT ${settings.join(', ')}`, [], call);
    const result = await work();
    await rollBack(session, call);
    return result;
  } catch (error) {
    // Where even this fails the connection is gone, and the first error says why.
    await rollBack(session, {}).catch(() => undefined);
    throw error;
  }
}

async function rollBack(session: SqlSession, call: PortCall): Promise<void> {
  await session.query('ROLLBACK TO SAVEPOINT zephyr_pinned', [], call);
  await session.query('RELEASE SAVEPOINT zephyr_pinned', [], call);
}
