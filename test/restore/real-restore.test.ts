import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackupClient } from '../../src/backup/backup-client.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import { renderPlan } from '../../src/restore/plan/render-plan.js';
import { RestorePlanner } from '../../src/restore/restore-planner.js';
import { startZephyr, type ZephyrRegion } from '../backup/zephyr-region.js';

let zephyr: ZephyrRegion;
let planner: RestorePlanner;

beforeAll(async () => {
  zephyr = await startZephyr(20_000);
  planner = new RestorePlanner(zephyr.system);
}, 120_000);

afterAll(async () => {
  await zephyr?.close();
});

async function one(text: string, database?: string): Promise<unknown> {
  const session = await zephyr.connect(database);
  try {
    return Object.values((await session.query(text))[0] ?? {})[0];
  } finally {
    await session.close();
  }
}

const sleep = (milliseconds: number): Promise<void> => zephyr.system.clock.sleep(milliseconds);

describe('a dump of a real database', () => {
  it('is restored into a new database that is proven equal, although the source has moved on', async () => {
    const dump = await new BackupClient(zephyr.system).createDump({ reason: 'weekly' });
    await zephyr.sql('DELETE FROM votes WHERE id % 2 = 0');
    const plan = await planner.planDumpRestore({ dump: 'latest', into: { database: 'proof' }, proveEqual: true });
    expect(renderPlan(plan)).toContain(`Restore ${dump.manifest.key} into proof on zephyr-production-db`);
    const outcome = await planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
    expect(outcome).toMatchObject({ status: 'completed', checks: { verdict: 'passed' } });
    expect(outcome.checks?.checks.map(({ check }) => check)).toContain('fingerprint');
    expect(await one('SELECT count(*)::int FROM votes', 'proof')).toBe(20_000);
    expect(await one('SELECT count(*)::int FROM votes')).toBe(10_000);
  });

  it('is refused and leaves no database when a single bit has flipped, which pg_restore does not notice', async () => {
    const dump = await new BackupClient(zephyr.system).createDump({ reason: 'damaged', compression: 'none' });
    const plan = await planner.planDumpRestore({ dump: dump.manifest.key, into: { database: 'damaged' } });
    const file = zephyr.region.s3.objectFiles('zephyr-backups', `zephyr/${dump.manifest.key}`).at(-1) ?? '';
    const bytes = await readFile(file);
    // A letter of a comment: everything around it still is an archive.
    const at = bytes.indexOf('Poll 42');
    bytes.write('Pool', at);
    await writeFile(file, bytes);
    await expect(planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() })).rejects.toMatchObject({
      code: 'dump-corrupt',
      message: expect.stringContaining('SHA-256'),
    });
    expect(await one(`SELECT count(*)::int FROM pg_database WHERE datname = 'damaged'`, 'postgres')).toBe(0);
  });

  it('is refused as corrupt, not as a failure of pg_restore, when its compressed data is damaged', async () => {
    const dump = await new BackupClient(zephyr.system).createDump({ reason: 'damaged', compression: 'gzip:6' });
    const plan = await planner.planDumpRestore({ dump: dump.manifest.key, into: { database: 'damaged' } });
    const file = zephyr.region.s3.objectFiles('zephyr-backups', `zephyr/${dump.manifest.key}`).at(-1) ?? '';
    const bytes = await readFile(file);
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    await writeFile(file, bytes);
    await expect(planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() })).rejects.toMatchObject({
      code: 'dump-corrupt',
    });
    expect(await one(`SELECT count(*)::int FROM pg_database WHERE datname = 'damaged'`, 'postgres')).toBe(0);
  });

  it('is never restored over existing data', async () => {
    const plan = await planner.planDumpRestore({ dump: 'latest', into: { database: 'zephyr' } });
    const before = await one('SELECT count(*)::int FROM votes');
    await expect(planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() })).rejects.toMatchObject({
      code: 'precondition-failed',
    });
    expect(await one('SELECT count(*)::int FROM votes')).toBe(before);
  });

  it('goes into a database that holds extensions and no more, as a dump of single tables needs it', async () => {
    await zephyr.sql(
      'CREATE SCHEMA app; CREATE TABLE app.flags (id int PRIMARY KEY); INSERT INTO app.flags VALUES (7)',
    );
    const { id } = await new BackupClient(zephyr.system).createDump({ tables: ['app.flags'] });
    await zephyr.sql('DROP SCHEMA app CASCADE');
    for (const database of ['extended', 'typed']) {
      await zephyr.sql(`CREATE DATABASE ${database} TEMPLATE template0`, 'postgres');
      await zephyr.sql('CREATE EXTENSION hstore; CREATE EXTENSION citext', database);
    }
    await zephyr.sql("CREATE TYPE mood AS ENUM ('sad')", 'typed');
    const run = async (database: string): Promise<unknown> => {
      const plan = await planner.planDumpRestore({ dump: id, into: { database } });
      return planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
    };
    expect(await run('extended')).toMatchObject({ status: 'completed', checks: { verdict: 'passed' } });
    expect(await one('SELECT id FROM app.flags', 'extended')).toBe(7);
    await expect(run('typed')).rejects.toMatchObject({ message: expect.stringContaining('is not empty') });
  });

  it('is restored to its end by a second run when the first was stopped in the middle', async () => {
    const dump = await new BackupClient(zephyr.system).createDump({ reason: 'interrupted' });
    const plan = await planner.planDumpRestore({ dump: dump.manifest.key, into: { database: 'interrupted' } });
    const journal = createMemoryJournal();
    const stop = new AbortController();
    const reason = new Error('stopped by hand');
    const first = planner.execute(plan, {
      approve: plan.hash,
      journal,
      signal: stop.signal,
      onProgress: ({ phase, bytes }) => {
        if (phase === 'restore-archive' && (bytes ?? 0) > 0) stop.abort(reason);
      },
    });
    await expect(first).rejects.toBe(reason);
    expect(await one(`SELECT count(*)::int FROM pg_database WHERE datname = 'interrupted'`, 'postgres')).toBe(1);
    expect(await planner.execute(plan, { approve: plan.hash, journal })).toMatchObject({
      status: 'completed',
      checks: { verdict: 'passed' },
    });
  });

  it('fills an empty database that was there already, and never drops that one', async () => {
    await zephyr.sql('CREATE DATABASE standing TEMPLATE template0', 'postgres');
    const dump = await new BackupClient(zephyr.system).createDump({ reason: 'damaged', compression: 'none' });
    const { key } = dump.manifest;
    const request = { dump: key, into: { database: 'standing' }, createDatabase: false };
    const plan = await planner.planDumpRestore(request);
    const file = zephyr.region.s3.objectFiles('zephyr-backups', `zephyr/${key}`).at(-1) ?? '';
    const sound = await readFile(file);
    const damaged = Buffer.from(sound);
    damaged.write('Pool', damaged.indexOf('Poll 42'));
    await writeFile(file, damaged);
    const run = () => planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
    await expect(run()).rejects.toMatchObject({ code: 'dump-corrupt' });
    expect(await one(`SELECT count(*)::int FROM pg_database WHERE datname = 'standing'`, 'postgres')).toBe(1);
    await writeFile(file, sound);
    await zephyr.sql('DROP DATABASE standing', 'postgres');
    await expect(run()).rejects.toMatchObject({
      code: 'precondition-failed',
      message: expect.stringContaining('no database'),
    });
    await zephyr.sql('CREATE DATABASE standing TEMPLATE template0', 'postgres');
    expect(await run()).toMatchObject({ status: 'completed', checks: { verdict: 'passed' } });
  });
});

