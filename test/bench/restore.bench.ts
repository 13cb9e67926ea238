import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BackupClient } from '../../src/backup/backup-client.js';
import { withDatabaseSnapshot } from '../../src/checks/database-snapshot.js';
import { fingerprintDatabase } from '../../src/checks/fingerprint-database.js';
import { findTool } from '../../src/postgres/find-tool.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import { RestorePlanner } from '../../src/restore/restore-planner.js';
import { resolveDatabaseTarget } from '../../src/system/database-target.js';
import { measure, median, startBenchRegion } from './bench-region.js';

/**
 * A restore from S3 against the runbook's: download with `aws s3 cp`, then `pg_restore` into a new database. Ours is the whole plan,
 * with statistics and the proof that every table is equal, and its restore alone; of one archive and of several. Interleaved, with
 * the same pg_restore and the same S3. ROWS and RUNS set the size.
 */
const rows = Number(process.env.ROWS ?? 1_500_000);
const runs = Number(process.env.RUNS ?? 3);
const run = promisify(execFile);

const pgRestore = await findTool('pg_restore', undefined);
const zephyr = await startBenchRegion(rows);
const directory = await mkdtemp(join(tmpdir(), 'zephyr-bench-'));
try {
  const client = new BackupClient(zephyr.system);
  const planner = new RestorePlanner(zephyr.system);
  const whole = await client.createDump({ reason: 'in one archive' });
  const divided = await client.createDump({ reason: 'in several archives', parallel: { workers: 2 } });
  let made = 0;
  const drop = (database: string): Promise<void> => zephyr.sql(`DROP DATABASE ${database} WITH (FORCE)`, 'postgres');

  const runbook = async (): Promise<void> => {
    made += 1;
    const database = `bench_${made}`;
    const { host, port, credentials } = await resolveDatabaseTarget(zephyr.system);
    const file = join(directory, 'zephyr.dump');
    const env = { ...process.env, PGPASSWORD: credentials.password, ...zephyr.environment };
    await zephyr.sql(`CREATE DATABASE ${database} TEMPLATE template0`, 'postgres');
    await run('aws', ['s3', 'cp', `s3://zephyr-backups/zephyr/${whole.id}`, file, '--no-progress'], { env });
    const where = ['--host', host, '--port', String(port), '--username', credentials.user, '--no-password'];
    await run(pgRestore, [...where, '--no-owner', '--no-acl', `--dbname=${database}`, file], { env });
    await rm(file);
  };
  const lastOfRunbook = async (): Promise<void> => {
    const restored = await withDatabaseSnapshot(
      () => zephyr.connect(`bench_${made}`),
      {},
      ({ sessions }) => fingerprintDatabase(sessions),
    );
    assert.deepEqual(restored, whole.manifest.fingerprint);
    await drop(`bench_${made}`);
  };
  /** The restore step alone, in milliseconds; the plan's whole time is measured around it. */
  const ours = async (key: string): Promise<number> => {
    made += 1;
    const database = `bench_${made}`;
    const plan = await planner.planDumpRestore({ dump: key, into: { database }, proveEqual: true, workers: 2 });
    const outcome = await planner.execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
    assert.equal(outcome.status, 'completed');
    assert.equal(outcome.checks?.verdict, 'passed');
    return outcome.phases.find(({ step }) => step === 'restore-archive')?.milliseconds ?? Number.NaN;
  };

  const times = {
    runbook: [] as number[],
    oneArchive: [] as number[],
    oneProven: [] as number[],
    several: [] as number[],
    severalProven: [] as number[],
  };
  for (let round = 0; round < runs; round += 1) {
    times.runbook.push((await measure(runbook)).milliseconds);
    await lastOfRunbook();
    const one = await measure(() => ours(whole.id));
    times.oneArchive.push(one.result);
    times.oneProven.push(one.milliseconds);
    await drop(`bench_${made}`);
    const several = await measure(() => ours(divided.id));
    times.several.push(several.result);
    times.severalProven.push(several.milliseconds);
    await drop(`bench_${made}`);
  }
  const baseline = median(times.runbook);
  const row = (bench: string, way: keyof typeof times, goal: number | undefined) => ({
    bench,
    baselineMilliseconds: Math.round(baseline),
    milliseconds: Math.round(median(times[way])),
    ratio: Number((median(times[way]) / baseline).toFixed(3)),
    goal,
  });
  const table = [
    row('restore of one archive, streamed', 'oneArchive', undefined),
    row('the same with statistics and proof', 'oneProven', undefined),
    row('restore of several archives, 2 workers', 'several', 0.75),
    row('the same with statistics and proof', 'severalProven', undefined),
  ];
  console.table(table);
  const [schema, ...data] = divided.manifest.archives;
  const share = (bytes = 0): string => `${((100 * bytes) / divided.manifest.sizeBytes).toFixed(2)} %`;
  const tables = data.map((archive) => ({ bytes: share(archive.sizeBytes), tables: archive.tables?.join(' ') }));
  console.table([{ bytes: share(schema?.sizeBytes), tables: 'definitions' }, ...tables]);
  console.log(JSON.stringify({ rows, runs, times, table, tables }));
} finally {
  await rm(directory, { recursive: true, force: true });
  await zephyr.close();
}
