import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BackupClient } from '../../src/backup/backup-client.js';
import { withDatabaseSnapshot } from '../../src/checks/database-snapshot.js';
import { fingerprintDatabase } from '../../src/checks/fingerprint-database.js';
import { findTool } from '../../src/postgres/find-tool.js';
import { resolveDatabaseTarget } from '../../src/system/database-target.js';
import { measure, median, startBenchRegion } from './bench-region.js';

/**
 * A dump to S3 against the runbook's two steps, `pg_dump --compress=9` to a file and `aws s3 cp`, interleaved, with the same
 * pg_dump and the same S3, in one archive and in several. ROWS and RUNS set the size; which pg_dump it is decides whether
 * zstd is to be had (facts H2).
 */
const rows = Number(process.env.ROWS ?? 1_500_000);
const runs = Number(process.env.RUNS ?? 3);
const run = promisify(execFile);

const pgDump = await findTool('pg_dump', undefined);
const zephyr = await startBenchRegion(rows);
const directory = await mkdtemp(join(tmpdir(), 'zephyr-bench-'));
try {
  const client = new BackupClient(zephyr.system);
  const store = zephyr.system.aws.objectStore({ bucket: 'zephyr-backups', prefix: 'zephyr' });
  const { host, port, database, credentials } = await resolveDatabaseTarget(zephyr.system);

  const runbook = async (): Promise<number> => {
    const file = join(directory, 'zephyr.dump');
    const where = ['--host', host, '--port', String(port), '--username', credentials.user, '--no-password'];
    const env = { ...process.env, PGPASSWORD: credentials.password, ...zephyr.environment };
    await run(pgDump, [...where, '--format=custom', '--compress=9', `--file=${file}`, database], { env });
    const to = 's3://zephyr-backups/runbook/zephyr.dump';
    await run('aws', ['s3', 'cp', file, to, '--storage-class', 'STANDARD_IA', '--sse', 'AES256', '--no-progress'], {
      env,
    });
    const { size } = await stat(file);
    await rm(file);
    return size;
  };
  const ours = async (fingerprint: boolean, parallel?: { readonly workers: number }): Promise<number> => {
    const { sizeBytes, manifest } = await client.createDump({ fingerprint, parallel });
    for (const archive of manifest.archives)
      assert.equal((await store.head(archive.key))?.sizeBytes, archive.sizeBytes);
    assert.equal(manifest.fingerprint === undefined, !fingerprint);
    return sizeBytes ?? 0;
  };

  const ways: Readonly<Record<'runbook' | 'proven' | 'bare' | 'parallel' | 'parallelBare', () => Promise<number>>> = {
    runbook,
    proven: () => ours(true),
    bare: () => ours(false),
    parallel: () => ours(true, { workers: 2 }),
    parallelBare: () => ours(false, { workers: 2 }),
  };
  const times: Record<keyof typeof ways, number[]> = {
    runbook: [],
    proven: [],
    bare: [],
    parallel: [],
    parallelBare: [],
  };
  const sizes: Record<keyof typeof ways, number> = { runbook: 0, proven: 0, bare: 0, parallel: 0, parallelBare: 0 };
  for (let round = 0; round < runs; round += 1) {
    for (const way of Object.keys(ways) as (keyof typeof ways)[]) {
      const { result, milliseconds } = await measure(ways[way]);
      times[way].push(milliseconds);
      sizes[way] = result;
    }
  }

  // What was measured has to be a backup: the last dump restores to what the database holds.
  const { manifest } = await client.createDump();
  await zephyr.sql('CREATE DATABASE proof TEMPLATE template0', 'postgres');
  const { body } = await store.get(manifest.key);
  const target = await resolveDatabaseTarget(zephyr.system, { database: 'proof' });
  await zephyr.ports.tools.restore(target, { source: { kind: 'stream', stream: body }, jobs: 1 });
  const restored = await withDatabaseSnapshot(
    () => zephyr.connect('proof'),
    {},
    ({ sessions }) => fingerprintDatabase(sessions),
  );
  assert.deepEqual(restored, manifest.fingerprint);

  const baseline = median(times.runbook);
  const row = (bench: string, way: Exclude<keyof typeof ways, 'runbook'>, against: number, goal: number) => ({
    bench,
    baselineMilliseconds: Math.round(against),
    milliseconds: Math.round(median(times[way])),
    ratio: Number((median(times[way]) / against).toFixed(3)),
    goal,
    objectRatio: Number((sizes[way] / sizes.runbook).toFixed(3)),
  });
  const table = [
    row('dump to S3, default settings, against the runbook', 'proven', baseline, 0.37),
    row('the same without fingerprints, against the runbook', 'bare', baseline, 0.37),
    row('in parallel, 2 workers, against the runbook', 'parallel', baseline, 0.25),
    row('the same without fingerprints, against the runbook', 'parallelBare', baseline, 0.25),
    row('fingerprints in the manifest, against the dump without', 'proven', median(times.bare), 1.2),
  ];
  console.table(table);
  const { compression, pgDumpVersion } = manifest;
  console.log(JSON.stringify({ rows, runs, compression, pgDumpVersion, bytes: sizes, table }));
} finally {
  await rm(directory, { recursive: true, force: true });
  await zephyr.close();
}
