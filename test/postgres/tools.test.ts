import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DumpRequest, PostgresToolsPort } from '../../src/ports/postgres.js';
import { findTool } from '../../src/postgres/find-tool.js';
import { connectPostgres } from '../../src/postgres/index.js';
import { run, useServer } from './server.js';

const server = useServer();
const { tools, sql } = connectPostgres();
const ordinary: DumpRequest = { compression: { method: 'gzip', level: 1 }, lockTimeoutMilliseconds: 2_000 };
let directory = '';
let temporary = '';
const formerTemporary = process.env.TMPDIR;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zephyr-tools-test-'));
  temporary = join(directory, 'tmp');
  await mkdir(temporary);
  // A directory of its own, so that what is left behind can be seen.
  process.env.TMPDIR = temporary;
  await run(
    server.target(),
    'create table polls (id serial primary key, title text not null)',
    'create table votes (id bigserial primary key, poll_id int not null references polls, choice text not null)',
    `create table "we ""ird.* $tab" (a int)`,
    'create table wexird (a int)',
    "insert into polls (title) select 'poll ' || i from generate_series(1, 100) i",
    'insert into votes (poll_id, choice) select 1 + i % 100, md5(i::text) from generate_series(1, 100000) i',
  );
});
afterAll(async () => {
  if (formerTemporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = formerTemporary;
  await rm(directory, { recursive: true, force: true });
});

/** Processes of the command, by their arguments: of this test's server only. */
async function running(tool: string): Promise<readonly { pid: number; cmdline: string }[]> {
  const found: { pid: number; cmdline: string }[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const cmdline = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (cmdline.split('\0')[0]?.endsWith(`/${tool}`) && cmdline.includes(`port='${server.target().port}'`)) {
      found.push({ pid: Number(name), cmdline });
    }
  }
  return found;
}

async function fakeTools(scripts: Record<string, string>): Promise<string> {
  const fake = await mkdtemp(join(directory, 'fake-'));
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(fake, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(fake, name), 0o755);
  }
  return fake;
}

/** A relation whose lock holds pg_dump up until `release`. */
async function holdLock(): Promise<{ release(): Promise<void> }> {
  const holder = await sql.connect(server.target({ applicationName: 'lock-holder' }));
  await holder.query('begin');
  await holder.query('lock table votes in access exclusive mode');
  return { release: () => holder.close() };
}

const leftOnServer = () =>
  run(server.target(), "select pid, query from pg_stat_activity where application_name like 'zephyr-test/%'");

describe('finding the programs', () => {
  it('tells the versions as the server tells its own', async () => {
    const session = await sql.connect(server.target());
    await session.close();
    expect(await tools.version('pg_dump')).toBeGreaterThanOrEqual(session.serverVersion);
    expect(await tools.version('pg_restore')).toBe(await tools.version('pg_dump'));
  });

  it('reads old, new and unreleased version numbers', async () => {
    for (const [said, version] of [
      ['9.6.24', 90_624],
      ['18beta1', 180_000],
      ['16.4 (Debian)', 160_004],
    ] as const) {
      const binDirectory = await fakeTools({ pg_dump: `echo "pg_dump (PostgreSQL) ${said}"` });
      expect(await connectPostgres({ binDirectory }).tools.version('pg_dump')).toBe(version);
    }
  });

  it('says where it looked in vain, and does not look past the directory it was given', async () => {
    const missing = connectPostgres({ binDirectory: '/nonexistent' }).tools.version('pg_dump');
    await expect(missing).rejects.toMatchObject({
      code: 'postgres-tool-missing',
      details: { directories: ['/nonexistent'] },
    });
  });

  it('takes the directory of the environment', async () => {
    process.env.ZEPHYR_POSTGRES_BIN = await fakeTools({ pg_dump: 'echo "pg_dump (PostgreSQL) 42.7"' });
    try {
      expect(await tools.version('pg_dump')).toBe(420_007);
    } finally {
      delete process.env.ZEPHYR_POSTGRES_BIN;
    }
  });

  it('refuses a program that is something else', async () => {
    const binDirectory = await fakeTools({ pg_dump: 'echo hello' });
    const other = connectPostgres({ binDirectory }).tools.version('pg_dump');
    await expect(other).rejects.toMatchObject({ code: 'postgres-tool-missing' });
    await writeFile(join(binDirectory, 'pg_dump'), '#!/nonexistent/interpreter\n');
    const unstartable = connectPostgres({ binDirectory }).tools.dump(server.target(), ordinary);
    await expect(buffer(unstartable)).rejects.toMatchObject({ code: 'postgres-tool-missing' });
  });
});

