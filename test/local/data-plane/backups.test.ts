import { execFile } from 'node:child_process';
import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../../src/local/data-plane/data-plane.js';
import { createPostgresDataPlane, type PostgresDataPlane } from '../../../src/local/data-plane/postgres-data-plane.js';
import { connected, master, value } from './support/connect.js';
import { becomes } from './support/region-traces.js';

let plane: PostgresDataPlane;
beforeAll(async () => {
  plane = await createPostgresDataPlane();
});
afterAll(async () => {
  await plane.close();
});

async function running(name: string, sql: string): Promise<{ id: string; endpoint: Endpoint }> {
  const id = `db-${name}`;
  const endpoint = await plane.endpointFor(name);
  await plane.create({ resourceId: id, ...master });
  await plane.start(id, endpoint);
  await connected(plane, endpoint, (client) => client.query(sql));
  return { id, endpoint };
}

async function opened(id: string): Promise<Endpoint> {
  const endpoint = await plane.endpointFor(id);
  await plane.start(id, endpoint);
  return endpoint;
}

const votes = `CREATE TABLE votes (id serial PRIMARY KEY, voter text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
  INSERT INTO votes (voter) SELECT md5(g::text) FROM generate_series(1, 20000) g`;
const content = 'SELECT count(*) || md5(string_agg(votes::text, chr(10) ORDER BY id)) FROM votes';
const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** One row and when it was committed: not before `before`, not after `after`, by the server's clock. */
interface Commit {
  readonly id: number;
  readonly before: number;
  readonly after: number;
}

/** Commits rows one by one until told to stop. */
async function writeUntil(client: Client, done: () => boolean): Promise<Commit[]> {
  const commits: Commit[] = [];
  const instant = async (sql: string): Promise<Record<string, unknown>> => (await client.query(sql)).rows[0] ?? {};
  while (!done()) {
    const inserted = await instant(
      "INSERT INTO votes (voter) VALUES ('live') RETURNING id, extract(epoch FROM clock_timestamp()) * 1000 AS at",
    );
    const after = await instant('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS at');
    commits.push({ id: Number(inserted.id), before: Number(inserted.at), after: Number(after.at) });
  }
  return commits;
}

async function idsIn(endpoint: Endpoint): Promise<Set<number>> {
  const { rows } = await connected(plane, endpoint, (client) => client.query<{ id: number }>('SELECT id FROM votes'));
  return new Set(rows.map((row) => row.id));
}

/** What recovery to `time` must have, and must not have. */
function expectExactly(ids: Set<number>, commits: readonly Commit[], time: number): void {
  const missing = commits.filter((commit) => commit.after <= time && !ids.has(commit.id));
  const tooNew = commits.filter((commit) => commit.before > time && ids.has(commit.id));
  expect({ missing, tooNew }).toEqual({ missing: [], tooNew: [] });
}

