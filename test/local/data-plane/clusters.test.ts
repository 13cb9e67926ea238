import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPostgresDataPlane, type PostgresDataPlane } from '../../../src/local/data-plane/postgres-data-plane.js';
import { connected, master, value } from './support/connect.js';
import { becomes, processesNaming } from './support/region-traces.js';

let plane: PostgresDataPlane;
beforeAll(async () => {
  plane = await createPostgresDataPlane();
});
afterAll(async () => {
  await plane.close();
});

/** A running cluster of its own for one test. */
async function running(
  name: string,
): Promise<{ id: string; endpoint: Awaited<ReturnType<PostgresDataPlane['endpointFor']>> }> {
  const id = `db-${name}`;
  const endpoint = await plane.endpointFor(name);
  await plane.create({ resourceId: id, ...master });
  await plane.start(id, endpoint);
  return { id, endpoint };
}

describe('a new cluster', () => {
  test('has a master user who owns the databases but is no superuser', async () => {
    const { endpoint } = await running('roles');
    const seen = await connected(plane, endpoint, async (client) => {
      const { rows } = await client.query(
        `SELECT rolsuper, rolcreatedb, rolcreaterole, pg_has_role('rds_superuser', 'member') AS rds_superuser,
                pg_has_role('pg_read_all_data', 'member') AS reads_all,
                (SELECT string_agg(datname, ',' ORDER BY datname) FROM pg_database WHERE datdba = pg_roles.oid) AS owns
         FROM pg_roles WHERE rolname = current_user`,
      );
      return rows[0];
    });
    expect(seen).toEqual({
      rolsuper: false,
      rolcreatedb: true,
      rolcreaterole: true,
      rds_superuser: true,
      reads_all: true,
      owns: 'postgres,template1,zephyr',
    });
  });

  test('lets the master work as on RDS: create databases, roles, tables and extensions, disable foreign keys for a session', async () => {
    const { endpoint } = await running('work');
    await connected(plane, endpoint, async (client) => {
      await client.query('CREATE DATABASE scratch');
      await client.query("CREATE ROLE app LOGIN PASSWORD 'app'");
      await client.query('CREATE TABLE polls (id serial PRIMARY KEY)');
      await client.query('SET session_replication_role = replica');
      expect(await value(client, 'SHOW session_replication_role')).toBe('replica');
      await expect(client.query('ALTER SYSTEM SET work_mem = 1000')).rejects.toMatchObject({ code: '42501' });
      await expect(client.query("COPY polls FROM PROGRAM 'true'")).rejects.toMatchObject({ code: '42501' });
    });
    expect(await connected(plane, endpoint, (c) => value(c, 'SELECT 1'), { user: 'app', password: 'app' })).toBe(1);
  });

  test('keeps rdsadmin, its user and its database, to itself', async () => {
    const { endpoint } = await running('admin');
    const nothing = async (): Promise<void> => undefined;
    await expect(connected(plane, endpoint, nothing, { user: 'rdsadmin', password: '' })).rejects.toMatchObject({
      code: '28000',
    });
    await expect(connected(plane, endpoint, nothing, { database: 'rdsadmin' })).rejects.toMatchObject({
      code: '28000',
    });
  });

  test('refuses a wrong password', async () => {
    const { endpoint } = await running('wrong');
    await expect(connected(plane, endpoint, async () => undefined, { password: 'wrong' })).rejects.toMatchObject({
      code: '28P01',
    });
  });

  test('never writes the password to its log', async () => {
    const { id } = await running('log');
    await expect(plane.create({ resourceId: 'db-fails', ...master, masterUsername: 'rdsadmin' })).rejects.toMatchObject(
      {
        code: 'server-failed',
        details: { serverLog: expect.not.stringContaining('s3cret') },
      },
    );
    expect(await readFile(join(plane.directory, 'clusters', id, 'server.log'), 'utf8')).not.toContain('s3cret');
  });
});

