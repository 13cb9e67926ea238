import { onlyRow } from '../checks/only-row.js';
import type { Clock } from '../core/clock.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import type { PurgedLeaf } from './purge-facts.js';

/** How long one transaction is to take, in milliseconds: nobody notices it, and thousands of rows fit in. */
const aim = 25;

/** Blocks of the first transaction. */
const firstBlocks = 32;

/** One transaction of many. */
export interface DeletedBlocks {
  readonly rows: number;
  readonly milliseconds: number;
}

/**
 * Deletes the rows of a table that meet a condition, a range of blocks after the other, each in a transaction of its own that takes about
 * the time aimed at: locks, replicas and whoever stops it never have to do with more (facts H22). It goes through the table once
 * without an index, and what is done is done: the next run finds the rest.
 */
export async function* deleteRows(
  session: SqlSession,
  leaf: PurgedLeaf,
  condition: { readonly sql: string; readonly parameter: string },
  clock: Clock,
  call: PortCall,
): AsyncGenerator<DeletedBlocks, void, undefined> {
  const text = `WITH gone AS (
    DELETE FROM ONLY ${leaf.sql} WHERE ctid >= $2::tid AND ctid < $3::tid AND ${condition.sql} RETURNING 1)
    SELECT pg_catalog.count(*)::text AS rows FROM gone`;
  let size = firstBlocks;
  for (let block = 0; block < leaf.blocks; ) {
    const end = Math.min(leaf.blocks, block + size);
    const began = clock.now().getTime();
    const parameters = [condition.parameter, `(${block},0)`, `(${end},0)`];
    const { rows } = onlyRow(
      await session.query<{ readonly rows: string }>(text, parameters, call),
      'what was deleted',
    );
    const milliseconds = clock.now().getTime() - began;
    yield { rows: Number(rows), milliseconds };
    block = end;
    if (milliseconds > aim * 1.5) size = Math.max(1, size >> 1);
    else if (milliseconds < aim / 2) size *= 2;
  }
}
