import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CheckDatabaseOptions, checkDatabase } from '../../src/checks/check-database.js';
import { withDatabaseSnapshot } from '../../src/checks/database-snapshot.js';
import { describeStructure } from '../../src/checks/describe-structure.js';
import type { DatabaseExpectation } from '../../src/checks/expectation.js';
import type { DatabaseFingerprint } from '../../src/checks/fingerprint.js';
import { type FingerprintOptions, fingerprintDatabase } from '../../src/checks/fingerprint-database.js';
import type { CheckReport, CheckResult } from '../../src/core/check-result.js';
import { systemClock } from '../../src/core/clock.js';
import type { SqlSession } from '../../src/ports/postgres.js';
import { oddDatabase } from './odd-database.sql.js';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.js';
import { zephyrDatabase } from './zephyr-database.sql.js';

let server: TemporaryPostgres;
let zephyr: string;

beforeAll(async () => {
  server = await startTemporaryPostgres();
  zephyr = await server.createDatabase();
  await server.sql(zephyr, zephyrDatabase);
});
afterAll(() => server?.stop());

const check = (
  database: string,
  expectation: DatabaseExpectation,
  options: Partial<CheckDatabaseOptions> & { user?: string } = {},
): Promise<CheckReport> =>
  checkDatabase(({ signal }) => server.connect(database, { signal, ...options }), expectation, {
    clock: systemClock,
    ...options,
  });

const fingerprintOf = (database: string, options?: FingerprintOptions): Promise<DatabaseFingerprint> =>
  withDatabaseSnapshot(
    () => server.connect(database),
    { sessions: 2 },
    ({ sessions }) => fingerprintDatabase(sessions, options),
  );

/** The one result of a check that is not a pass, or the whole report where that is not what came. */
const only = (report: CheckReport): CheckResult | CheckReport => {
  const bad = report.checks.filter(({ verdict }) => verdict !== 'passed');
  return bad.length === 1 && bad[0] !== undefined && bad[0].verdict === report.verdict ? bad[0] : report;
};

const target = '2025-11-09T14:25:00Z';
const everything: DatabaseExpectation = {
  atLeastRows: { 'public.votes': 500, 'public.polls': 50, 'public.parts': 150 },
  boundaries: [
    { table: 'public.votes', column: 'created_at', notAfter: target, notBefore: '2025-11-09T14:24:55Z' },
    { table: 'public.audit_logs', column: 'created_at', notAfter: target, notBefore: '2025-11-09T14:20:00Z' },
    { table: 'public.bookings', column: 'day', notAfter: target, notBefore: '2025-11-09T00:00:00Z' },
  ],
  consistency: ['foreign-keys', 'sequences', 'indexes', 'primary-keys'],
};

