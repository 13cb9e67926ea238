import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackupClient } from '../../src/backup/backup-client.js';
import type { CreatedDump } from '../../src/backup/create-dump.js';
import type { DumpArchive } from '../../src/backup/dump-manifest.js';
import { withDatabaseSnapshot } from '../../src/checks/database-snapshot.js';
import { fingerprintDatabase } from '../../src/checks/fingerprint-database.js';
import type { BackupError } from '../../src/core/errors.js';
import { IntegrityChecker } from '../../src/integrity/integrity-checker.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import { renderPlan } from '../../src/restore/plan/render-plan.js';
import { RestorePlanner } from '../../src/restore/restore-planner.js';
import { resolveDatabaseTarget } from '../../src/system/database-target.js';
import { startZephyr, type ZephyrRegion } from '../backup/zephyr-region.js';

const parallel = { workers: 2 };

let zephyr: ZephyrRegion;
let planner: RestorePlanner;
let client: BackupClient;
let dump: CreatedDump;

beforeAll(async () => {
  zephyr = await startZephyr(70_000);
  planner = new RestorePlanner(zephyr.system);
  client = new BackupClient(zephyr.system);
  // What a data archive alone must not lose or bring twice: odd names, identities, large objects, views over rows, cyclic keys.
  await zephyr.sql(`
CREATE SCHEMA "we.ird";
CREATE TABLE "we.ird"."a.""b" AS SELECT n AS id, repeat(md5(n::text), 8) AS text FROM generate_series(1, 30000) n;
CREATE TABLE jobs (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent int REFERENCES jobs, done boolean DEFAULT false);
INSERT INTO jobs (parent) VALUES (NULL), (1), (1);
ALTER TABLE polls ADD COLUMN best bigint REFERENCES votes;
UPDATE polls SET best = id;
CREATE MATERIALIZED VIEW tally AS SELECT poll_id, count(*) AS votes FROM votes GROUP BY poll_id;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.done := true; RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION touch();
SELECT lo_from_bytea(4711, 'a large object');
`);
  dump = await client.createDump({ parallel });
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

/** Everything that an administrator would miss: what tables are, what is built over them, and where sequences stand. */
async function definitions(database: string): Promise<unknown> {
  const texts = [
    `SELECT indexdef AS text FROM pg_indexes WHERE schemaname IN ('public', 'we.ird')`,
    `SELECT conrelid::regclass || pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conrelid > 16384`,
    'SELECT pg_get_triggerdef(oid) AS text FROM pg_trigger WHERE NOT tgisinternal',
    'SELECT sequencename || last_value AS text FROM pg_sequences',
    'SELECT sum(votes)::text AS text FROM tally',
    `SELECT convert_from(lo_get(4711), 'UTF8') AS text`,
  ];
  const found: unknown[] = [];
  for (const text of texts) {
    found.push(await one(`SELECT string_agg(text, E'\\n' ORDER BY text) FROM (${text}) AS texts`, database));
  }
  return found;
}

async function restoreInto(database: string, key: string, workers = 2): Promise<void> {
  const plan = await planner.planDumpRestore({ dump: key, into: { database }, workers, proveEqual: true });
  const outcome = await planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
  expect(outcome).toMatchObject({ status: 'completed', checks: { verdict: 'passed' } });
}

async function temporaryDirectories(): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith(`zephyr-archive-${process.pid}-`));
}

/** Changes one byte of an archive as it lies in S3, in its middle. */
async function flipBit({ key, sizeBytes }: DumpArchive): Promise<() => Promise<void>> {
  const file = zephyr.region.s3.objectFiles('zephyr-backups', `zephyr/${key}`).at(-1) ?? '';
  const bytes = await readFile(file);
  const changed = Buffer.from(bytes);
  const at = Math.floor(sizeBytes / 2);
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
  await writeFile(file, changed);
  return () => writeFile(file, bytes);
}

