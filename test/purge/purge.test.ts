import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BackupClient } from '../../src/backup/backup-client.js';
import { readEvidence } from '../../src/evidence/read-evidence.js';
import type { Row } from '../../src/ports/postgres.js';
import { carryOutPurge } from '../../src/purge/carry-out-purge.js';
import { decidePurge } from '../../src/purge/decide-purge.js';
import type { PurgeDecision } from '../../src/purge/purge-decision.js';
import type { PurgeRequest } from '../../src/purge/purge-request.js';
import { startZephyr, type ZephyrRegion } from '../backup/zephyr-region.js';

const day = 86_400_000;
let zephyr: ZephyrRegion;
beforeAll(async () => {
  zephyr = await startZephyr(100);
}, 180_000);
afterAll(async () => {
  await zephyr?.close();
});

/** Midnight so many days ago, as an ISO instant. */
const daysAgo = (days: number): string => new Date(Math.floor(Date.now() / day - days) * day).toISOString();

/** Twenty rows a day for so many days, in a table of its own; `odd` holds what must never go. */
async function givenLog(table: string, type = 'timestamptz'): Promise<void> {
  await zephyr.sql(`
DROP TABLE IF EXISTS ${table} CASCADE;
CREATE TABLE ${table} (id bigserial PRIMARY KEY, action text, created_at ${type});
INSERT INTO ${table} (action, created_at)
  SELECT 'vote', (timestamptz '${daysAgo(119)}' + n * interval '1 day' / 20) AT TIME ZONE 'UTC'
    FROM generate_series(0, 2399) n WHERE '${type}' <> 'timestamptz';
INSERT INTO ${table} (action, created_at)
  SELECT 'vote', timestamptz '${daysAgo(119)}' + n * interval '1 day' / 20
    FROM generate_series(0, 2399) n WHERE '${type}' = 'timestamptz';
INSERT INTO ${table} (action) VALUES ('without a time')`);
}

async function rows<R extends Row>(text: string): Promise<readonly R[]> {
  const session = await zephyr.connect();
  try {
    return await session.query<R>(text);
  } finally {
    await session.close();
  }
}

const left = async (table: string): Promise<number> =>
  Number((await rows<{ readonly n: string }>(`SELECT count(*) AS n FROM ${table}`))[0]?.n);

const purgeOf = (table: string, more: Partial<PurgeRequest> = {}): PurgeRequest => ({
  table: `public.${table}`,
  column: 'created_at',
  olderThan: '90d',
  archivedBy: 'nobody',
  ...more,
});