describe('a sound database', () => {
  it('passes every check, with evidence', async () => {
    const fingerprint = await fingerprintOf(zephyr);
    const report = await check(zephyr, { ...everything, fingerprint }, { sessions: 3 });
    expect(report.checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
    expect(report.verdict).toBe('passed');
    expect(report.checks.map((one) => one.check)).toEqual([
      'fingerprint',
      'rows',
      'rows',
      'rows',
      'boundary',
      'boundary',
      'boundary',
      'foreign-keys',
      'sequences',
      'indexes',
      'primary-keys',
    ]);
    expect(report.checks[4]?.evidence).toMatchObject({ newest: '2025-11-09T14:24:59.5Z', gapMilliseconds: 500 });
    expect(report.checks[7]?.evidence).toMatchObject({ checked: 6 });
    expect(report.checks[8]?.evidence).toMatchObject({ checked: 5 });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(Date.parse(report.finishedAt)).toBeGreaterThanOrEqual(Date.parse(report.startedAt));
  });

  it('passes after pg_dump and pg_restore, and for a session with other settings', async () => {
    const fingerprint = await fingerprintOf(zephyr);
    const restored = await server.dumpAndRestore(zephyr);
    const report = await checkDatabase(
      () =>
        server.connect(restored, {
          settings: ["TimeZone = 'Pacific/Auckland'", "DateStyle = 'SQL, DMY'", 'search_path = nowhere'],
        }),
      { ...everything, fingerprint },
      { clock: systemClock },
    );
    expect(report.checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
  });

  it('may have odd types and names', async () => {
    const odd = await server.createDatabase();
    await server.sql(odd, oddDatabase);
    const report = await check(odd, {
      fingerprint: await fingerprintOf(odd),
      consistency: ['foreign-keys', 'sequences', 'indexes'],
      boundaries: [
        { table: 'public.measures', column: 'at', notAfter: target, notBefore: '2025-01-01T00:00:00+02:00' },
      ],
      atLeastRows: { '"Odd ""Schema"".x"."Ta.ble ""1"""': 3 },
    });
    expect(report.checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
  });

  it('equals its slice while it lives on, and is told from one that lost rows of it', async () => {
    const copy = await server.createDatabase(zephyr);
    const slice = { column: 'created_at', notAfter: target };
    const fingerprint = await fingerprintOf(copy, { slice });
    await server.sql(copy, "INSERT INTO votes (poll_id, created_at) VALUES (1, '2025-11-09 14:25:01+00')");
    expect((await check(copy, { fingerprint })).verdict).toBe('passed');
    await server.sql(copy, 'DELETE FROM votes WHERE id = 3');
    expect((await check(copy, { fingerprint })).verdict).toBe('failed');
  });
});

describe('what is not sound in the expected structure either', () => {
  it('is excused and named; what is not sound beyond it still fails', async () => {
    const database = await server.createDatabase();
    await server.sql(
      database,
      `CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int CONSTRAINT known REFERENCES a, c int CONSTRAINT fine REFERENCES a);
       CREATE INDEX half ON b (a); CREATE INDEX whole ON b (c); ALTER TABLE b ALTER CONSTRAINT known DEFERRABLE;
       UPDATE pg_constraint SET convalidated = false WHERE conname = 'known'; UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'half'::regclass;
       SET session_replication_role = replica; INSERT INTO b (a) VALUES (7)`,
    );
    const structure = await withDatabaseSnapshot(
      () => server.connect(database),
      {},
      ({ sessions: [session] }) => describeStructure(session),
    );
    const consistency = ['foreign-keys', 'indexes'] as const;
    const before = await check(database, { structure, consistency });
    expect(before.checks.map(({ verdict, summary }) => `${verdict}: ${summary}`)).toEqual([
      expect.stringMatching(/^passed: \d+ objects are as expected$/),
      'passed: 1 foreign keys are sound, and 1 not, as is expected: public.b known',
      'passed: 2 indexes are sound, and 1 not, as is expected: public.half',
    ]);
    expect((await check(database, { consistency })).checks).toMatchObject([
      { verdict: 'failed' },
      { verdict: 'failed' },
    ]);
    await server.sql(
      database,
      `UPDATE pg_constraint SET convalidated = false WHERE conname = 'fine'; UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'whole'::regclass`,
    );
    expect((await check(database, { structure, consistency })).checks).toMatchObject([
      { check: 'structure', verdict: 'failed', evidence: { different: 2 } },
      { check: 'foreign-keys', verdict: 'failed', summary: expect.stringContaining('public.b fine') },
      { check: 'indexes', verdict: 'failed', summary: expect.stringContaining('public.whole') },
    ]);
    await server.sql(
      database,
      "UPDATE pg_trigger SET tgenabled = 'D' WHERE tgconstraint IN (SELECT oid FROM pg_constraint WHERE conname = 'known')",
    );
    const off = await check(database, { structure, consistency: ['foreign-keys'] });
    expect(JSON.stringify(off.checks[1]?.evidence.failed)).toContain(
      'public.b known","verdict":"failed","reason":"its triggers',
    );
  });
});

describe('damage', () => {
  it('that pg_restore --table does is caught: no key, no sequence, rows as before', async () => {
    const copy = await server.createDatabase(zephyr);
    await server.sql(
      copy,
      'CREATE TABLE x AS SELECT * FROM audit_logs; DROP TABLE audit_logs; ALTER TABLE x RENAME TO audit_logs',
    );
    expect(only(await check(copy, everything))).toMatchObject({ check: 'primary-keys', verdict: 'failed' });
  });

  it('names the first differences, and counts all', async () => {
    const wide = await server.createDatabase();
    await server.sql(
      wide,
      `DO $$ BEGIN FOR i IN 1..120 LOOP EXECUTE format('CREATE TABLE t%s (id int)', i); END LOOP; END $$`,
    );
    const fingerprint = await fingerprintOf(wide);
    const empty = await server.createDatabase();
    const [result] = (await check(empty, { fingerprint })).checks;
    expect(result).toMatchObject({ verdict: 'failed', evidence: { different: 120 } });
    expect(result?.evidence.differences).toHaveLength(100);
    const [keys] = (await check(wide, { consistency: ['primary-keys'] })).checks;
    expect(keys).toMatchObject({ verdict: 'failed', evidence: { failures: 120, checked: 120 } });
    expect(keys?.evidence.failed).toHaveLength(50);
  });
});

describe('what cannot be found out', () => {
  it.each([
    ['an unknown table', { table: 'public.vote', column: 'created_at' }, /there is no such table/],
    ['an unknown column', { table: 'public.votes', column: 'created' }, /no column created/],
    ['a column of another type', { table: 'public.votes', column: 'id' }, /no column id that holds instants/],
  ])('is inconclusive: a boundary on %s', async (_name, place, summary) => {
    const boundaries = [{ ...place, notAfter: target, notBefore: target }];
    expect(only(await check(zephyr, { boundaries }))).toMatchObject({
      verdict: 'inconclusive',
      summary: expect.stringMatching(summary),
    });
  });

  it('is inconclusive: no check at all, and consistency of a database without tables', async () => {
    expect(await check(zephyr, {})).toMatchObject({ verdict: 'inconclusive', checks: [] });
    const empty = await server.createDatabase();
    const report = await check(empty, { consistency: ['foreign-keys', 'sequences', 'indexes', 'primary-keys'] });
    expect(report.checks.map(({ verdict }) => verdict)).toEqual(Array(4).fill('inconclusive'));
    await server.sql(empty, 'CREATE TABLE plain (id int)');
    const plain = await check(empty, { consistency: ['foreign-keys', 'sequences', 'indexes'] });
    expect(plain.checks.map(({ summary }) => summary)).toEqual([
      'there are no foreign keys',
      'there are no sequences',
      'there are no indexes',
    ]);
  });

  it('is inconclusive: a statement that takes too long, while the other checks go on', async () => {
    const copy = await server.createDatabase(zephyr);
    const fingerprint = await fingerprintOf(copy, { tables: ['public.polls', 'public.rooms'] });
    const expectation = { ...everything, fingerprint };
    await server.sql(copy, 'CREATE TABLE slow_polls AS SELECT g AS id FROM generate_series(1, 10) g');
    const holder = await server.connect(copy);
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE polls IN ACCESS EXCLUSIVE MODE');
    const report = await check(
      copy,
      { ...expectation, consistency: ['foreign-keys', 'indexes'] },
      { statementTimeout: '400ms', sessions: 1 },
    );
    await holder.query('ROLLBACK');
    await holder.close();
    expect(report.verdict).toBe('inconclusive');
    const verdicts = Object.fromEntries(
      report.checks.map((one) => [`${one.check} ${one.evidence.table ?? ''}`.trim(), one]),
    );
    expect(verdicts.fingerprint).toMatchObject({
      verdict: 'inconclusive',
      summary: expect.stringMatching(/1 of 2 tables could not be read: public\.polls/),
      evidence: { unread: { 'public.polls': { code: 'statement-timeout' } } },
    });
    expect(verdicts['rows public.polls']).toMatchObject({
      verdict: 'inconclusive',
      evidence: { reason: { code: 'statement-timeout' } },
    });
    expect(verdicts['rows public.votes']).toMatchObject({ verdict: 'passed' });
    expect(verdicts['foreign-keys']).toMatchObject({
      verdict: 'inconclusive',
      summary: expect.stringMatching(/statement-timeout/),
    });
    expect(verdicts.indexes).toMatchObject({ verdict: 'passed' });
  });

  it('is inconclusive: what the role may not read; what differs elsewhere still fails', async () => {
    const copy = await server.createDatabase(zephyr);
    const fingerprint = await fingerprintOf(copy, { tables: ['public.polls', 'public.rooms'] });
    await server.sql(copy, 'CREATE ROLE stranger LOGIN; GRANT SELECT ON rooms TO stranger');
    const denied = await check(copy, { ...everything, fingerprint }, { user: 'stranger' });
    expect(denied.verdict).toBe('inconclusive');
    expect(denied.checks[0]).toMatchObject({
      verdict: 'inconclusive',
      evidence: { unread: { 'public.polls': { code: 'permission-denied' } } },
    });
    expect(new Set(denied.checks.slice(1, 9).map(({ verdict }) => verdict))).toEqual(new Set(['inconclusive']));
    await server.sql(copy, "UPDATE rooms SET name = 'other'");
    expect((await check(copy, { fingerprint }, { user: 'stranger' })).verdict).toBe('failed');
  });

  it('is inconclusive: a fingerprint that cannot be compared', async () => {
    const fingerprint = await fingerprintOf(zephyr);
    const older = { serverVersion: 130_004 };
    const cases = [
      [{ ...fingerprint, algorithm: 'md5/7' }, 'inconclusive', /md5\/7 is not known/],
      [{ ...fingerprint, tables: [] }, 'inconclusive', /it names no table/],
      [{ ...fingerprint, ...older }, 'passed', /are equal/],
    ] as const;
    for (const [expected, verdict, summary] of cases) {
      const [result] = (await check(zephyr, { fingerprint: expected })).checks;
      expect(result).toMatchObject({ check: 'fingerprint', verdict, summary: expect.stringMatching(summary) });
    }
  });

  it('is inconclusive: everything on a connection that is lost half-way', async () => {
    const copy = await server.createDatabase(zephyr);
    const fingerprint = await fingerprintOf(copy);
    let statements = 0;
    const report = await checkDatabase(
      async () => {
        const session = await server.connect(copy);
        const cut: SqlSession = {
          ...session,
          query: async (text, parameters, call) => {
            statements += 1;
            if (statements === 20) {
              await server.sql(
                'postgres',
                `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${copy}'`,
              );
            }
            return session.query(text, parameters, call);
          },
        };
        return cut;
      },
      { ...everything, fingerprint },
      { clock: systemClock, sessions: 1 },
    );
    expect(report.verdict).toBe('inconclusive');
    expect(report.checks).toHaveLength(11);
    expect(new Set(report.checks.map(({ verdict }) => verdict))).toEqual(new Set(['inconclusive']));
  });
});

describe('checkDatabase', () => {
  it('reads only, and leaves no connection behind', async () => {
    await check(zephyr, everything, { sessions: 4 });
    const [left] = await server.sql(
      'postgres',
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = '${zephyr}'`,
    );
    expect(left).toEqual({ n: 0 });
  });

  it('stops when aborted and at its deadline, and leaves no connection behind', async () => {
    const copy = await server.createDatabase(zephyr);
    const holder = await server.connect(copy);
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE polls IN ACCESS EXCLUSIVE MODE');
    const stop = new AbortController();
    const reason = new Error('enough');
    const waiting = check(copy, { atLeastRows: { 'public.polls': 1 } }, { signal: stop.signal });
    setTimeout(() => stop.abort(reason), 100);
    await expect(waiting).rejects.toBe(reason);
    const deadline = new Date(Date.now() + 150);
    await expect(check(copy, { atLeastRows: { 'public.polls': 1 } }, { deadline })).rejects.toMatchObject({
      code: 'deadline-exceeded',
    });
    await holder.query('ROLLBACK');
    await holder.close();
    const [left] = await server.sql(
      'postgres',
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = '${copy}'`,
    );
    expect(left).toEqual({ n: 0 });
  });

  it('rejects where there is no database to check', async () => {
    await expect(check('no_such_database', everything)).rejects.toMatchObject({ code: 'database-missing' });
  });

  it('tells each check as it is made, and fails with what the listener throws', async () => {
    const told: (string | undefined)[] = [];
    await check(zephyr, { consistency: ['indexes', 'indexes'] }, { onProgress: ({ status }) => told.push(status) });
    expect(told).toEqual(['indexes: passed']);
    const reason = new Error('listener');
    const onProgress = (): void => {
      throw reason;
    };
    await expect(check(zephyr, everything, { onProgress })).rejects.toBe(reason);
  });

  it('refuses a wrong expectation before it connects', async () => {
    const connect = (): Promise<SqlSession> => Promise.reject(new Error('connected'));
    const wrong = { boundary: [] } as DatabaseExpectation;
    await expect(checkDatabase(connect, wrong, { clock: systemClock })).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});
