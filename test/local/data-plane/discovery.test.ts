import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DataPlanePlace } from '../../../src/local/data-plane/data-plane.js';
import { portPool, reserveEndpoints } from '../../../src/local/data-plane/endpoint-pool.js';
import { findPostgres } from '../../../src/local/data-plane/postgres-binaries.js';
import { createPostgresDataPlane } from '../../../src/local/data-plane/postgres-data-plane.js';
import { findRedisServer } from '../../../src/local/data-plane/redis-binaries.js';
import { startLocalRegion } from '../../../src/local/start-local-region.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zephyr-test-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** A directory of programs that only know their version. */
async function programs(path: string, version: string, names: readonly string[]): Promise<string> {
  const bin = join(directory, path);
  await mkdir(bin, { recursive: true });
  for (const name of names) {
    await writeFile(join(bin, name), `#!/bin/sh\necho "${version}"\n`);
    await chmod(join(bin, name), 0o755);
  }
  return bin;
}

const postgres = (version: string): string => `postgres (PostgreSQL) ${version}`;
const server = ['postgres', 'initdb', 'pg_ctl'];

describe('finding PostgreSQL', () => {
  test('takes the newest version of the system, by number and not by name', async () => {
    await programs('versions/9/bin', postgres('9.6'), server);
    await programs('versions/15/bin', postgres('15.18 (Debian 15.18-0+deb12u1)'), server);
    const newest = await programs('versions/100/bin', postgres('100.1'), server);
    await programs('versions/notes/bin', postgres('999'), server);
    expect(await findPostgres({ env: {}, versionsDirectory: join(directory, 'versions') })).toEqual({
      directory: newest,
      version: '100.1',
      majorVersion: 100,
      tools: ['postgres', 'initdb', 'pg_ctl'],
    });
  });

  test('passes over a newer version that has only client programs', async () => {
    await programs('versions/18/bin', postgres('18.4'), ['pg_dump', 'pg_restore']);
    const whole = await programs('versions/15/bin', postgres('15.18'), [...server, 'pg_dump']);
    const found = await findPostgres({ env: {}, versionsDirectory: join(directory, 'versions') });
    expect(found).toMatchObject({ directory: whole, tools: [...server, 'pg_dump'] });
  });

  test('takes the directory that the environment names, and no other', async () => {
    await programs('versions/15/bin', postgres('15.18'), server);
    const named = await programs('named', postgres('16beta1'), server);
    const versionsDirectory = join(directory, 'versions');
    const env = { ZEPHYR_POSTGRES_BIN: named, PATH: join(directory, 'versions/15/bin') };
    expect(await findPostgres({ env, versionsDirectory })).toMatchObject({
      directory: named,
      version: '16beta1',
      majorVersion: 16,
    });
    expect(await findPostgres({ env: { ...env, ZEPHYR_POSTGRES_BIN: directory }, versionsDirectory })).toBeUndefined();
  });

  test('looks on PATH last, and takes nothing too old', async () => {
    const versionsDirectory = join(directory, 'absent');
    const old = await programs('old', postgres('13.20'), server);
    const onPath = await programs('path', postgres('14.1'), server);
    expect(await findPostgres({ env: { PATH: `${old}:${onPath}` }, versionsDirectory })).toMatchObject({
      directory: onPath,
    });
    expect(await findPostgres({ env: { PATH: old }, versionsDirectory })).toBeUndefined();
  });

  test('a data plane without it says what to do', async () => {
    await expect(createPostgresDataPlane({ env: { ZEPHYR_POSTGRES_BIN: directory } })).rejects.toMatchObject({
      code: 'postgres-tool-missing',
      hint: expect.stringContaining('ZEPHYR_POSTGRES_BIN'),
    });
  });
});

test('a region without PostgreSQL does not start, says what to do, and leaves its directory and its port to others', async () => {
  const place = { directory: join(directory, 'kept'), port: 0 };
  const first = await startLocalRegion(place);
  const port = Number(new URL(first.endpoint).port);
  await first.close();
  const dataPlane = (where: DataPlanePlace) =>
    createPostgresDataPlane({ ...where, env: { ZEPHYR_POSTGRES_BIN: directory } });
  await expect(startLocalRegion({ ...place, port, dataPlane })).rejects.toMatchObject({
    code: 'postgres-tool-missing',
    message: 'no PostgreSQL server was found on this machine',
  });
  await using again = await startLocalRegion({ ...place, port });
  expect(again.endpoint).toBe(first.endpoint);
});

describe('finding redis-server', () => {
  test('takes the one that the environment names, else the first on PATH', async () => {
    const first = await programs('a', 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc', ['redis-server']);
    const second = await programs('b', 'Redis server v=6.2.1 sha=0', ['redis-server']);
    const PATH = `${join(directory, 'none')}:${first}:${second}`;
    expect(await findRedisServer({ env: { PATH } })).toEqual({ path: join(first, 'redis-server'), version: '7.0.15' });
    const named = join(second, 'redis-server');
    expect(await findRedisServer({ env: { PATH, ZEPHYR_REDIS_SERVER: named } })).toEqual({
      path: named,
      version: '6.2.1',
    });
    expect(await findRedisServer({ env: { PATH, ZEPHYR_REDIS_SERVER: directory } })).toBeUndefined();
  });
});

describe('endpoints', () => {
  test('of a region are addresses of their own with one port, each known beforehand, and not without end', async () => {
    const pool = await reserveEndpoints();
    const taken = await Promise.all(pool.addresses.map((_, index) => pool.take(`name-${index}`)));
    expect(new Set(taken.map(({ address }) => address))).toEqual(new Set(pool.addresses));
    expect(new Set(taken.map(({ port }) => port)).size).toBe(1);
    expect(await pool.take('name-7')).toEqual(taken[7]);
    await expect(pool.take('one too many')).rejects.toMatchObject({ code: 'quota-exceeded' });
  });

  test('are told apart by port where there is one loopback address only', async () => {
    const pool = portPool();
    const [a, b, again] = await Promise.all([pool.take('a'), pool.take('b'), pool.take('a')]);
    expect(again).toEqual(a);
    expect(b.address).toBe('127.0.0.1');
    expect(b.port).not.toBe(a.port);
  });
});
