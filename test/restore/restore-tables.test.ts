import { Transform } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackupClient } from '../../src/backup/backup-client.js';
import type { CreatedDump } from '../../src/backup/create-dump.js';
import type { ObjectStorePort } from '../../src/ports/object-store.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import type { RestoreOutcome } from '../../src/restore/execution/restore-outcome.js';
import { renderPlan } from '../../src/restore/plan/render-plan.js';
import { RestorePlanner } from '../../src/restore/restore-planner.js';
import type { System } from '../../src/system/define-system.js';
import { startZephyr, type ZephyrRegion } from '../backup/zephyr-region.js';

let zephyr: ZephyrRegion;
let whole: CreatedDump;
let divided: CreatedDump;

beforeAll(async () => {
  zephyr = await startZephyr(70_000);
  await zephyr.sql(`
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.choice := NEW.choice; RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE INSERT ON votes FOR EACH ROW EXECUTE FUNCTION touch();
SELECT lo_from_bytea(4711, 'a large object');`);
  const client = new BackupClient(zephyr.system);
  whole = await client.createDump({ reason: 'weekly' });
  divided = await client.createDump({ reason: 'weekly', parallel: { workers: 2 } });
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

/** The same system, that counts what it reads from the archive. */
function counting(): { readonly system: System; bytes: number } {
  const counted = {
    bytes: 0,
    system: {
      ...zephyr.system,
      aws: {
        ...zephyr.system.aws,
        objectStore: (place: Parameters<System['aws']['objectStore']>[0]): ObjectStorePort => {
          const store = zephyr.system.aws.objectStore(place);
          return {
            ...store,
            get: async (...given) => {
              const found = await store.get(...given);
              const meter = new Transform({
                highWaterMark: 16_384,
                transform: (chunk: Buffer, _encoding, done) => {
                  counted.bytes += chunk.length;
                  done(null, chunk);
                },
              });
              found.body.on('error', (error) => meter.destroy(error));
              meter.on('close', () => found.body.destroy());
              return { ...found, body: found.body.pipe(meter) };
            },
          };
        },
      },
    },
  };
  return counted;
}

async function restore(
  system: System,
  dump: string,
  database: string,
  tables: readonly string[],
): Promise<RestoreOutcome> {
  const planner = new RestorePlanner(system);
  const plan = await planner.planDumpRestore({ dump, into: { database }, tables });
  expect(renderPlan(plan)).toContain(`Restore ${tables.join(', ')} of `);
  return planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
}

const definitionsOf = (database: string): Promise<unknown> =>
  one(
    `SELECT string_agg(text, E'\\n' ORDER BY text) FROM (
       SELECT indexdef AS text FROM pg_indexes WHERE tablename = 'votes'
       UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'votes'::regclass AND contype <> 'f'
       UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'votes'::regclass AND NOT tgisinternal
       UNION ALL SELECT adrelid::regclass || pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'votes'::regclass
       UNION ALL SELECT 'sequence ' || last_value FROM votes_id_seq) AS texts`,
    database,
  );

describe('one table of a dump', () => {
  it.each(['in one archive', 'in several'] as const)(
    'comes back whole beside production, with keys, indexes, trigger and sequence: %s',
    async (kind) => {
      const dump = kind === 'in several' ? divided : whole;
      const database = kind === 'in several' ? 'votes_of_several' : 'votes_of_one';
      const outcome = await restore(zephyr.system, dump.id, database, ['public.votes']);
      expect(outcome).toMatchObject({ status: 'completed', checks: { verdict: 'passed' } });
      expect(outcome.leftOut).toEqual([
        {
          constraint: expect.stringContaining('fkey'),
          reason: expect.stringContaining('violates foreign key constraint'),
        },
      ]);
      expect(await one('SELECT count(*)::int FROM votes', database)).toBe(70_000);
      expect(await one('SELECT count(*)::int FROM polls', database)).toBe(0);
      expect(await definitionsOf(database)).toBe(await definitionsOf('zephyr'));
      // Its rows refer to some that were not asked for.
      expect(
        await one(
          "SELECT count(*)::int FROM pg_constraint WHERE conrelid = 'votes'::regclass AND contype = 'f'",
          database,
        ),
      ).toBe(0);
      expect(await one('INSERT INTO votes (poll_id, choice) VALUES (1, 1) RETURNING id > 70000', database)).toBe(true);
    },
    60_000,
  );

  it('has its foreign keys where the rows that they refer to come along', async () => {
    const tables = ['public.polls', 'public.votes'];
    expect(await restore(zephyr.system, divided.id, 'related', tables)).toMatchObject({
      status: 'completed',
      leftOut: undefined,
    });
    const keys = "SELECT count(*)::int FROM pg_constraint WHERE conrelid = 'votes'::regclass AND contype = 'f'";
    expect(await one(keys, 'related')).toBe(await one(keys));
    expect(await one(keys)).toBeGreaterThan(0);
  }, 60_000);

  it('reads of a dump in several archives what the table takes, not the rest', async () => {
    const counted = counting();
    await restore(counted.system, divided.id, 'small', ['public.polls']);
    const [schema] = divided.manifest.archives;
    const own = divided.manifest.archives.find(({ tables }) => tables?.includes('public.polls'));
    const expected = (schema?.sizeBytes ?? 0) + (own?.sizeBytes ?? 0);
    // The table of contents is read twice.
    expect(counted.bytes).toBeLessThan(2 * expected + 200_000);
    expect(expected).toBeLessThan(divided.manifest.sizeBytes / 2);
    expect(await one('SELECT count(*)::int FROM votes', 'small')).toBe(0);
  }, 60_000);

  it('refuses a table that the dump does not have, and restores over nothing', async () => {
    const planner = new RestorePlanner(zephyr.system);
    const request = { dump: divided.id, into: { database: 'nowhere' } };
    await expect(planner.planDumpRestore({ ...request, tables: ['public.nothing'] })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'tables',
    });
    await expect(planner.planDumpRestore({ ...request, tables: [] })).rejects.toMatchObject({ field: 'tables' });
    await expect(planner.planDumpRestore({ ...request, tables: ['votes'] })).rejects.toMatchObject({ field: 'tables' });
    const plan = await planner.planDumpRestore({
      dump: divided.id,
      into: { database: 'zephyr' },
      tables: ['public.votes'],
    });
    await expect(planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() })).rejects.toMatchObject({
      code: 'precondition-failed',
    });
    expect(await one("SELECT count(*)::int FROM pg_database WHERE datname = 'nowhere'")).toBe(0);
  });
});