describe('TLS', () => {
  test('shows every endpoint of the region with a certificate that the CA verifies', async () => {
    const { endpoint } = await running('tls');
    expect(
      await connected(plane, endpoint, (c) => value(c, 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')),
    ).toBe(true);
    expect(
      await connected(plane, endpoint, (c) => value(c, 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'), {
        tls: false,
      }),
    ).toBe(false);
  });

  test('is refused by a client that trusts another authority', async () => {
    const { endpoint } = await running('distrust');
    const other = await createPostgresDataPlane();
    try {
      await expect(connected(other, endpoint, async () => undefined)).rejects.toThrow(/certificate|signature/);
    } finally {
      await other.close();
    }
  });
});

describe('an endpoint', () => {
  test('is the same for the same name and another for another', async () => {
    const [a, again, b] = [await plane.endpointFor('x'), await plane.endpointFor('x'), await plane.endpointFor('y')];
    expect(again).toEqual(a);
    expect(b).not.toEqual(a);
    expect(b.port).toBe(a.port);
  });

  test('moves with a rename: the new address answers and the old one is dead', async () => {
    const { id, endpoint } = await running('before');
    await connected(plane, endpoint, (client) => client.query('CREATE TABLE kept AS SELECT 7 AS n'));
    await plane.stop(id, 'fast');
    const moved = await plane.endpointFor('after');
    await plane.start(id, moved);

    expect(await connected(plane, moved, (client) => value(client, 'SELECT n FROM kept'))).toBe(7);
    await expect(connected(plane, endpoint, async () => undefined)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('that something else listens at is a coded error, and the cluster can start elsewhere', async () => {
    await plane.create({ resourceId: 'db-taken', ...master });
    const endpoint = await plane.endpointFor('taken');
    const server = createServer().listen(endpoint.port, endpoint.address);
    await once(server, 'listening');
    await expect(plane.start('db-taken', endpoint)).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringContaining(endpoint.address),
    });
    server.close();
    await plane.start('db-taken', await plane.endpointFor('not-taken'));
  });
});

describe('a cluster', () => {
  test('ends the sessions of a fast stop with 57P01, keeps what was committed, and starts again', async () => {
    const { id, endpoint } = await running('reboot');
    await connected(plane, endpoint, async (client) => {
      await client.query('CREATE TABLE kept AS SELECT 1 AS n');
      const interrupted = expect(client.query('SELECT pg_sleep(30)')).rejects.toMatchObject({ code: '57P01' });
      await becomes(async () => (await processesNaming('SELECT')).length > 0, 1);
      await plane.stop(id, 'fast');
      await interrupted;
    });
    await plane.start(id, endpoint);
    expect(await connected(plane, endpoint, (client) => value(client, 'SELECT n FROM kept'))).toBe(1);
  });

  test('keeps what was committed through a crash', async () => {
    const { id, endpoint } = await running('crash');
    await connected(plane, endpoint, async (client) => {
      await client.query('CREATE TABLE kept AS SELECT g FROM generate_series(1, 10000) g');
      await plane.stop(id, 'immediate');
      await expect(client.query('SELECT 1')).rejects.toThrow(/terminat|not queryable/);
    });
    await plane.start(id, endpoint);
    expect(await connected(plane, endpoint, (client) => value(client, 'SELECT count(*)::int FROM kept'))).toBe(10_000);
  });

  test('can be started again after its server was killed', async () => {
    const { id, endpoint } = await running('killed');
    const [pid] = await processesNaming(join(plane.directory, 'clusters', id, 'data'));
    process.kill(pid ?? 0, 'SIGKILL');
    expect(
      await becomes(async () => (await processesNaming(join(plane.directory, 'clusters', id))).length === 0, 5),
    ).toBe(true);
    // Its parent hears of the end a little later than /proc shows it.
    const failure = async (): Promise<unknown> => plane.shipLogs(id).catch(({ code }: { code?: unknown }) => code);
    expect(await becomes(async () => (await failure()) === 'server-failed', 5)).toBe(true);
    await plane.start(id, endpoint);
    expect(await connected(plane, endpoint, (client) => value(client, 'SELECT 1'))).toBe(1);
  });

  test.each([true, false])('takes a new master password (running: %s)', async (isRunning) => {
    const { id, endpoint } = await running(`password-${isRunning}`);
    if (!isRunning) await plane.stop(id, 'fast');
    await plane.setMasterPassword(id, 'another');
    if (!isRunning) await plane.start(id, endpoint);
    expect(await connected(plane, endpoint, (client) => value(client, 'SELECT 1'), { password: 'another' })).toBe(1);
    await expect(connected(plane, endpoint, async () => undefined)).rejects.toMatchObject({ code: '28P01' });
  });

  test('leaves nothing when it is destroyed', async () => {
    const { id, endpoint } = await running('gone');
    await plane.destroy(id, { keepLogs: false });
    expect(await processesNaming(`/${id}/`)).toEqual([]);
    await expect(readFile(join(plane.directory, 'clusters', id, 'server.log'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
    await expect(plane.start(id, endpoint)).rejects.toMatchObject({ code: 'server-failed' });
  });
});

describe('a call that the state does not allow', () => {
  test('is a coded error and changes nothing', async () => {
    const { id, endpoint } = await running('state');
    const failed = { code: 'server-failed' };
    await expect(plane.start(id, await plane.endpointFor('elsewhere'))).rejects.toMatchObject(failed);
    await expect(plane.create({ resourceId: id, ...master })).rejects.toMatchObject(failed);
    await expect(plane.start('db-unknown', endpoint)).rejects.toMatchObject(failed);
    await expect(plane.takeBackup('db-unknown', 'b')).rejects.toMatchObject(failed);
    await expect(plane.restoreBackup('unknown', 'db-new')).rejects.toMatchObject(failed);
    await expect(plane.deleteBackup('unknown')).rejects.toMatchObject(failed);
    await expect(plane.create({ resourceId: '../escape', ...master })).rejects.toMatchObject(failed);
    expect(await connected(plane, endpoint, (client) => value(client, 'SELECT 1'))).toBe(1);
    await plane.stop(id, 'fast');
    await expect(plane.takeBackup(id, 'b')).rejects.toMatchObject(failed);
  });
});

describe('a data plane', () => {
  test('closes in the midst of calls, twice, and then refuses everything', async () => {
    const closing = await createPostgresDataPlane();
    const creating = expect(closing.create({ resourceId: 'db-A', ...master })).rejects.toMatchObject({
      code: 'server-failed',
    });
    await Promise.all([closing.close(), closing.close(), creating]);
    expect(await processesNaming(closing.directory)).toEqual([]);
    await expect(closing.create({ resourceId: 'db-C', ...master })).rejects.toMatchObject({ code: 'server-failed' });
    await expect(readFile(join(closing.directory, 'owner.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('can be made in a directory of the caller, which no other region can use at the same time', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'zephyr-test-'));
    const directory = join(parent, 'region');
    try {
      await chmod(parent, 0o755);
      const first = await createPostgresDataPlane({ directory });
      await expect(createPostgresDataPlane({ directory })).rejects.toMatchObject({ code: 'data-directory-in-use' });
      await first.create({ resourceId: 'db-A', ...master });
      await first.close();
      await writeFile(join(parent, 'mine'), 'precious');
      await expect(createPostgresDataPlane({ directory: parent })).rejects.toMatchObject({
        code: 'invalid-input',
        field: 'directory',
      });
      expect(await readFile(join(parent, 'mine'), 'utf8')).toBe('precious');
      await expect(createPostgresDataPlane({ directory: join(parent, "a'b") })).rejects.toMatchObject({
        field: 'directory',
      });
      await expect(createPostgresDataPlane({ directory: join(parent, 'x'.repeat(90)) })).rejects.toMatchObject({
        field: 'directory',
      });
    } finally {
      await rm(parent, { recursive: true, force: true });
    }
  });

  test('stops being made when its signal aborts, and leaves nothing', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'zephyr-test-'));
    await chmod(parent, 0o755);
    const directory = join(parent, 'region');
    const controller = new AbortController();
    const making = createPostgresDataPlane({ directory, signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 200);
    await expect(making).rejects.toThrow('enough');
    expect(await processesNaming(directory)).toEqual([]);
    await expect(readFile(join(directory, 'owner.json'))).rejects.toMatchObject({ code: 'ENOENT' });
    await rm(parent, { recursive: true });
  });

  test('without PostgreSQL says what to install', async () => {
    const binaries = { directory: '/nonexistent', version: '15.0', majorVersion: 15, tools: [] };
    await expect(createPostgresDataPlane({ binaries })).rejects.toMatchObject({
      code: 'server-failed',
      details: { program: '/nonexistent/initdb' },
    });
  });
});

test('node verifies the certificate against the address of any endpoint', async () => {
  const { endpoint } = await running('altname');
  // PostgreSQL speaks TLS only after its own request for it.
  const raw = connect(endpoint.port, endpoint.address);
  await once(raw, 'connect');
  raw.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
  await once(raw, 'data');
  const secure = connectTls({ socket: raw, host: endpoint.address, ca: plane.caCertificate });
  await once(secure, 'secureConnect');
  expect(secure.authorized).toBe(true);
  expect(secure.getPeerCertificate().subjectaltname).toContain(`IP Address:${endpoint.address}`);
  secure.destroy();
});
