import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDatabaseSnapshot } from '../../src/checks/database-snapshot.js';
import type { SqlSession } from '../../src/ports/postgres.js';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.js';

let server: TemporaryPostgres;
let database: string;

beforeAll(async () => {
  server = await startTemporaryPostgres();
  database = await server.createDatabase();
  await server.sql(
    database,
    'CREATE TABLE seen (at timestamptz DEFAULT clock_timestamp()); INSERT INTO seen DEFAULT VALUES',
  );
});
afterAll(() => server?.stop());

const connected = async (): Promise<unknown> =>
  (await server.sql('postgres', `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = '${database}'`))[0]?.n;
const count = async (session: SqlSession | undefined): Promise<unknown> =>
  (await session?.query('SELECT count(*)::int AS n FROM seen'))?.[0]?.n;

describe('withDatabaseSnapshot', () => {
  it('shows all sessions, and whoever takes the exported snapshot, the same instant', async () => {
    await withDatabaseSnapshot(
      () => server.connect(database),
      { sessions: 3 },
      async (taken) => {
        const { sessions, snapshot, takenAt, transactions } = taken;
        expect(sessions).toHaveLength(3);
        const before = await count(sessions[0]);
        await server.sql(database, 'INSERT INTO seen DEFAULT VALUES');
        for (const session of sessions) expect(await count(session)).toBe(before);
        const other = await server.connect(database);
        await other.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
        await other.query(`SET TRANSACTION SNAPSHOT '${snapshot}'`);
        expect(await count(other)).toBe(before);
        await other.close();
        const [last] = await sessions[0].query<{ ok: boolean }>('SELECT max(at) < $1::timestamptz AS ok FROM seen', [
          takenAt.toISOString(),
        ]);
        const [next] = await server.sql(database, `SELECT max(at) > '${takenAt.toISOString()}' AS ok FROM seen`);
        expect([last?.ok, next?.ok]).toEqual([true, true]);
        expect(transactions).toMatch(/^\d+:\d+:[\d,]*$/);
      },
    );
    expect(await connected()).toBe(0);
  });

  it('lets nothing be written', async () => {
    const writing = withDatabaseSnapshot(
      () => server.connect(database),
      {},
      ({ sessions }) => sessions[0].query('INSERT INTO seen DEFAULT VALUES'),
    );
    await expect(writing).rejects.toMatchObject({ code: 'query-failed' });
    expect(await connected()).toBe(0);
  });

  it('bounds statements where asked to, and leaves the session’s bound otherwise', async () => {
    const sleeping = withDatabaseSnapshot(
      () => server.connect(database),
      { statementTimeout: '50ms' },
      ({ sessions }) => sessions[0].query('SELECT pg_sleep(5)'),
    );
    await expect(sleeping).rejects.toMatchObject({ code: 'statement-timeout' });
    const bounds = await withDatabaseSnapshot(
      () => server.connect(database, { settings: ["statement_timeout = '77s'"] }),
      { sessions: 2 },
      async ({ sessions }) => Promise.all(sessions.map((session) => session.query('SHOW statement_timeout'))),
    );
    expect(bounds).toEqual([[{ statement_timeout: '77s' }], [{ statement_timeout: '77s' }]]);
  });

  it('closes every connection when one cannot be made', async () => {
    const refused = new Error('too many');
    let made = 0;
    const connect = async (): Promise<SqlSession> => {
      made += 1;
      if (made === 3) throw refused;
      return server.connect(database);
    };
    await expect(withDatabaseSnapshot(connect, { sessions: 4 }, async () => 1)).rejects.toBe(refused);
    expect(await connected()).toBe(0);
  });

  it('begins nothing when already aborted, and gives up its sessions when aborted at work', async () => {
    const reason = new Error('enough');
    const never = (): Promise<SqlSession> => Promise.reject(new Error('connected'));
    await expect(withDatabaseSnapshot(never, { signal: AbortSignal.abort(reason) }, async () => 1)).rejects.toBe(
      reason,
    );
    const stop = new AbortController();
    const { signal } = stop;
    const working = withDatabaseSnapshot(
      () => server.connect(database),
      { signal },
      async ({ sessions }) => {
        setTimeout(() => stop.abort(reason), 50);
        await sessions[0].query('SELECT pg_sleep(20)', [], { signal });
      },
    );
    await expect(working).rejects.toBe(reason);
    expect(await connected()).toBe(0);
  });

  it.each([0, -1, 1.5, 65, Number.NaN])('refuses %s sessions', async (sessions) => {
    const never = (): Promise<SqlSession> => Promise.reject(new Error('connected'));
    await expect(withDatabaseSnapshot(never, { sessions }, async () => 1)).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'sessions',
    });
  });

  it('lifts the bound that a server from 17 on may put on whole transactions', async () => {
    const said: string[] = [];
    const session: SqlSession = {
      serverVersion: 170_004,
      query: async <R>(text: string) => {
        said.push(text);
        return [{ snapshot: '1-2-1', taken_at: '2025-11-09T14:25:00.000Z', transactions: '1:1:' }] as R[];
      },
      close: async () => undefined,
    };
    const taken = await withDatabaseSnapshot(
      async () => session,
      {},
      async ({ takenAt }) => takenAt,
    );
    expect(taken).toEqual(new Date('2025-11-09T14:25:00Z'));
    expect(said).toContain('SET LOCAL transaction_timeout = 0');
  });
});
