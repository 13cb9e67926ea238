import type { CheckResult } from '../core/check-result.js';
import type { Clock } from '../core/clock.js';
import type { Duration } from '../core/duration.js';
import { isBackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import type { DatabasePlace } from '../system/database-target.js';
import { reasonOf } from './attempt.js';
import { checkFingerprint } from './check-fingerprint.js';
import { withDatabaseSnapshot } from './database-snapshot.js';
import type { SourceExpectation } from './expectation.js';
import type { DatabaseFingerprint } from './fingerprint.js';
import { fingerprintDatabase } from './fingerprint-database.js';
import { onlyRow } from './only-row.js';
import type { UserTable } from './user-tables.js';

const check = 'same-as';

/** Opens connections to another database. */
export type ConnectTo = (place: DatabasePlace, call: PortCall) => Promise<(call?: PortCall) => Promise<SqlSession>>;

/** How the other database is read. */
export interface SourceReading {
  readonly connectTo: ConnectTo | undefined;
  readonly statementTimeout: Duration;
  readonly clock: Clock;
}

/**
 * Fingerprints another database now, and holds this one against it. That the other cannot be read is no verdict on this one.
 */
export async function checkSameAs(
  sessions: readonly [SqlSession, ...SqlSession[]],
  tables: readonly UserTable[],
  source: SourceExpectation,
  { connectTo, statementTimeout, clock }: SourceReading,
  call: PortCall,
): Promise<CheckResult> {
  const { instance, endpoint, database, slice, tables: only, schemas, sample, bits } = source;
  const place = { instance, endpoint, database };
  const told = { source: JSON.parse(JSON.stringify(place)) as Readonly<Record<string, unknown>> };
  if (connectTo === undefined) {
    const summary = 'the other database cannot be reached from here: no way to connect to it was given';
    return { check, verdict: 'inconclusive', summary, evidence: told };
  }
  let reference: DatabaseFingerprint | undefined;
  try {
    const [first] = sessions;
    const own = await identityOf(first, call);
    const connect = await connectTo(place, call);
    const options = { sessions: sessions.length, statementTimeout, signal: call.signal };
    reference = await withDatabaseSnapshot(connect, options, async ({ sessions: others }) => {
      if ((await identityOf(others[0], call)) === own) return undefined;
      const what = { slice, tables: only, schemas, sample, bits };
      return fingerprintDatabase(others, { ...what, clock, signal: call.signal });
    });
  } catch (error) {
    call.signal?.throwIfAborted();
    // What was asked for is wrong, whatever the databases hold.
    if (!isBackupError(error) || error.code === 'invalid-input') throw error;
    const summary = `the other database could not be read: ${error.message}`;
    return { check, verdict: 'inconclusive', summary, evidence: { ...told, reason: reasonOf(error) } };
  }
  if (reference === undefined) {
    const summary = 'the other database is the very one that is checked, so being alike proves nothing';
    return { check, verdict: 'inconclusive', summary, evidence: told };
  }
  const result = await checkFingerprint(sessions, tables, reference, call);
  return { ...result, check, evidence: { ...told, ...result.evidence } };
}

/** Tells a database from every other: a copy of it is on another server, and that has started at another instant. */
async function identityOf(session: SqlSession, call: PortCall): Promise<string> {
  const rows = await session.query<{ identity: string }>(
    `SELECT pg_catalog.concat_ws(' ', oid, extract(epoch FROM pg_catalog.pg_postmaster_start_time())) AS identity
     FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()`,
    [],
    call,
  );
  return onlyRow(rows, 'the identity of the database').identity;
}