describe('a backup', () => {
  test('restores to what was there when it was taken, whatever happened since', async () => {
    const { id, endpoint } = await running('equal', votes);
    const before = await connected(plane, endpoint, (client) => value(client, content));
    const taken = await plane.takeBackup(id, 'equal');
    expect(taken.sizeBytes).toBeGreaterThan(20_000_000);
    await connected(plane, endpoint, (client) => client.query('DELETE FROM votes'));
    await plane.restoreBackup('equal', 'db-equal-2');
    const restored = await opened('db-equal-2');
    expect(await connected(plane, restored, (client) => value(client, content))).toBe(before);
    expect(await connected(plane, endpoint, (client) => value(client, 'SELECT count(*)::int FROM votes'))).toBe(0);
    // It is a cluster of its own: it takes writes, and can be restored from again.
    await connected(plane, restored, (client) => client.query("INSERT INTO votes (voter) VALUES ('new')"));
    await plane.restoreBackup('equal', 'db-equal-3');
    expect(await connected(plane, await opened('db-equal-3'), (client) => value(client, content))).toBe(before);
  });

  test('taken while rows are written holds all of them up to its database time', async () => {
    const { id, endpoint } = await running('busy', votes);
    let stop = false;
    let written = 0;
    const count = (): boolean => {
      written += 1;
      return stop;
    };
    const writing = connected(plane, endpoint, (client) => writeUntil(client, count));
    expect(await becomes(async () => written > 50, 30)).toBe(true);
    const { databaseTime } = await plane.takeBackup(id, 'busy');
    stop = true;
    const commits = await writing;
    expect(commits.length).toBeGreaterThanOrEqual(50);
    await plane.restoreBackup('busy', 'db-busy-2');
    const ids = await idsIn(await opened('db-busy-2'));
    expect(commits.filter(({ id, after }) => after <= databaseTime.getTime() && !ids.has(id))).toEqual([]);
    // And is a consistent whole: a prefix of what was committed.
    const last = commits.findLastIndex(({ id }) => ids.has(id));
    expect(commits.slice(0, last + 1).every(({ id }) => ids.has(id))).toBe(true);
  });

  test('outlives its source and the logs of its source', async () => {
    const { id, endpoint } = await running('outlives', votes);
    const before = await connected(plane, endpoint, (client) => value(client, content));
    await plane.takeBackup(id, 'outlives');
    await plane.destroy(id, { keepLogs: false });
    await plane.restoreBackup('outlives', 'db-outlives-2');
    expect(await connected(plane, await opened('db-outlives-2'), (client) => value(client, content))).toBe(before);
    await plane.deleteBackup('outlives');
    await expect(plane.restoreBackup('outlives', 'db-outlives-3')).rejects.toMatchObject({ code: 'server-failed' });
  });

  test('brings back the password of its time', async () => {
    const { id, endpoint } = await running('password', votes);
    await plane.takeBackup(id, 'password');
    await plane.setMasterPassword(id, 'later');
    const time = await plane.shipLogs(id);
    await plane.restoreBackup('password', 'db-password-2');
    await plane.restoreToTime({ source: id, backupId: 'password', time }, 'db-password-3');
    const one = (client: Client): Promise<unknown> => value(client, 'SELECT 1');
    expect(await connected(plane, await opened('db-password-2'), one)).toBe(1);
    expect(await connected(plane, await opened('db-password-3'), one, { password: 'later' })).toBe(1);
    expect(await connected(plane, endpoint, one, { password: 'later' })).toBe(1);
    await plane.setMasterPassword('db-password-2', 'its own');
    expect(await connected(plane, await plane.endpointFor('db-password-2'), one, { password: 'its own' })).toBe(1);
  });

  test('holds every database and role of the cluster', async () => {
    const { id } = await running('whole', votes);
    const endpoint = await plane.endpointFor('whole');
    await connected(plane, endpoint, async (client) => {
      await client.query("CREATE ROLE app LOGIN PASSWORD 'app'");
      await client.query('CREATE DATABASE other');
    });
    await connected(
      plane,
      endpoint,
      (client) => client.query('CREATE TABLE t AS SELECT 5 AS n; GRANT SELECT ON t TO app'),
      {
        database: 'other',
      },
    );
    await plane.takeBackup(id, 'whole');
    await plane.restoreBackup('whole', 'db-whole-2');
    const asApp = { user: 'app', password: 'app', database: 'other' };
    expect(await connected(plane, await opened('db-whole-2'), (c) => value(c, 'SELECT n FROM t'), asApp)).toBe(5);
  });
});