describe('dumping', () => {
  it('gives a whole archive, whose contents can be listed and which can be restored', async () => {
    const archive = await buffer(tools.dump(server.target(), ordinary));
    expect(archive.subarray(0, 5).toString()).toBe('PGDMP');
    const contents = await tools.contents(Readable.from([archive]));
    expect(contents.tables).toEqual(expect.arrayContaining(['public.polls', 'public.votes', 'public.we "ird.* $tab']));
    expect(contents.dumpVersion).toMatch(/^\d+\.\d+$/);
    expect(contents.databaseVersion).toMatch(/^\d+\.\d+$/);
    expect(contents.entries).toBeGreaterThan(contents.tables.length);

    await run(server.target(), 'drop database if exists restored', 'create database restored');
    const restored = server.target({ database: 'restored' });
    await tools.restore(restored, { source: { kind: 'stream', stream: Readable.from([archive]) }, jobs: 1 });
    expect(await run(restored, 'select count(*) as n, max(id) as last from votes')).toEqual([
      { n: '100000', last: '100000' },
    ]);

    const path = join(directory, '-archive.dump');
    await writeFile(path, archive);
    await run(server.target(), 'drop database restored', 'create database restored');
    await tools.restore(restored, { source: { kind: 'file', path }, jobs: 2 });
    expect(await run(restored, 'select count(*) as n from votes join polls on polls.id = poll_id')).toEqual([
      { n: '100000' },
    ]);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('takes exactly the tables that were named, whatever characters are in the name', async () => {
    const request = { ...ordinary, tables: ['public.we "ird.* $tab'] };
    const archive = await buffer(tools.dump(server.target(), request));
    expect((await tools.contents(Readable.from([archive]))).tables).toEqual(['public.we "ird.* $tab']);
    const missing = buffer(tools.dump(server.target(), { ...ordinary, tables: ['public.vote'] }));
    await expect(missing).rejects.toMatchObject({ code: 'dump-failed' });
  });

  it('takes exactly the schemas that were named', async () => {
    await run(server.target(), 'create schema if not exists other', 'create table if not exists other.t (a int)');
    const archive = await buffer(tools.dump(server.target(), { ...ordinary, schemas: ['other'] }));
    expect((await tools.contents(Readable.from([archive]))).tables).toEqual(['other.t']);
  });

  it('sees the database as an exported snapshot does', async () => {
    const session = await sql.connect(server.target());
    await session.query('begin isolation level repeatable read read only');
    const [row] = await session.query<{ snapshot: string }>('select pg_export_snapshot() as snapshot');
    await run(server.target(), 'create table if not exists made_later (a int)');
    const archive = await buffer(tools.dump(server.target(), { ...ordinary, snapshot: row?.snapshot }));
    await session.close();
    await run(server.target(), 'drop table made_later');
    expect((await tools.contents(Readable.from([archive]))).tables).not.toContain('public.made_later');
  });

  it('passes no password in its arguments, and none of the environment of this process', async () => {
    const lock = await holdLock();
    process.env.PGOPTIONS = '-c nonsense=1';
    const dump = tools.dump(server.target(), { ...ordinary, lockTimeoutMilliseconds: 20_000 });
    try {
      await expect.poll(() => running('pg_dump')).toHaveLength(1);
      const [process_] = await running('pg_dump');
      const environment = await readFile(`/proc/${process_?.pid}/environ`, 'utf8');
      expect(process_?.cmdline).not.toContain('wörd');
      expect(environment).not.toContain('wörd');
      expect(environment).not.toContain('PGOPTIONS');
      expect(environment).toContain('PGSSLMODE=verify-full');
    } finally {
      delete process.env.PGOPTIONS;
      dump.on('error', () => undefined).destroy();
      await lock.release();
      await finished(dump).catch(() => undefined);
    }
  });

  it.each([
    ['a wrong password', { credentials: { user: 'app', password: 'not-this' } }, 'authentication-failed'],
    ['a missing database', { database: 'nowhere' }, 'database-missing'],
    ['a database name that looks like a connection string', { database: 'host=elsewhere' }, 'database-missing'],
    ['an authority that is not the server’s', { tls: { mode: 'verify-full' } }, 'tls-failed'],
    ['a port where nobody listens', { port: 1 }, 'database-unreachable'],
  ] as const)('says what is wrong: %s', async (_what, changes, code) => {
    const error = await buffer(tools.dump(server.target(changes), ordinary)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code });
    expect(JSON.stringify(error)).not.toMatch(/not-this|wörd/);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('does not queue behind a lock for longer than it was told', async () => {
    const lock = await holdLock();
    const waiting = buffer(tools.dump(server.target(), { ...ordinary, lockTimeoutMilliseconds: 100 }));
    await expect(waiting).rejects.toMatchObject({ code: 'statement-timeout', retryable: true });
    await lock.release();
  });

  it('says that tables cannot be read', async () => {
    await run(
      server.target(),
      "create role reader login password 'reader'",
      'grant connect on database zephyr to reader',
    );
    const reader = server.target({ credentials: { user: 'reader', password: 'reader' } });
    await expect(buffer(tools.dump(reader, ordinary))).rejects.toMatchObject({ code: 'permission-denied' });
  });

  it('breaks off, and does not end, when pg_dump is killed half-way', async () => {
    const dump = tools.dump(server.target(), { ...ordinary, compression: { method: 'none', level: 0 } });
    let bytes = 0;
    const killed = new Promise<void>((resolve, reject) => {
      dump.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        dump.pause();
        running('pg_dump').then(([one]) => {
          if (one !== undefined) process.kill(one.pid, 'SIGKILL');
          dump.resume();
          resolve();
        }, reject);
      });
    });
    const ended = expect(finished(dump)).rejects.toMatchObject({ code: 'dump-failed', details: { signal: 'SIGKILL' } });
    await killed;
    await ended;
    expect(bytes).toBeGreaterThan(0);
    expect(await readdir(temporary)).toEqual([]);
    await expect.poll(leftOnServer).toEqual([]);
  });

  it('breaks off when the server ends the connection', async () => {
    const lock = await holdLock();
    const dump = buffer(tools.dump(server.target(), { ...ordinary, lockTimeoutMilliseconds: 20_000 }));
    const broken = expect(dump).rejects.toMatchObject({ code: 'dump-failed', retryable: true });
    await expect.poll(leftOnServer).toHaveLength(1);
    const ended = "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'zephyr-test/%'";
    await run(server.target(), ended);
    await broken;
    await lock.release();
  });

  it('leaves no process, no session and no file behind when it is stopped', async () => {
    const lock = await holdLock();
    const abort = new AbortController();
    const request = { ...ordinary, lockTimeoutMilliseconds: 60_000 };
    const dump = tools.dump(server.target(), request, { signal: abort.signal });
    const stopped = expect(buffer(dump)).rejects.toThrow('stop the dump');
    await expect.poll(leftOnServer).toHaveLength(1);
    expect(await readdir(temporary)).toHaveLength(1);
    abort.abort(new Error('stop the dump'));
    await stopped;
    expect(await running('pg_dump')).toEqual([]);
    expect(await leftOnServer()).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
    await lock.release();
  });

  it('is over before it began under a signal that has fired', async () => {
    const dump = tools.dump(server.target(), ordinary, { signal: AbortSignal.abort(new Error('too late')) });
    await expect(buffer(dump)).rejects.toThrow('too late');
    expect(await readdir(temporary)).toEqual([]);
  });

  it('kills a pg_dump that does not listen, and closes what that one had started', async () => {
    const binDirectory = await fakeTools({ pg_dump: "trap '' TERM; printf PGDMP; sleep 8 & wait; sleep 8" });
    const dump = connectPostgres({ binDirectory }).tools.dump(server.target(), ordinary);
    dump.once('data', () => dump.destroy());
    await expect(finished(dump)).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
    expect(await readdir(temporary)).toEqual([]);
  });

  it.each([
    [
      'an older pg_dump than the server',
      'echo "pg_dump: error: aborting because of server version mismatch" >&2\necho "pg_dump: detail: server version: 18.4; pg_dump version: 15.18" >&2\nexit 1',
      { code: 'version-mismatch' },
    ],
    ['nothing at all, and success', 'exit 0', { code: 'dump-failed' }],
    ['something else than an archive, and success', 'echo hello', { code: 'dump-failed' }],
    [
      'a full disk',
      'printf PGDMPxxxx; echo "pg_dump: error: No space left on device" >&2; exit 1',
      { code: 'dump-failed' },
    ],
    [
      'more than can be kept',
      'head -c 1000000 /dev/zero | tr "\\0" x >&2; echo "pg_dump: error: last" >&2; exit 3',
      { code: 'dump-failed' },
    ],
  ])('does not take it for a dump: %s', async (_what, script, expected) => {
    const binDirectory = await fakeTools({ pg_dump: script });
    const error = await buffer(connectPostgres({ binDirectory }).tools.dump(server.target(), ordinary)).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject(expected);
    expect(JSON.stringify(error).length).toBeLessThan(70_000);
  });

  it('shows neither the password nor rows that a program repeats', async () => {
    const script = [
      'echo "pg_dump: error: connection string password=hunter2 postgresql://app:hunter2@host/db" >&2',
      'echo "DETAIL:  Key (email)=(ada@example.org) already exists." >&2',
      `cut -d: -f5- "$PGPASSFILE" | sed 's/\\\\\\\\\\(.\\)/\\1/g; s/^/pg_dump: /' >&2`,
      'exit 1',
    ].join('\n');
    const binDirectory = await fakeTools({ pg_dump: script });
    const error = await buffer(connectPostgres({ binDirectory }).tools.dump(server.target(), ordinary)).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: 'dump-failed' });
    expect(`${JSON.stringify(error)}${(error as Error).message}`).not.toMatch(/hunter2|ada@|w\\u00f6rd|wörd/);
  });

  it('refuses a password that no password file can hold, and leaves no file', async () => {
    const broken = server.target({ credentials: { user: 'app', password: 'two\nlines' } });
    await expect(buffer(tools.dump(broken, ordinary))).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'credentials.password',
    });
    expect(await readdir(temporary)).toEqual([]);
  });

  it('refuses what cannot be, before anything is started', async () => {
    const impossible: readonly DumpRequest[] = [
      { ...ordinary, compression: { method: 'gzip', level: 10 } },
      { ...ordinary, compression: { method: 'zstd', level: 0 } },
      { ...ordinary, lockTimeoutMilliseconds: 0 },
      { ...ordinary, tables: ['votes'] },
    ];
    for (const request of impossible) {
      await expect(buffer(tools.dump(server.target(), request))).rejects.toMatchObject({ code: 'invalid-input' });
    }
  });
});

