import { execFile, spawn } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Row, SqlSession } from '../../src/ports/postgres.js';
import { connectPostgres } from '../../src/postgres/connect-postgres.js';

const run = promisify(execFile);

/** A PostgreSQL server of a test's own, on loopback, thrown away at the end. */
export interface TemporaryPostgres {
  readonly port: number;
  /** Runs statements as the superuser; the rows of the last one. */
  sql(database: string, text: string): Promise<readonly Row[]>;
  /** Makes a database, empty or as a copy, and names it. */
  createDatabase(template?: string, options?: string): Promise<string>;
  connect(
    database: string,
    options?: { user?: string; settings?: readonly string[]; signal?: AbortSignal | undefined },
  ): Promise<SqlSession>;
  /** `pg_dump -Fc | pg_restore` into a new database, which it names. */
  dumpAndRestore(
    database: string,
    options?: { databaseOptions?: string; dumpArguments?: readonly string[] },
  ): Promise<string>;
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root: then the servers' usual account runs it. */
async function account(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const id = async (flag: string): Promise<number> => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

async function binaries(): Promise<string> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  const newest = versions.map(Number).sort((a, b) => b - a)[0];
  return newest === undefined ? '' : `/usr/lib/postgresql/${newest}/bin/`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export async function startTemporaryPostgres(): Promise<TemporaryPostgres> {
  const who = await account();
  const bin = await binaries();
  const directory = await mkdtemp(join(tmpdir(), 'zephyr-checks-'));
  if (who.uid !== undefined && who.gid !== undefined) await chown(directory, who.uid, who.gid);
  const data = join(directory, 'data');
  const options = { ...who, cwd: directory };
  await run(
    `${bin}initdb`,
    ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N'],
    options,
  );
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${directory}`,
    'fsync=off',
    'max_connections=50',
  ];
  const server = spawn(
    `${bin}postgres`,
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...options, stdio: 'ignore' },
  );
  const exited = new Promise((resolve) => server.once('exit', resolve));
  let made = 0;

  const client = async (database: string): Promise<pg.Client> => {
    const opened = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database });
    opened.on('error', () => undefined);
    await opened.connect();
    return opened;
  };
  for (let tries = 0; ; tries += 1) {
    try {
      await (await client('postgres')).end();
      break;
    } catch (error) {
      if (tries > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const sql = async (database: string, text: string): Promise<readonly Row[]> => {
    const session = await client(database);
    try {
      const result: unknown = await session.query(text);
      const last = (Array.isArray(result) ? result.at(-1) : result) as pg.QueryResult<Row>;
      return last.rows;
    } finally {
      await session.end();
    }
  };
  const createDatabase = async (template = 'template0', databaseOptions = ''): Promise<string> => {
    made += 1;
    await sql('postgres', `CREATE DATABASE test_${made} TEMPLATE "${template}" ${databaseOptions}`);
    return `test_${made}`;
  };
  return {
    port,
    sql,
    createDatabase,
    connect: async (database, { user = 'postgres', settings: given = [], signal } = {}) => {
      const target = {
        host: '127.0.0.1',
        port,
        database,
        credentials: { user, password: 'trusted' },
        tls: { mode: 'off' as const },
        applicationName: 'zephyr-backup',
      };
      const session = await connectPostgres().sql.connect(target, { signal });
      for (const setting of given) await session.query(`SET ${setting}`);
      return session;
    },
    dumpAndRestore: async (database, { databaseOptions, dumpArguments = [] } = {}) => {
      const target = await createDatabase('template0', databaseOptions);
      const file = join(directory, `${target}.dump`);
      const where = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'];
      await run(`${bin}pg_dump`, [...where, '-Fc', '-Z0', ...dumpArguments, '-f', file, database], options);
      await run(`${bin}pg_restore`, [...where, '-e', '-d', target, file], options);
      await rm(file);
      return target;
    },
    stop: async () => {
      server.kill('SIGQUIT');
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