describe('recovery to an instant', () => {
  test('has every row committed at or before it and none committed after', async () => {
    const { id, endpoint } = await running('exact', votes);
    await plane.takeBackup(id, 'exact');
    // Around a whole second, which is what RDS can be asked for.
    const second = new Date(Math.ceil((Date.now() + 700) / 1000) * 1000);
    const done = (): boolean => Date.now() > second.getTime() + 600;
    const written = await Promise.all(
      [1, 2, 3].map(() => connected(plane, endpoint, (client) => writeUntil(client, done))),
    );
    const commits = written.flat();
    expect(commits.some(({ after }) => after <= second.getTime())).toBe(true);
    expect(commits.some(({ before }) => before > second.getTime())).toBe(true);
    const shipped = await plane.shipLogs(id);
    const instants = [second, new Date(second.getTime() - 333), new Date(second.getTime() + 123), shipped];
    for (const [index, time] of instants.entries()) {
      const target = `db-exact-${index}`;
      await plane.restoreToTime({ source: id, backupId: 'exact', time }, target);
      expectExactly(await idsIn(await opened(target)), commits, time.getTime());
      await plane.destroy(target, { keepLogs: false });
    }
  });

  test('works from the very database time of the backup on', async () => {
    const { id } = await running('edge', votes);
    const endpoint = await plane.endpointFor('edge');
    let stop = false;
    const writing = connected(plane, endpoint, (client) => writeUntil(client, () => stop));
    const { databaseTime } = await plane.takeBackup(id, 'edge');
    stop = true;
    const commits = await writing;
    await plane.shipLogs(id);
    await plane.restoreToTime({ source: id, backupId: 'edge', time: databaseTime }, 'db-edge-2');
    expectExactly(await idsIn(await opened('db-edge-2')), commits, databaseTime.getTime());
  });

  test("brings back deleted rows and leaves a cluster that is nobody's copy any more", async () => {
    const { id, endpoint } = await running('deleted', votes);
    await plane.takeBackup(id, 'deleted');
    const before = await connected(plane, endpoint, (client) => value(client, content));
    await sleep(20);
    const time = new Date();
    await sleep(20);
    await connected(plane, endpoint, (client) => client.query('DELETE FROM votes'));
    await plane.shipLogs(id);
    await plane.restoreToTime({ source: id, backupId: 'deleted', time }, 'db-deleted-2');
    const recovered = await opened('db-deleted-2');
    await connected(plane, recovered, async (client) => {
      expect(await value(client, content)).toBe(before);
      expect(await value(client, 'SELECT pg_is_in_recovery()')).toBe(false);
      expect(await value(client, 'SHOW recovery_target_time')).toBe('');
      expect(await value(client, 'SHOW restore_command')).toBe('');
      await client.query("INSERT INTO votes (voter) VALUES ('after')");
    });
    const files = await readdir(join(plane.directory, 'clusters', 'db-deleted-2', 'data'));
    expect(files.filter((name) => /recovery|backup_label$|standby/.test(name))).toEqual([]);
    await plane.stop('db-deleted-2', 'immediate');
    await plane.start('db-deleted-2', recovered);
    expect(await connected(plane, recovered, (client) => value(client, 'SELECT count(*)::int FROM votes'))).toBe(
      20_001,
    );
  });

  test('works from a cluster that was itself recovered, and from one recovered from that', async () => {
    let { id } = await running('generation', votes);
    for (const generation of [2, 3]) {
      await plane.takeBackup(id, `generation-${generation}`);
      const endpoint = await plane.endpointFor(generation === 2 ? 'generation' : id);
      await connected(plane, endpoint, (client) =>
        client.query(`INSERT INTO votes (voter) VALUES ('kept ${generation}')`),
      );
      await sleep(20);
      const time = new Date();
      await sleep(20);
      await connected(plane, endpoint, (client) => client.query("INSERT INTO votes (voter) VALUES ('lost')"));
      await plane.shipLogs(id);
      const next = `db-generation-${generation}`;
      await plane.restoreToTime({ source: id, backupId: `generation-${generation}`, time }, next);
      await opened(next);
      id = next;
    }
    const { rows } = await connected(plane, await plane.endpointFor(id), (client) =>
      client.query("SELECT voter FROM votes WHERE voter LIKE 'kept%' OR voter = 'lost' ORDER BY id"),
    );
    expect(rows).toEqual([{ voter: 'kept 2' }, { voter: 'kept 3' }]);
  });

  test('works after the source was destroyed, as long as its logs are kept', async () => {
    const { id, endpoint } = await running('retained', votes);
    await plane.takeBackup(id, 'retained');
    await connected(plane, endpoint, (client) => client.query("INSERT INTO votes (voter) VALUES ('late')"));
    const time = await plane.shipLogs(id);
    await plane.destroy(id, { keepLogs: true });
    await plane.restoreToTime({ source: id, backupId: 'retained', time }, 'db-retained-2');
    expect(
      await connected(plane, await opened('db-retained-2'), (c) =>
        value(c, 'SELECT voter FROM votes ORDER BY id DESC LIMIT 1'),
      ),
    ).toBe('late');
    await plane.deleteLogs(id);
    await expect(
      plane.restoreToTime({ source: id, backupId: 'retained', time: new Date(time.getTime() + 1) }, 'db-retained-3'),
    ).rejects.toMatchObject({
      code: 'server-failed',
    });
  });

  test('works across a crash of the source and across its restarts', async () => {
    const { id, endpoint } = await running('crashed', votes);
    await plane.takeBackup(id, 'crashed');
    for (const mode of ['immediate', 'fast'] as const) {
      await connected(plane, endpoint, (client) => client.query(`INSERT INTO votes (voter) VALUES ('${mode}')`));
      await plane.stop(id, mode);
      await plane.start(id, endpoint);
    }
    const time = await plane.shipLogs(id);
    await plane.restoreToTime({ source: id, backupId: 'crashed', time }, 'db-crashed-2');
    expect(
      await connected(plane, await opened('db-crashed-2'), (c) => value(c, 'SELECT count(*)::int FROM votes')),
    ).toBe(20_002);
  });

  test('after the last log fails with the reason in the log, and leaves nothing', async () => {
    const { id } = await running('beyond', votes);
    await plane.takeBackup(id, 'beyond');
    const time = new Date((await plane.shipLogs(id)).getTime() + 60_000);
    await expect(plane.restoreToTime({ source: id, backupId: 'beyond', time }, 'db-outside')).rejects.toMatchObject({
      code: 'server-failed',
      details: { serverLog: expect.stringContaining('recovery ended before configured recovery target was reached') },
    });
    expect(await readdir(join(plane.directory, 'clusters'))).not.toContain('db-outside');
    expect(await readdir(join(plane.directory, 'logs'))).not.toContain('db-outside');
  });

  test('before the backup is refused: the backup holds later transactions', async () => {
    const { id } = await running('too-early', votes);
    const { databaseTime } = await plane.takeBackup(id, 'too-early');
    await plane.shipLogs(id);
    const time = new Date(databaseTime.getTime() - 1);
    await expect(plane.restoreToTime({ source: id, backupId: 'too-early', time }, 'db-outside')).rejects.toMatchObject({
      code: 'server-failed',
      message: expect.stringContaining('too-early holds transactions later than'),
    });
    expect(await readdir(join(plane.directory, 'clusters'))).not.toContain('db-outside');
  });
});

