import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BackupClient } from '../../src/backup/backup-client.js';
import { withDatabaseSnapshot } from '../../src/checks/database-snapshot.js';
import { fingerprintDatabase } from '../../src/checks/fingerprint-database.js';
import { resolveDatabaseTarget } from '../../src/system/database-target.js';
import { startZephyr } from '../backup/zephyr-region.js';

/**
 * A dump to S3 against the runbook's two steps, `pg_dump --compress=9` to a file and `aws s3 cp`, interleaved, on one local
 * region. Its S3 runs in this process, which slows the streamed dump down and not the runbook's. ROWS and RUNS set the size.
 */
const rows = Number(process.env.ROWS ?? 1_500_000);
const runs = Number(process.env.RUNS ?? 3);
const run = promisify(execFile);

const measure = async <T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly milliseconds: number }> => {
  const started = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - started };
};
const median = (values: readonly number[]): number => Number([...values].sort((a, b) => a - b)[values.length >> 1]);

const zephyr = await startZephyr(rows);
const directory = await mkdtemp(join(tmpdir(), 'zephyr-bench-'));
try {
  const client = new BackupClient(zephyr.system);
  const store = zephyr.system.aws.objectStore({ bucket: 'zephyr-backups', prefix: 'zephyr' });
  const { host, port, database, credentials } = await resolveDatabaseTarget(zephyr.system);

  const runbook = async (): Promise<number> => {
    const file = join(directory, 'zephyr.dump');
    const where = ['--host', host, '--port', String(port), '--username', credentials.user, '--no-password'];
    const env = { ...process.env, PGPASSWORD: credentials.password, ...zephyr.region.environment };
    await run('pg_dump', [...where, '--format=custom', '--compress=9', `--file=${file}`, database], { env });
    const to = 's3://zephyr-backups/runbook/zephyr.dump';
    await run('aws', ['s3', 'cp', file, to, '--storage-class', 'STANDARD_IA', '--sse', 'AES256', '--no-progress'], {
      env,
    });
    const { size } = await stat(file);
    await rm(file);
    return size;
  };
  const ours = async (fingerprint: boolean): Promise<number> => {
    const { sizeBytes, manifest } = await client.createDump({ fingerprint });
    assert.equal((await store.head(manifest.key))?.sizeBytes, sizeBytes);
    assert.equal(manifest.fingerprint === undefined, !fingerprint);
    return sizeBytes ?? 0;
  };

  const ways: Readonly<Record<'runbook' | 'proven' | 'bare', () => Promise<number>>> = {
    runbook,
    proven: () => ours(true),
    bare: () => ours(false),
  };
  const times: Record<keyof typeof ways, number[]> = { runbook: [], proven: [], bare: [] };
  const sizes: Record<keyof typeof ways, number> = { runbook: 0, proven: 0, bare: 0 };
  for (let round = 0; round < runs; round += 1) {
    for (const way of ['runbook', 'proven', 'bare'] as const) {
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
  const row = (bench: string, way: 'proven' | 'bare', against: number, goal: number) => ({
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
    row('fingerprints in the manifest, against the dump without', 'proven', median(times.bare), 1.2),
  ];
  console.table(table);
  console.log(JSON.stringify({ rows, runs, bytes: sizes, table }));
} finally {
  await rm(directory, { recursive: true, force: true });
  await zephyr.close();
}
