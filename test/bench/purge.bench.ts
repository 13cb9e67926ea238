import { strict as assert } from 'node:assert';
import { carryOutPurge } from '../../src/purge/carry-out-purge.js';
import { decidePurge } from '../../src/purge/decide-purge.js';
import { startZephyr } from '../backup/zephyr-region.js';
import { measure, median } from './bench-region.js';

/**
 * Deleting three quarters of an audit log in short transactions against the runbook's one DELETE, and dropping partitions against a
 * bare DROP, interleaved on one server, each on a table of its own that was just made. ROWS and RUNS set the size.
 */
const rows = Number(process.env.ROWS ?? 1_000_000);
const runs = Number(process.env.RUNS ?? 3);
const day = 86_400_000;
const daysAgo = (days: number): string => new Date(Math.floor(Date.now() / day - days) * day).toISOString();

const zephyr = await startZephyr(10);
try {
  const columns = 'id bigint, action text, created_at timestamptz NOT NULL';
  const content = `SELECT n, md5(n::text) || md5((n * 7)::text), timestamptz '${daysAgo(360)}' + n * interval '360 days' / ${rows} FROM generate_series(0, ${rows - 1}) n`;
  const fill = (table: string): Promise<void> =>
    zephyr.sql(`
DROP TABLE IF EXISTS ${table} CASCADE;
CREATE TABLE ${table} (${columns});
INSERT INTO ${table} ${content};
CREATE INDEX ON ${table} (created_at);
ALTER TABLE ${table} ADD PRIMARY KEY (id);
VACUUM ANALYZE ${table}`);
  const fillParts = (table: string): Promise<void> =>
    zephyr.sql(`
DROP TABLE IF EXISTS ${table} CASCADE;
CREATE TABLE ${table} (${columns}) PARTITION BY RANGE (created_at);
CREATE TABLE ${table}_old PARTITION OF ${table} FOR VALUES FROM (MINVALUE) TO ('${daysAgo(91)}');
CREATE TABLE ${table}_new PARTITION OF ${table} FOR VALUES FROM ('${daysAgo(91)}') TO (MAXVALUE);
INSERT INTO ${table} ${content};
CREATE INDEX ON ${table} (created_at);
VACUUM ANALYZE ${table}`);
  const request = (table: string) =>
    ({ table: `public.${table}`, column: 'created_at', olderThan: '90d', archivedBy: 'nobody' }) as const;

  const times = {
    single: [] as number[],
    ours: [] as number[],
    longest: [] as number[],
    drop: [] as number[],
    parts: [] as number[],
  };
  for (let round = 0; round < runs; round += 1) {
    await fill('plain');
    const cutoff = new Date(Date.now() - 90 * day).toISOString();
    times.single.push(
      (await measure(() => zephyr.sql(`DELETE FROM plain WHERE created_at < '${cutoff}'`))).milliseconds,
    );

    await fill('purged');
    const decision = await decidePurge(zephyr.system, request('purged'));
    const { result, milliseconds } = await measure(() => carryOutPurge(zephyr.system, decision));
    assert.equal(result.deletedRows, decision.rows);
    times.ours.push(milliseconds);
    times.longest.push(result.longestTransaction);

    await fillParts('dropped');
    // What ours does besides: the day that is in the partition of the younger ones.
    const rest = `DELETE FROM dropped_new WHERE created_at < '${cutoff}'`;
    times.drop.push((await measure(() => zephyr.sql(`DROP TABLE dropped_old;\n${rest}`))).milliseconds);

    await fillParts('parted');
    const parts = await decidePurge(zephyr.system, request('parted'));
    const purge = await measure(() => carryOutPurge(zephyr.system, parts));
    assert.deepEqual(purge.result.droppedPartitions, ['public.parted_old']);
    times.parts.push(purge.milliseconds);
  }
  const row = (bench: string, against: readonly number[], own: readonly number[], goal: number) => ({
    bench,
    baselineMilliseconds: Math.round(median(against)),
    milliseconds: Math.round(median(own)),
    ratio: Number((median(own) / median(against)).toFixed(3)),
    goal,
  });
  const table = [
    row('a purge, against one DELETE', times.single, times.ours, 2),
    row('its longest transaction, against one DELETE', times.single, times.longest, 0.05),
    row('a purge of partitions, against DROP and a DELETE of the rest', times.drop, times.parts, 2),
  ];
  console.table(table);
  console.log(JSON.stringify({ rows, runs, table }));
} finally {
  await zephyr.close();
}
