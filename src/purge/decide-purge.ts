import { onlyRow } from '../checks/only-row.js';
import { quoteIdentifier } from '../checks/quote-sql.js';
import { withinDeadline } from '../checks/within-deadline.js';
import type { CallOptions } from '../core/call-options.js';
import { BackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import type { System } from '../system/define-system.js';
import { ageCondition } from './age-condition.js';
import { checkPurgeable } from './check-purgeable.js';
import type { PurgeDecision } from './purge-decision.js';
import { type CheckedPurge, checkPurgeRequest, type PurgeRequest } from './purge-request.js';

interface CountRow extends Readonly<Record<string, unknown>> {
  readonly rows: string;
  readonly kept: string;
  readonly oldest: Date | string | null;
}

/**
 * Finds out what deleting the rows beyond an age would delete (runbook: Audit Logs), and that a dump holds them. Reads only, the
 * whole table once. The cutoff is reckoned from this machine's clock or the server's, whichever is behind: a wrong clock deletes
 * too little. Partitions that hold nothing younger are dropped as a whole where the role owns them.
 *
 * Errors: `invalid-input`; `precondition-failed` where no row would be left, the dump does not hold the rows, or rows of other tables
 * would go along; `permission-denied`, `version-mismatch` before PostgreSQL 14, `dump-not-found`, those of connecting.
 *
 * @example
 * ```ts
 * const dump = await client.createDump({ tables: ['public.audit_logs'], reason: 'before the purge' });
 * const decision = await decidePurge(zephyr, {
 *   table: 'public.audit_logs', column: 'created_at', olderThan: '90d', archivedBy: dump.id,
 * });
 * const outcome = await carryOutPurge(zephyr, decision);
 * ```
 */
export async function decidePurge(
  system: System,
  request: PurgeRequest,
  options: CallOptions = {},
): Promise<PurgeDecision> {
  const purge = checkPurgeRequest(request);
  const database = purge.database ?? system.database.name;
  const { withPurgeSession } = await import('./purge-session.js');
  const { readPurgeFacts } = await import('./purge-facts.js');
  const { checkArchived } = await import('./archived-rows.js');
  const limits = { clock: system.clock, deadline: options.deadline, signal: options.signal };
  return withinDeadline(`deciding on a purge of ${purge.table}`, limits, (signal) =>
    withPurgeSession(system, database, { signal }, async (session) => {
      const call = { signal };
      const decidedAt = system.clock.now();
      const cutoff = new Date(
        Math.min(decidedAt.getTime(), await serverTime(session, call)) - purge.ageMilliseconds,
      ).toISOString();
      const read = await readPurgeFacts(session, { ...purge, cutoff }, call);
      const { facts, columnType } = checkPurgeable(read, purge, session.serverVersion);
      if (purge.archivedBy !== 'nobody')
        await checkArchived(system, purge.archivedBy, { ...purge, database, cutoff }, call);
      const counts = await countRows(session, purge, ageCondition(purge.column, columnType), cutoff, call);
      if (counts.keptRows === 0 && counts.rows > 0 && !purge.mayEmpty) throw wouldEmpty(purge, counts.rows, cutoff);
      return {
        database,
        table: purge.table,
        column: purge.column,
        columnType,
        cutoff,
        decidedAt: decidedAt.toISOString(),
        ...counts,
        wholePartitions: facts.partitions.flatMap(({ name, whole }) => (whole ? [name] : [])),
        ...(purge.archivedBy === 'nobody' ? {} : { archivedBy: purge.archivedBy }),
      };
    }),
  );
}

async function serverTime(session: SqlSession, call: PortCall): Promise<number> {
  const text = 'SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)::bigint::text AS now';
  return Number(onlyRow(await session.query<{ readonly now: string }>(text, [], call), "the server's clock").now);
}

async function countRows(
  session: SqlSession,
  { schema, name, column }: CheckedPurge,
  isOld: string,
  cutoff: string,
  call: PortCall,
): Promise<Pick<PurgeDecision, 'rows' | 'keptRows' | 'oldest'>> {
  const counted = await session.query<CountRow>(
    `SELECT pg_catalog.count(*) FILTER (WHERE ${isOld})::text AS rows, pg_catalog.count(*) FILTER (WHERE (${isOld}) IS NOT TRUE)::text AS kept,
            pg_catalog.to_char(pg_catalog.min(${quoteIdentifier(column)})::timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS oldest
       FROM ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
    [cutoff],
    call,
  );
  const { rows, kept, oldest } = onlyRow(counted, 'the counts');
  return { rows: Number(rows), keptRows: Number(kept), ...(oldest === null ? {} : { oldest: String(oldest) }) };
}

function wouldEmpty({ table, column }: CheckedPurge, rows: number, cutoff: string): BackupError {
  return new BackupError({
    code: 'precondition-failed',
    message: `all ${rows} rows of ${table} have a ${column} before ${cutoff}: none would be left`,
    hint: 'Check the column and the clocks, and whether rows are still being written; mayEmpty: true allows it.',
    details: { table, column, rows, cutoff },
  });
}