describe('a point-in-time recovery of a real database', () => {
  it('brings the deleted rows back under the production name', async () => {
    await zephyr.sql(`INSERT INTO votes (poll_id, choice) SELECT 1, 2 FROM generate_series(1, 1000)`);
    const before = await one('SELECT count(*)::int FROM votes');
    await sleep(1_100);
    const lastGood = new Date(Math.floor(Date.now() / 1_000) * 1_000);
    await sleep(1_100);
    await zephyr.sql('DELETE FROM votes');
    await sleep(1_100);
    await zephyr.region.shipLogs();
    const plan = await planner.planPointInTime({ restoreTime: lastGood, target: 'zephyr-pitr', promote: 'rename' });
    const calls: string[] = [];
    const outcome = await planner.execute(plan, {
      approve: plan.hash,
      journal: createMemoryJournal(),
      writers: { stop: async () => void calls.push('stop'), resume: async () => void calls.push('resume') },
    });
    expect(outcome).toMatchObject({
      status: 'completed',
      drift: [],
      candidate: { identifier: 'zephyr-production-db' },
      checks: { verdict: 'passed' },
    });
    expect(calls).toEqual(['stop', 'resume']);
    expect(await one('SELECT count(*)::int FROM votes')).toBe(before);
    const old = await zephyr.system.aws.rds.describeInstanceByResourceId(plan.system.resourceId ?? '');
    expect(old).toMatchObject({ identifier: outcome.previous?.identifier, deletionProtection: true });
  });
});