describe('a dump in several archives', () => {
  it('has its large tables in archives of their own, and is listed as one backup', async () => {
    const [schema, ...data] = dump.manifest.archives;
    expect(schema).toMatchObject({ content: 'schema' });
    expect(data.map(({ tables }) => [...(tables ?? [])].sort().join())).toEqual(
      expect.arrayContaining(['public.votes', '"we.ird"."a.""b"', 'public.audit_logs_2025,public.jobs,public.polls']),
    );
    const listed: string[] = [];
    for await (const { id } of client.list({ kinds: ['dump'] })) listed.push(id);
    expect(listed).toEqual([dump.id]);
  });

  it('is restored by several pg_restores at once into a database proven equal, with all that is built over the rows', async () => {
    const before = await temporaryDirectories();
    const plan = await planner.planDumpRestore({ dump: dump.id, into: { database: 'proof' }, proveEqual: true });
    expect(renderPlan(plan)).toContain('2 archives at a time');
    const percents: number[] = [];
    const outcome = await planner.execute(plan, {
      approve: plan.hash,
      journal: createMemoryJournal(),
      onProgress: ({ percent }) => (percent === undefined ? undefined : percents.push(percent)),
    });
    expect(outcome).toMatchObject({ status: 'completed', checks: { verdict: 'passed' } });
    expect(Math.max(...percents)).toBe(100);
    expect(await definitions('proof')).toEqual(await definitions('zephyr'));
    expect(await temporaryDirectories()).toEqual(before);
  });

  it('is restored by one worker to the same end', async () => {
    await restoreInto('patient', dump.id, 1);
    expect(await definitions('patient')).toEqual(await definitions('zephyr'));
  });

  it('consists of archives that PostgreSQL’s own programs restore one after the other', async () => {
    await zephyr.sql('CREATE DATABASE by_hand TEMPLATE template0', 'postgres');
    const target = await resolveDatabaseTarget(zephyr.system, { database: 'by_hand' });
    const store = zephyr.system.aws.objectStore({ bucket: 'zephyr-backups', prefix: 'zephyr' });
    const restore = async (key: string, sections?: readonly ('pre-data' | 'post-data')[]): Promise<void> => {
      const { body } = await store.get(key);
      await zephyr.ports.tools.restore(target, { source: { kind: 'stream', stream: body }, jobs: 1, sections });
    };
    const [schema, ...data] = dump.manifest.archives.map(({ key }) => key);
    await restore(schema ?? '', ['pre-data']);
    for (const key of data.reverse()) await restore(key);
    await restore(schema ?? '', ['post-data']);
    const restored = await withDatabaseSnapshot(
      () => zephyr.connect('by_hand'),
      {},
      ({ sessions }) => fingerprintDatabase(sessions),
    );
    expect(restored).toEqual(dump.manifest.fingerprint);
  });

  it('is proven in levels, every archive of it, up to its restored rows', async () => {
    const checker = new IntegrityChecker(zephyr.system);
    const report = await checker.checkDump({ dump: dump.id, level: 4, scratch: { database: 'scratch' } });
    expect(report).toMatchObject({ verdict: 'passed' });
    const mend = await flipBit(dump.manifest.archives[2] as DumpArchive);
    try {
      const damaged = await checker.checkDump({ dump: dump.id, level: 2 });
      expect(damaged).toMatchObject({ verdict: 'failed' });
      expect(JSON.stringify(damaged)).toContain('.data-2.dump');
    } finally {
      await mend();
    }
  });

  it('of chosen tables and of chosen schemas restores to just those', async () => {
    const tables = await client.createDump({ parallel, tables: ['public.votes', 'public.polls'] });
    await restoreInto('some_tables', tables.id);
    const schemas = await client.createDump({ parallel, schemas: ['we.ird'] });
    await restoreInto('some_schemas', schemas.id);
    expect(await one('SELECT count(*)::int FROM "we.ird"."a.""b"', 'some_schemas')).toBe(30_000);
    expect(await one(`SELECT to_regclass('public.votes') IS NULL`, 'some_schemas')).toBe(true);
    // pg_dump takes a table without its schema: the restore makes it.
    const table = await client.createDump({ tables: ['"we.ird"."a.""b"'] });
    await restoreInto('one_table', table.id);
    expect(await one('SELECT count(*)::int FROM "we.ird"."a.""b"', 'one_table')).toBe(30_000);
  });

  it.each([0, 1, 3])('is refused and leaves no database when a bit of archive %d has flipped', async (index) => {
    const archive = dump.manifest.archives[index];
    const mend = await flipBit(archive as DumpArchive);
    try {
      const plan = await planner.planDumpRestore({ dump: dump.id, into: { database: 'damaged' } });
      const before = await temporaryDirectories();
      const call = planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
      await expect(call).rejects.toMatchObject({ code: 'dump-corrupt', details: { key: archive?.key } });
      expect(await temporaryDirectories()).toEqual(before);
      expect(await one(`SELECT count(*)::int FROM pg_database WHERE datname = 'damaged'`, 'postgres')).toBe(0);
    } finally {
      await mend();
    }
  });

  it('is not planned with when one of its archives is gone', async () => {
    const torn = await client.createDump({ parallel, tables: ['public.polls', 'public.votes'], fingerprint: false });
    const store = zephyr.system.aws.objectStore({ bucket: 'zephyr-backups', prefix: 'zephyr' });
    const gone = torn.manifest.archives[1]?.key ?? '';
    await store.delete({ key: gone });
    await expect(planner.planDumpRestore({ dump: torn.id, into: { database: 'torn' } })).rejects.toMatchObject({
      code: 'dump-corrupt',
      message: expect.stringContaining(gone),
    });
    await store.delete({ key: torn.id.replace(/dump$/, 'manifest.json') });
  });

  it('is restored to its end by a second run when the first was stopped in the middle', async () => {
    const plan = await planner.planDumpRestore({ dump: dump.id, into: { database: 'interrupted' } });
    const journal = createMemoryJournal();
    const stop = new AbortController();
    const reason = new Error('stopped by hand');
    const first = planner.execute(plan, {
      approve: plan.hash,
      journal,
      signal: stop.signal,
      onProgress: ({ subject }) => (subject.includes('.data-') ? stop.abort(reason) : undefined),
    });
    await expect(first).rejects.toBe(reason);
    expect(await planner.execute(plan, { approve: plan.hash, journal })).toMatchObject({ status: 'completed' });
    expect(await definitions('interrupted')).toEqual(await definitions('zephyr'));
  });

  it('keeps a table from being emptied between the first and the last of its archives', async () => {
    let refused: unknown;
    let truncating: Promise<void> | undefined;
    const onProgress = ({ phase }: { readonly phase: string }): void => {
      if (phase !== 'dumping') return;
      truncating ??= zephyr.sql(`SET lock_timeout = '100ms';\nTRUNCATE "we.ird"."a.""b"`).catch((error: unknown) => {
        refused = error;
      });
    };
    const { manifest } = await client.createDump({ parallel }, { onProgress });
    await truncating;
    expect(refused).toMatchObject({ code: 'statement-timeout' });
    expect(manifest.fingerprint).toEqual(dump.manifest.fingerprint);
  });

  it.each([
    ['in several archives', { parallel }],
    ['in one', {}],
  ])('%s gives up within its lock timeout behind DDL, and says how to see who it is', async (_, more) => {
    const ddl = await zephyr.connect();
    await ddl.query('BEGIN');
    await ddl.query('LOCK TABLE polls IN ACCESS EXCLUSIVE MODE');
    try {
      const failure: unknown = await client.createDump({ ...more, lockTimeout: '200ms' }).catch((error) => error);
      expect(failure).toMatchObject({ code: 'statement-timeout' });
      const [, question = ''] = /Who: (.*)\.$/.exec((failure as BackupError).hint) ?? [];
      const holders = await ddl.query<{ readonly query: string }>(question);
      expect(holders.map(({ query }) => query)).toEqual([question]);
    } finally {
      await ddl.close();
    }
  });
});
