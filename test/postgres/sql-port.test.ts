import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectPostgres } from '../../src/postgres/index.js';
import { password, run, useServer } from './server.js';

const server = useServer();
const { sql } = connectPostgres({ statementTimeout: '30s' });
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function session() {
  const made = await sql.connect(server.target());
  opened.push(made);
  return made;
}

async function listening(tcp: Server): Promise<number> {
  opened.push({ close: () => new Promise((resolve) => tcp.close(resolve)) });
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const address = tcp.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('connecting', () => {
  it('proves the server by its certificate and tells its version', async () => {
    const one = await session();
    expect(one.serverVersion).toBeGreaterThan(130_000);
    expect(await one.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')).toEqual([{ ssl: true }]);
  });

  it('is seen on the server under its application name', async () => {
    const one = await session();
    expect(await one.query("select current_setting('application_name') as name")).toEqual([{ name: 'zephyr-test' }]);
  });

  it('refuses a server that none of the RDS authorities vouches for, at once', async () => {
    const refused = sql.connect(server.target({ tls: { mode: 'verify-full' } }));
    await expect(refused).rejects.toMatchObject({ code: 'tls-failed', retryable: false });
  });

  it('tells a wrong password, an unknown role and a missing database apart', async () => {
    const wrong = sql.connect(server.target({ credentials: { user: 'app', password: 'wrong' } }));
    await expect(wrong).rejects.toMatchObject({ code: 'authentication-failed', retryable: false });
    const nobody = sql.connect(server.target({ credentials: { user: 'nobody', password } }));
    await expect(nobody).rejects.toMatchObject({ code: 'authentication-failed' });
    const missing = sql.connect(server.target({ database: 'nowhere' }));
    await expect(missing).rejects.toMatchObject({ code: 'database-missing', details: { database: 'nowhere' } });
  });

  it('does not take the password from anywhere else when it is empty', async () => {
    process.env.PGPASSWORD = password;
    try {
      const empty = sql.connect(server.target({ credentials: { user: 'app', password: '' } }));
      await expect(empty).rejects.toMatchObject({ name: 'BackupError' });
    } finally {
      delete process.env.PGPASSWORD;
    }
  });

  it('tries again while nobody listens, then says that the database cannot be reached', async () => {
    const tcp = createServer();
    const port = await listening(tcp);
    await opened.pop()?.close();
    const refused = sql.connect(server.target({ port }));
    await expect(refused).rejects.toMatchObject({ code: 'database-unreachable', retryable: true });
  });

  it('gets through once the server is up', async () => {
    await server.plane().stop('db-TEST', 'fast');
    const connecting = sql.connect(server.target());
    const { host, port } = server.target();
    await server.plane().start('db-TEST', { address: host, port });
    opened.push(await connecting);
  });

  it('gives up on a host that has no address', async () => {
    const unknown = sql.connect(server.target({ host: 'no-such-host.invalid' }));
    await expect(unknown).rejects.toMatchObject({ code: 'database-unreachable' });
  });

  it('stops with the reason of the signal while the server is silent', async () => {
    const port = await listening(createServer((socket) => opened.push({ close: () => socket.destroy() })));
    const abort = new AbortController();
    const connecting = sql.connect(server.target({ port }), { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 50);
    await expect(connecting).rejects.toThrow('enough');
  });

  it('never tells the password', async () => {
    const error = await sql.connect(server.target({ database: 'nowhere' })).catch((caught: unknown) => caught);
    expect(JSON.stringify(error)).not.toContain('wörd');
    expect(String((error as Error).stack)).not.toContain('wörd');
  });
});

describe('statements', () => {
  it('take parameters and give rows, one after the other', async () => {
    const one = await session();
    const both = await Promise.all([
      one.query('select $1::int + 1 as n', [1]),
      one.query('select count(*) as n from generate_series(1, $1::int)', [3]),
    ]);
    expect(both).toEqual([[{ n: 2 }], [{ n: '3' }]]);
  });

  it('fail with their SQLSTATE and without the values of the data', async () => {
    const one = await session();
    await one.query('create table if not exists people (email text primary key)');
    await one.query("insert into people values ('ada@example.org') on conflict do nothing");
    const error = await one.query("insert into people values ('ada@example.org')").catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'query-failed',
      retryable: false,
      details: { sqlState: '23505', table: 'people', constraint: 'people_pkey' },
    });
    const data = await one.query("select 'secret-value'::int").catch((caught: unknown) => caught);
    expect(data).toMatchObject({ details: { sqlState: '22P02' } });
    for (const each of [error, data]) {
      expect(`${JSON.stringify(each)} ${(each as Error).message} ${(each as Error).cause}`).not.toMatch(
        /ada@|secret-value/,
      );
    }
  });

  it('tell missing rights, and what the server stopped for its length', async () => {
    const one = await session();
    await one.query("set statement_timeout = '20ms'");
    await expect(one.query('select pg_sleep(5)')).rejects.toMatchObject({ code: 'statement-timeout' });
    await one.query('set statement_timeout = 0');
    await expect(one.query('alter system set work_mem = 1')).rejects.toMatchObject({ code: 'permission-denied' });
  });

  it('are stopped on the server by the signal, and the session goes on', async () => {
    const one = await session();
    const abort = new AbortController();
    const sleeping = one.query('select pg_sleep(60) as left_running', [], { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('stop it')), 100);
    await expect(sleeping).rejects.toThrow('stop it');
    const others = await run(
      server.target(),
      "select query from pg_stat_activity where query like '%left_running%' and state = 'active' and pid <> pg_backend_pid()",
    );
    expect(others).toEqual([]);
    expect(await one.query('select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('do not start under a signal that has fired', async () => {
    const one = await session();
    await expect(one.query('select 1', [], { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow(
      'too late',
    );
  });

  it('say when the connection was lost, in flight and afterwards', async () => {
    const one = await session();
    const [{ pid }] = (await one.query<{ pid: number }>('select pg_backend_pid() as pid')) as [{ pid: number }];
    const sleeping = one.query('select pg_sleep(60)');
    const lost = expect(sleeping).rejects.toMatchObject({ code: 'database-unreachable', retryable: true });
    await run(server.target(), `select pg_terminate_backend(${pid})`);
    await lost;
    await expect(one.query('select 1')).rejects.toMatchObject({ code: 'database-unreachable', retryable: true });
  });

  it('say so too when an idle connection was lost', async () => {
    const one = await session();
    const [{ pid }] = (await one.query<{ pid: number }>('select pg_backend_pid() as pid')) as [{ pid: number }];
    await run(server.target(), `select pg_terminate_backend(${pid}, 5000)`);
    await expect(one.query('select 1')).rejects.toMatchObject({ code: 'database-unreachable' });
  });
});

describe('closing', () => {
  it('can be done twice and ends the session on the server', async () => {
    const one = await sql.connect(server.target({ applicationName: 'to-close' }));
    await one.close();
    await one.close();
    await expect(one.query('select 1')).rejects.toMatchObject({ code: 'database-unreachable' });
    await expect
      .poll(() => run(server.target(), "select pid from pg_stat_activity where application_name = 'to-close'"))
      .toEqual([]);
  });
});
