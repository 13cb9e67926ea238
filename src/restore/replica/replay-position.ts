import { BackupError } from '../../core/errors.js';
import type { PortCall } from '../../ports/port-call.js';
import type { Row, SqlSession } from '../../ports/postgres.js';

/** How far a replica's server has come. JSON-safe. */
export interface ReplayPosition {
  /** Whether it is a replica's at all: a promoted one recovers no more. */
  readonly recovering: boolean;
  /** Whether it has a process that receives from the source. One that reads but may not see it is told that there is one. */
  readonly receiving: boolean;
  /** Up to where it has received the source's log, and up to where what it received can be seen. */
  readonly received?: string | undefined;
  readonly replayed?: string | undefined;
  /** ISO instant of the last transaction that it has replayed; absent where it has replayed none since it was started. */
  readonly replayedUntil?: string | undefined;
}

interface ReplayRow extends Row {
  readonly recovering: boolean;
  readonly receiving: boolean;
  readonly received: string | null;
  readonly replayed: string | null;
  readonly replayed_until: string | null;
}

/** Asks a replica's server how far it is. Errors: those of `SqlSession.query`. */
export async function readReplayPosition(session: SqlSession, call: PortCall): Promise<ReplayPosition> {
  const [row] = await session.query<ReplayRow>(
    `SELECT pg_catalog.pg_is_in_recovery() AS recovering,
            EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver) AS receiving,
            pg_catalog.pg_last_wal_receive_lsn()::text AS received,
            pg_catalog.pg_last_wal_replay_lsn()::text AS replayed,
            pg_catalog.date_part('epoch', pg_catalog.pg_last_xact_replay_timestamp())::numeric(20, 3)::text AS replayed_until`,
    [],
    call,
  );
  if (row === undefined) throw unanswered('how far it has replayed');
  const { recovering, receiving, received, replayed, replayed_until: until } = row;
  return {
    recovering,
    receiving,
    received: received ?? undefined,
    replayed: replayed ?? undefined,
    replayedUntil: until === null ? undefined : new Date(Math.round(Number(until) * 1_000)).toISOString(),
  };
}

/** Asks a source's server up to where its log is written: what a replica has to replay to have it all. Errors: those of `SqlSession.query`. */
export async function readWrittenPosition(session: SqlSession, call: PortCall): Promise<string> {
  // Of a source that follows another one itself, what it can pass on.
  const [row] = await session.query<{ readonly written: string }>(
    `SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                 ELSE pg_catalog.pg_current_wal_lsn() END::text AS written`,
    [],
    call,
  );
  if (typeof row?.written !== 'string') throw unanswered('up to where it has written');
  return row.written;
}

/** By how many bytes of log a replica is behind a position; never less than none. */
export function bytesBehind(written: string, replayed: string): number {
  return Math.max(0, Number(offsetOf(written) - offsetOf(replayed)));
}

/** `16/B374D848`: the high and the low half of a position in the log, in hexadecimal. */
function offsetOf(position: string): bigint {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(position) ?? [];
  if (high === undefined || low === undefined) throw unanswered(`where ${JSON.stringify(position)} is in its log`);
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

function unanswered(what: string): BackupError {
  return new BackupError({
    code: 'query-failed',
    message: `the server did not say ${what}`,
    hint: 'What answers at this address is no PostgreSQL server of version 10 or later.',
  });
}