describe('shipping logs', () => {
  test('returns an instant that covers every transaction committed before the call', async () => {
    const { id, endpoint } = await running('covers', votes);
    const committed = await connected(plane, endpoint, (client) =>
      value(
        client,
        "INSERT INTO votes (voter) VALUES ('x') RETURNING extract(epoch FROM clock_timestamp())::float8 * 1000",
      ),
    );
    const first = await plane.shipLogs(id);
    const second = await plane.shipLogs(id);
    expect(first.getTime()).toBeGreaterThanOrEqual(Math.floor(Number(committed)));
    expect(second.getTime()).toBeGreaterThan(first.getTime());
  });

  test('to a disk that takes nothing fails with the reason in the log', async () => {
    const { id } = await running('full', votes);
    const logs = join(plane.directory, 'logs', id);
    await chmod(logs, 0o500);
    await expect(plane.shipLogs(id)).rejects.toMatchObject({
      code: 'server-failed',
      details: { serverLog: expect.stringMatching(/archive command failed|Permission denied/) },
    });
    await chmod(logs, 0o700);
    await expect(plane.shipLogs(id)).resolves.toBeInstanceOf(Date);
  });
});

test('a backup to a disk that is full fails with the reason, and leaves nothing', async () => {
  const { id } = await running('no-space', votes);
  const before = await readdir(join(plane.directory, 'backups'));
  // A limit on the size of files, inherited by the copying program, fails a write as a full disk does.
  const limit = (size: string): Promise<unknown> =>
    promisify(execFile)('prlimit', [`--pid=${process.pid}`, `--fsize=${size}`]);
  await limit('100000:');
  try {
    await expect(plane.takeBackup(id, 'no-space')).rejects.toMatchObject({
      code: 'server-failed',
      message: expect.stringContaining('cp'),
    });
  } finally {
    await limit('unlimited:');
  }
  expect(await readdir(join(plane.directory, 'backups'))).toEqual(before);
  await plane.takeBackup(id, 'no-space');
});

test('two data planes work side by side', async () => {
  const other = await createPostgresDataPlane();
  try {
    const { endpoint } = await running('side', votes);
    const elsewhere = await other.endpointFor('side');
    await other.create({ resourceId: 'db-side', ...master });
    await other.start('db-side', elsewhere);
    await connected(other, elsewhere, (client) => client.query('CREATE TABLE votes AS SELECT 1 AS id'));
    expect(await connected(plane, endpoint, (client) => value(client, 'SELECT count(*)::int FROM votes'))).toBe(20_000);
    expect(await connected(other, elsewhere, (client) => value(client, 'SELECT count(*)::int FROM votes'))).toBe(1);
  } finally {
    await other.close();
  }
  expect(await connected(plane, await plane.endpointFor('side'), (client) => value(client, 'SELECT 1'))).toBe(1);
});
