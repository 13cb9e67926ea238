import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Endpoint } from '../../../src/local/data-plane/data-plane.js';
import { createPostgresDataPlane, type PostgresDataPlane } from '../../../src/local/data-plane/postgres-data-plane.js';
import { connected, master, value } from './support/connect.js';
import { becomes } from './support/region-traces.js';

let plane: PostgresDataPlane;
let primary: Endpoint;
beforeAll(async () => {
  plane = await createPostgresDataPlane();
  primary = await plane.endpointFor('prod');
  await plane.create({ resourceId: 'db-P', ...master });
  await plane.start('db-P', primary);
  await run(primary, 'CREATE TABLE votes AS SELECT generate_series(1, 100) AS id');
});
afterAll(async () => {
  await plane.close();
});

const run = (endpoint: Endpoint, sql: string): Promise<unknown> => connected(plane, endpoint, (c) => value(c, sql));
const count = (endpoint: Endpoint): Promise<unknown> => run(endpoint, 'SELECT count(*)::int FROM votes');
const insert = (): Promise<unknown> => run(primary, 'INSERT INTO votes VALUES (0) RETURNING id');
const reaches = (endpoint: Endpoint, votes: unknown): Promise<boolean> =>
  becomes(async () => (await count(endpoint)) === votes, 60);

/** A running replica, of the primary unless it is told otherwise. */
async function replica(name: string, source = 'db-P'): Promise<{ readonly id: string; readonly endpoint: Endpoint }> {
  const id = `db-${name}`;
  const endpoint = await plane.endpointFor(name);
  await plane.createReplica(source, id);
  await plane.start(id, endpoint);
  return { id, endpoint };
}

const slots = async (): Promise<string[]> => readdir(join(plane.directory, 'clusters', 'db-P', 'data', 'pg_replslot'));

it('follows its source, is read from and refuses writes', async () => {
  const { id, endpoint } = await replica('follows');
  await insert();
  expect(await reaches(endpoint, await count(primary))).toBe(true);
  await expect(run(endpoint, 'DELETE FROM votes')).rejects.toMatchObject({ code: '25006' });
  expect(await plane.measure(id)).toMatchObject({ replicaLagSeconds: expect.any(Number), slotLagBytes: undefined });
  expect(await slots()).toEqual(['rds_db_follows']);
  await plane.destroy(id, { keepLogs: false });
  expect(await slots()).toEqual([]);
});

it('follows its source through a restart, a crash and a move to another endpoint', async () => {
  const { id, endpoint } = await replica('faithful');
  for (const [mode, name] of [
    ['fast', 'prod'],
    ['immediate', 'prod'],
    ['fast', 'renamed'],
    ['fast', 'prod'],
  ] as const) {
    await plane.stop('db-P', mode);
    expect(await count(endpoint)).toEqual(expect.any(Number));
    primary = await plane.endpointFor(name);
    await plane.start('db-P', primary);
    await insert();
    expect(await reaches(endpoint, await count(primary))).toBe(true);
  }
  await plane.stop('db-P', 'fast');
  await plane.destroy(id, { keepLogs: false });
  expect(await slots()).toEqual(['rds_db_faithful']);
  await plane.start('db-P', primary);
  expect(await slots()).toEqual([]);
});

it.each(['receive', 'replay'] as const)(
  'can be held back where it would %s logs, and catches up when let go',
  async (at) => {
    const { id, endpoint } = await replica(`held-${at}`);
    const before = await count(primary);
    expect(await reaches(endpoint, before)).toBe(true);
    await plane.holdReplica(id, at);
    await insert();
    await run(primary, 'SELECT pg_sleep(1.2)');
    expect(await count(endpoint)).toBe(before);
    const { slotLagBytes = 0 } = (await plane.measure('db-P')) ?? {};
    const { replicaLagSeconds } = (await plane.measure(id)) ?? {};
    if (at === 'receive') expect(slotLagBytes).toBeGreaterThan(0);
    expect(replicaLagSeconds).toBeGreaterThan(1);
    if (at === 'receive') {
      // A restart changes nothing; where replay is held, it replays what was received.
      await plane.stop(id, 'fast');
      await plane.start(id, endpoint);
      expect(await count(endpoint)).toBe(before);
    }
    await plane.holdReplica(id);
    expect(await reaches(endpoint, await count(primary))).toBe(true);
    await plane.destroy(id, { keepLogs: false });
  },
);