describe('a purge', () => {
  beforeEach(() => givenLog('log'));

  it('deletes the rows beyond the age and no other, once a dump holds them', async () => {
    const dump = await new BackupClient(zephyr.system).createDump({
      tables: ['public.log'],
      reason: 'before the purge',
    });
    const decision = await decidePurge(zephyr.system, purgeOf('log', { archivedBy: dump.id }));
    expect(decision).toMatchObject({
      database: 'zephyr',
      columnType: 'timestamptz',
      oldest: daysAgo(119),
      wholePartitions: [],
      archivedBy: dump.id,
    });
    expect(decision.rows + decision.keptRows).toBe(2_401);
    const younger = `SELECT count(*) AS n FROM log WHERE created_at >= '${decision.cutoff}' OR created_at IS NULL`;
    expect(decision.keptRows).toBe(Number((await rows<{ readonly n: string }>(younger))[0]?.n));

    const outcome = await carryOutPurge(zephyr.system, decision);
    expect(outcome).toMatchObject({ deletedRows: decision.rows, droppedPartitions: [] });
    expect(outcome.transactions).toBeGreaterThan(0);
    expect(await left('log')).toBe(decision.keptRows);
    expect((await rows<{ readonly n: string }>(younger))[0]?.n).toBe(String(decision.keptRows));
    const evidence = await readEvidence(zephyr.system, outcome.evidence ?? '');
    expect(evidence).toMatchObject({ kind: 'retention', subject: 'public.log', verdict: 'passed' });

    expect(await carryOutPurge(zephyr.system, decision)).toMatchObject({ deletedRows: 0 });
    expect(await decidePurge(zephyr.system, purgeOf('log'))).toMatchObject({ rows: 0, keptRows: decision.keptRows });
  });

  it.each(['timestamp', 'date'])('takes a %s for UTC', async (type) => {
    await givenLog('plain', type);
    const decision = await decidePurge(zephyr.system, purgeOf('plain'));
    const kept = type === 'date' ? decision.cutoff.slice(0, 10) : decision.cutoff.slice(0, -1);
    const younger = `SELECT count(*) AS n FROM plain WHERE created_at >= '${kept}' OR created_at IS NULL`;
    expect(String(decision.keptRows)).toBe((await rows<{ readonly n: string }>(younger))[0]?.n);
    await carryOutPurge(zephyr.system, decision);
    expect(await left('plain')).toBe(decision.keptRows);
  });

  it('drops partitions that hold nothing younger, and deletes the rest by rows', async () => {
    await zephyr.sql(`
DROP TABLE IF EXISTS parted CASCADE;
CREATE TABLE parted (id bigint, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE "parted Old" PARTITION OF parted FOR VALUES FROM (MINVALUE) TO ('${daysAgo(100)}');
CREATE TABLE parted_mixed PARTITION OF parted FOR VALUES FROM ('${daysAgo(100)}') TO ('${daysAgo(50)}');
CREATE TABLE parted_new PARTITION OF parted FOR VALUES FROM ('${daysAgo(50)}') TO (MAXVALUE);
INSERT INTO parted SELECT n, timestamptz '${daysAgo(119)}' + n * interval '1 day' / 20 FROM generate_series(0, 2399) n`);
    const decision = await decidePurge(zephyr.system, purgeOf('parted'));
    expect(decision.wholePartitions).toEqual(['public.parted Old']);
    const outcome = await carryOutPurge(zephyr.system, decision);
    expect(outcome.droppedPartitions).toEqual(['public.parted Old']);
    expect(outcome.deletedRows).toBe(decision.rows - 380);
    expect(await left('parted')).toBe(decision.keptRows);
    expect(
      await rows("SELECT relname FROM pg_class WHERE relname LIKE 'parted%' AND relkind = 'r' ORDER BY 1"),
    ).toEqual([{ relname: 'parted_mixed' }, { relname: 'parted_new' }]);
  });

  it('comes back to a partition that others use', async () => {
    await zephyr.sql(`
DROP TABLE IF EXISTS busy CASCADE;
CREATE TABLE busy (created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE busy_old PARTITION OF busy FOR VALUES FROM (MINVALUE) TO ('${daysAgo(100)}');
CREATE TABLE busy_new PARTITION OF busy FOR VALUES FROM ('${daysAgo(100)}') TO (MAXVALUE);
INSERT INTO busy VALUES ('${daysAgo(110)}'), ('${daysAgo(1)}')`);
    const decision = await decidePurge(zephyr.system, purgeOf('busy'));
    const reader = await zephyr.connect();
    await reader.query('BEGIN');
    await reader.query('SELECT * FROM busy');
    const purging = carryOutPurge(zephyr.system, decision);
    await zephyr.system.clock.sleep(2_500);
    await reader.close();
    expect(await purging).toMatchObject({ droppedPartitions: ['public.busy_old'], deletedRows: 0 });
  });

  it('goes on where it was stopped, and leaves evidence of what it did', async () => {
    await zephyr.sql(
      "INSERT INTO log (action, created_at) SELECT repeat('x', 500), '2020-01-01' FROM generate_series(1, 20000) n",
    );
    const decision = await decidePurge(zephyr.system, purgeOf('log'));
    const stop = new AbortController();
    let seen = 0;
    const stopped = carryOutPurge(zephyr.system, decision, {
      signal: stop.signal,
      pause: '1ms',
      onProgress: () => {
        seen += 1;
        if (seen === 3) stop.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    const between = await left('log');
    expect(between).toBeLessThan(decision.rows + decision.keptRows);
    expect(between).toBeGreaterThan(decision.keptRows);
    expect(
      await rows(
        "SELECT pid FROM pg_stat_activity WHERE query LIKE '%DELETE FROM ONLY%' AND pid <> pg_backend_pid() AND state = 'active'",
      ),
    ).toEqual([]);
    await carryOutPurge(zephyr.system, decision);
    expect(await left('log')).toBe(decision.keptRows);
  });

  it('is refused where no row would be left, unless that is meant', async () => {
    await zephyr.sql('DELETE FROM log WHERE created_at IS NULL');
    await zephyr.sql("UPDATE log SET created_at = '2020-01-01'");
    await expect(decidePurge(zephyr.system, purgeOf('log'))).rejects.toMatchObject({ code: 'precondition-failed' });
    const decision = await decidePurge(zephyr.system, purgeOf('log', { mayEmpty: true }));
    await carryOutPurge(zephyr.system, decision);
    expect(await left('log')).toBe(0);
  });

  it('is refused where the dump does not hold the rows', async () => {
    const client = new BackupClient(zephyr.system);
    const another = await client.createDump({ tables: ['public.votes'] });
    const request = (archivedBy: string) => decidePurge(zephyr.system, purgeOf('log', { archivedBy }));
    await expect(request(another.id)).rejects.toMatchObject({
      code: 'precondition-failed',
      details: { dump: another.id },
    });
    await expect(request('manual/2020/01/01/zephyr-backup-20200101-000000.dump')).rejects.toMatchObject({
      code: 'dump-not-found',
    });
    const dump = await client.createDump({ tables: ['public.log'] });
    const decision = await decidePurge(zephyr.system, purgeOf('log', { archivedBy: dump.id }));
    const store = zephyr.system.aws.objectStore({ bucket: 'zephyr-backups', prefix: 'zephyr' });
    await store.delete({ key: dump.id.replace('.dump', '.manifest.json') });
    await expect(carryOutPurge(zephyr.system, decision)).rejects.toMatchObject({ code: 'dump-not-found' });
    expect(await left('log')).toBe(decision.rows + decision.keptRows);
  });

  it('is refused where rows of other tables would go along', async () => {
    await zephyr.sql('DROP TABLE IF EXISTS detail; CREATE TABLE detail (log bigint REFERENCES log ON DELETE CASCADE)');
    await expect(decidePurge(zephyr.system, purgeOf('log'))).rejects.toMatchObject({
      code: 'precondition-failed',
      details: { drawnAlong: ['detail'] },
    });
  });

  it('is refused where the role may not delete, or sees not every row', async () => {
    await zephyr.sql(`
CREATE ROLE auditor LOGIN PASSWORD 'only-reads';
GRANT SELECT ON log TO auditor`);
    const system = zephyr.systemWith({
      database: { ...zephyr.system.database, credentials: { user: 'auditor', password: 'only-reads' } },
    });
    await expect(decidePurge(system, purgeOf('log'))).rejects.toMatchObject({ code: 'permission-denied' });
    await zephyr.sql('GRANT DELETE ON log TO auditor; ALTER TABLE log ENABLE ROW LEVEL SECURITY');
    await expect(decidePurge(system, purgeOf('log'))).rejects.toThrow('row-level security hides rows');
    await zephyr.sql('DROP TABLE log CASCADE; DROP ROLE auditor');
  });

  it.each([
    ['table', { table: 'log' }],
    ['table', { table: 'a.b.c' }],
    ['column', { column: '' }],
    ['olderThan', { olderThan: '23h' }],
    ['archivedBy', { archivedBy: '' }],
    ['table', { table: 'public.not_there' }],
    ['column', { column: 'not_there' }],
    ['column', { column: 'action' }],
  ] as const)('refuses a wrong %s', async (field, wrong) => {
    await expect(decidePurge(zephyr.system, purgeOf('log', wrong))).rejects.toMatchObject({
      code: 'invalid-input',
      field,
    });
  });

  it('carries out no decision of another day, none that is none, and none of another column', async () => {
    const decision = await decidePurge(zephyr.system, purgeOf('log'));
    const carryOut = (wrong: unknown) => carryOutPurge(zephyr.system, wrong as PurgeDecision);
    await expect(carryOut({ ...decision, decidedAt: daysAgo(2) })).rejects.toMatchObject({
      code: 'precondition-failed',
    });
    await expect(carryOut({ ...decision, cutoff: daysAgo(-2) })).rejects.toMatchObject({ code: 'precondition-failed' });
    await expect(carryOut({})).rejects.toMatchObject({ code: 'invalid-input', field: 'decision' });
    await expect(carryOut({ ...decision, columnType: 'date' })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await left('log')).toBe(2_401);
  });
});