describe('restoring', () => {
  let archive = Buffer.alloc(0);
  let into = server.target;
  beforeAll(async () => {
    archive = await buffer(tools.dump(server.target(), ordinary));
    await run(server.target(), 'create database half');
    into = () => server.target({ database: 'half' });
  });

  it('stops at the first error', async () => {
    const occupied = tools.restore(server.target(), {
      source: { kind: 'stream', stream: Readable.from([archive]) },
      jobs: 1,
    });
    const error = await occupied.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'restore-failed', details: { exitCode: 1 } });
    expect((error as Error).message).toContain('already exists');
  });

  describe('with a pg_restore that is newer than the server', () => {
    /** Says of a setting what pg_restore 17 says on an older server, and is the real one otherwise. */
    const newer = async (): Promise<PostgresToolsPort> => {
      const refused = `pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"`;
      const binDirectory = await fakeTools({
        pg_restore: `
if [ "$1" = --version ]; then echo "pg_restore (PostgreSQL) 17.6"; exit; fi
printf '%s\\n' '${refused}' 'Command was: SET transaction_timeout = 0;' >&2
for argument; do [ "$argument" != --exit-on-error ] || exit 1; done
'${await findTool('pg_restore', undefined)}' "$@" || exit $?
echo 'pg_restore: warning: errors ignored on restore: 1' >&2
exit 1`,
      });
      return connectPostgres({ binDirectory }).tools;
    };

    it('restores all the same', async () => {
      await run(server.target(), 'create database older');
      const older = server.target({ database: 'older' });
      const stream = Readable.from([archive]);
      await (await newer()).restore(older, { source: { kind: 'stream', stream }, jobs: 1 });
      expect(await run(older, 'select count(*) as n from votes join polls on polls.id = poll_id')).toEqual([
        { n: '100000' },
      ]);
    });

    it('stops at the first error that is one', async () => {
      const stream = Readable.from([archive]);
      const occupied = (await newer()).restore(server.target(), { source: { kind: 'stream', stream }, jobs: 1 });
      const error = await occupied.catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'restore-failed' });
      expect((error as Error).message).toContain('already exists');
      expect(JSON.stringify(error)).not.toContain('transaction_timeout');
      expect(await leftOnServer()).toEqual([]);
    });

    it('fails on an archive that is cut off', async () => {
      await run(server.target(), 'create database cut');
      const stream = Readable.from([archive.subarray(0, archive.length / 2)]);
      const torn = (await newer()).restore(server.target({ database: 'cut' }), {
        source: { kind: 'stream', stream },
        jobs: 1,
      });
      await expect(torn).rejects.toMatchObject({ code: 'dump-corrupt' });
    });
  });

  it('fails on an archive that is cut off', async () => {
    const cut = Readable.from([archive.subarray(0, archive.length / 2)]);
    const torn = tools.restore(into(), { source: { kind: 'stream', stream: cut }, jobs: 1 });
    await expect(torn).rejects.toMatchObject({ code: 'dump-corrupt' });
    const noise = tools.restore(into(), { source: { kind: 'stream', stream: Readable.from(['no archive']) }, jobs: 1 });
    await expect(noise).rejects.toMatchObject({ code: 'dump-corrupt' });
  });

  it('passes on the error of a stream that breaks off', async () => {
    const stream = new PassThrough();
    stream.write(archive.subarray(0, 100));
    setTimeout(() => stream.destroy(new Error('the store is gone')), 50);
    await expect(tools.restore(into(), { source: { kind: 'stream', stream }, jobs: 1 })).rejects.toThrow(
      'the store is gone',
    );
  });

  it('does not wait for a stream that says nothing once pg_restore has failed', async () => {
    const stream = new PassThrough();
    const wrong = server.target({ credentials: { user: 'app', password: 'wrong' } });
    stream.write(archive);
    await expect(tools.restore(wrong, { source: { kind: 'stream', stream }, jobs: 1 })).rejects.toMatchObject({
      code: 'authentication-failed',
    });
    expect(stream.destroyed).toBe(true);
  });

  it('leaves no process, no session and no file behind when it is stopped', async () => {
    await run(server.target(), 'create database stopped');
    const stream = new PassThrough();
    stream.write(archive.subarray(0, archive.length - 1000));
    const abort = new AbortController();
    const restoring = tools.restore(
      server.target({ database: 'stopped' }),
      { source: { kind: 'stream', stream }, jobs: 1 },
      { signal: abort.signal },
    );
    const stopped = expect(restoring).rejects.toThrow('stop the restore');
    await expect.poll(leftOnServer).toHaveLength(1);
    abort.abort(new Error('stop the restore'));
    await stopped;
    expect(await running('pg_restore')).toEqual([]);
    expect(await leftOnServer()).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('refuses several jobs for a stream, and no jobs at all', async () => {
    for (const jobs of [0, 2]) {
      const refused = tools.restore(into(), { source: { kind: 'stream', stream: Readable.from([archive]) }, jobs });
      await expect(refused).rejects.toMatchObject({ code: 'invalid-input', field: 'jobs' });
    }
  });
});