it('takes writes once it is promoted, without what it never received, and is backed up like any other', async () => {
  const { id, endpoint } = await replica('heir');
  const before = await count(primary);
  expect(await reaches(endpoint, before)).toBe(true);
  await plane.holdReplica(id, 'receive');
  await insert();
  await plane.promote(id);
  expect(await slots()).toEqual([]);
  await run(endpoint, 'INSERT INTO votes VALUES (1)');
  expect([await count(endpoint), await count(primary)]).toEqual([Number(before) + 1, Number(before) + 1]);
  await plane.stop(id, 'fast');
  await plane.start(id, endpoint);
  await run(endpoint, 'INSERT INTO votes VALUES (2)');
  await plane.takeBackup(id, 'of-heir');
  await run(endpoint, 'INSERT INTO votes VALUES (3)');
  const time = await plane.shipLogs(id);
  await run(endpoint, 'TRUNCATE votes');
  await plane.shipLogs(id);
  await plane.restoreToTime({ source: id, backupId: 'of-heir', time }, 'db-heir2');
  const again = await plane.endpointFor('heir2');
  await plane.start('db-heir2', again);
  expect(await count(again)).toBe(Number(before) + 3);
  await expect(plane.promote(id)).rejects.toMatchObject({ code: 'server-failed' });
});

it('can be backed up while it follows; what is restored from that follows nobody', async () => {
  const { id, endpoint } = await replica('backed-up');
  const before = await count(primary);
  expect(await reaches(endpoint, before)).toBe(true);
  const { databaseTime, sizeBytes } = await plane.takeBackup(id, 'of-replica');
  expect(databaseTime).toBeInstanceOf(Date);
  expect(sizeBytes).toBeGreaterThan(1_000_000);
  await insert();
  await plane.restoreBackup('of-replica', 'db-copy');
  const copy = await plane.endpointFor('copy');
  await plane.start('db-copy', copy);
  expect(await count(copy)).toBe(before);
  await run(copy, 'INSERT INTO votes VALUES (1)');
  await plane.takeBackup('db-copy', 'of-copy');
});

it('is followed by replicas of its own, also when it is promoted', async () => {
  const middle = await replica('middle');
  const last = await replica('last', middle.id);
  await insert();
  expect(await reaches(last.endpoint, await count(primary))).toBe(true);
  await plane.stop(middle.id, 'fast');
  await insert();
  await plane.start(middle.id, middle.endpoint);
  expect(await reaches(last.endpoint, await count(primary))).toBe(true);
  await plane.promote(middle.id);
  await run(middle.endpoint, 'DELETE FROM votes');
  expect(await reaches(last.endpoint, 0)).toBe(true);
  await expect(run(last.endpoint, 'CREATE TABLE x ()')).rejects.toMatchObject({ code: '25006' });
  await plane.destroy(middle.id, { keepLogs: false });
  await plane.promote(last.id);
  expect(await run(last.endpoint, 'INSERT INTO votes VALUES (1) RETURNING id')).toBe(1);
  await plane.destroy(last.id, { keepLogs: false });
  expect(await slots()).not.toContain('rds_db_middle');
}, 120_000);

it('leaves no slot behind when it cannot be made', async () => {
  await expect(plane.createReplica('db-P', 'not a name')).rejects.toMatchObject({ code: 'server-failed' });
  expect((await slots()).filter((name) => name.includes('not'))).toEqual([]);
});