describe('listing contents', () => {
  it('reads no further than the table of contents', async () => {
    const archive = await buffer(tools.dump(server.target(), ordinary));
    const stream = new PassThrough();
    stream.write(archive.subarray(0, 200_000));
    // The rest never comes: the listing must not wait for it.
    expect((await tools.contents(stream)).tables).toContain('public.votes');
    expect(stream.destroyed).toBe(true);
  });

  it('says that something is no archive', async () => {
    for (const noise of [['no archive at all'], []]) {
      await expect(tools.contents(Readable.from(noise))).rejects.toMatchObject({ code: 'dump-corrupt' });
    }
  });

  it('passes on the error of the stream, and the reason of the signal', async () => {
    const broken = new PassThrough();
    setTimeout(() => broken.destroy(new Error('the store is gone')), 20);
    await expect(tools.contents(broken)).rejects.toThrow('the store is gone');
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('stop listing')), 20);
    await expect(tools.contents(new PassThrough(), { signal: abort.signal })).rejects.toThrow('stop listing');
  });
});

it('does not keep a process alive that has nothing else to do', async () => {
  const script = `
    import { connectPostgres } from '${join(process.cwd(), 'src/postgres/index.ts')}';
    const target = JSON.parse(process.env.TARGET);
    const { sql, tools } = connectPostgres();
    const session = await sql.connect(target);
    await session.query('select 1');
    await session.close();
    for await (const _ of tools.dump(target, { compression: { method: 'gzip', level: 1 }, lockTimeoutMilliseconds: 1000 }));
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    env: { ...process.env, TARGET: JSON.stringify(server.target()) },
    stdio: 'inherit',
  });
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
});
