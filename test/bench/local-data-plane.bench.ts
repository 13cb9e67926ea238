import { strict as assert } from 'node:assert';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import pg from 'pg';
import { findServerAccount } from '../../src/local/home/server-account.js';
import { createPostgresDataPlane, findPostgres, startLocalRegion } from '../../src/local/index.js';
import { measure, median } from './bench-region.js';

/**
 * A snapshot through the region's API against a bare `pg_basebackup` of the same server, and a point-in-time restore against a
 * bare replay of the same logs on the same base; beside them the restore of the snapshot against a bare copy that is started.
 * Interleaved, on one machine. MEGABYTES and RUNS set the size.
 */
const megabytes = Number(process.env.MEGABYTES ?? 100);
const runs = Number(process.env.RUNS ?? 5);
const run = promisify(execFile);

const binaries = await findPostgres();
assert(binaries);
const account = await findServerAccount();
const plane = await createPostgresDataPlane();
const region = await startLocalRegion({ dataPlane: plane, staleReads: { reads: 0 }, logShippingInterval: 'never' });
const { endpoint, credentials } = region;
const rds = new RDSClient({ region: region.region, endpoint, credentials });
const bare = join(plane.directory, 'bare');
await mkdir(bare, { mode: 0o700 });
if (account !== undefined) await chown(bare, account.uid, account.gid);

/** An instance, once no work is under way. */
async function settled(name: string) {
  await region.settled();
  const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
  const [instance] = DBInstances ?? [];
  assert.equal(instance?.DBInstanceStatus, 'available');
  return instance;
}

async function query(name: string, sql: string): Promise<unknown> {
  const { Endpoint } = await settled(name);
  const place = { host: Endpoint?.Address ?? '', port: Endpoint?.Port ?? 0 };
  const client = new pg.Client({ ...place, user: 'zephyr', password: 'correct horse', database: 'zephyr' });
  await client.connect();
  try {
    return Object.values((await client.query(sql)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

const content = 'SELECT count(*) || $$ $$ || sum(hashtextextended(t::text, 0)) FROM votes t';

/** Starts a bare server and settles when it is ready to accept connections. */
async function startBare(data: string, settings: Readonly<Record<string, string>>): Promise<() => Promise<void>> {
  const given = { listen_addresses: '', unix_socket_directories: data, archive_mode: 'off', ...settings };
  const words = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(binaries?.directory ?? '', 'postgres'), ['-D', data, ...words], {
    stdio: 'ignore',
    ...account,
  });
  for (;;) {
    const lock = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
    if (lock.split('\n')[7]?.trim() === 'ready') break;
    assert.equal(child.exitCode, null);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return async () => {
    child.kill('SIGINT');
    await once(child, 'exit');
    await rm(data, { recursive: true });
  };
}

async function copyBare(from: string, to: string): Promise<void> {
  await run('cp', ['-a', '--reflink=auto', from, to], account);
}

try {
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'prod',
      Engine: 'postgres',
      DBInstanceClass: 'db.t3.large',
      AllocatedStorage: 100,
      MasterUsername: 'zephyr',
      MasterUserPassword: 'correct horse',
      DBName: 'zephyr',
      BackupRetentionPeriod: 7,
    }),
  );
  const { DbiResourceId: resourceId = '' } = await settled('prod');
  const rows = megabytes * 9_500;
  await query(
    'prod',
    `CREATE TABLE votes AS SELECT n AS id, md5(n::text) AS voter, now() AS at FROM generate_series(1, ${rows}) n`,
  );
  await query('prod', 'ALTER TABLE votes ADD PRIMARY KEY (id)');
  await query('prod', 'VACUUM ANALYZE votes');
  await region.shipLogs();
  const expected = await query('prod', content);
  const size = await query('prod', 'SELECT pg_database_size(current_database())');
  const time = (await settled('prod')).LatestRestorableTime ?? new Date();
  const [base = ''] = (await readdir(join(plane.directory, 'backups'))).sort((a, b) => Number(a) - Number(b));
  const socketDirectory = join(plane.directory, 's');
  const sockets = await Promise.all(
    (await readdir(socketDirectory)).map(async (name) => ({ name, files: await readdir(join(socketDirectory, name)) })),
  );
  const running = sockets.find(({ files }) => files.length > 0);
  const port = /\.(\d+)$/.exec(running?.files.find((file) => /\d$/.test(file)) ?? '')?.[1] ?? '';
  const host = join(socketDirectory, running?.name ?? '');

  let made = 0;
  const ways = {
    snapshot: async () => {
      const DBSnapshotIdentifier = `snapshot-${made}`;
      await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier }));
      await region.settled();
      const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier }));
      assert.equal(DBSnapshots?.[0]?.Status, 'available');
    },
    bareBackup: async () => {
      const words = ['-D', join(bare, `backup-${made}`), '-c', 'fast', '-X', 'stream', '--no-sync'];
      const where = ['-h', host, '-p', port, '-U', 'rdsadmin'];
      await run(join(binaries.directory, 'pg_basebackup'), [...words, ...where], account);
    },
    restore: async () => {
      const from = {
        DBInstanceIdentifier: 'restored',
        DBSnapshotIdentifier: `snapshot-${made}`,
        BackupRetentionPeriod: 0,
      };
      await rds.send(new RestoreDBInstanceFromDBSnapshotCommand(from));
      await settled('restored');
    },
    bareRestore: async () => {
      await copyBare(join(bare, `backup-${made}`), join(bare, 'restored'));
      stopBare = await startBare(join(bare, 'restored'), {});
    },
    pointInTime: async () => {
      await rds.send(
        new RestoreDBInstanceToPointInTimeCommand({
          SourceDBInstanceIdentifier: 'prod',
          TargetDBInstanceIdentifier: 'candidate',
          RestoreTime: time,
          BackupRetentionPeriod: 0,
        }),
      );
      await settled('candidate');
    },
    bareReplay: async () => {
      const data = join(bare, 'replayed');
      await copyBare(join(plane.directory, 'backups', base), data);
      await writeFile(join(data, 'recovery.signal'), '');
      stopBare = await startBare(data, {
        restore_command: `cp "${join(plane.directory, 'logs', resourceId)}/%f" "%p"`,
        recovery_target_time: time.toISOString().replace('T', ' ').replace('Z', '+00'),
        recovery_target_action: 'promote',
        hot_standby: 'off',
      });
    },
  };
  let stopBare = async (): Promise<void> => {};
  const times = Object.fromEntries(Object.keys(ways).map((way) => [way, [] as number[]]));
  const timed = async (way: keyof typeof ways): Promise<void> => {
    times[way]?.push((await measure(ways[way])).milliseconds);
  };
  const remove = async (name: string): Promise<void> => {
    assert.equal(await query(name, content), expected);
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: name, SkipFinalSnapshot: true }));
    await region.settled();
  };
  for (made = 1; made <= runs; made += 1) {
    await timed('bareBackup');
    await timed('snapshot');
    await timed('bareRestore');
    await stopBare();
    await timed('restore');
    await remove('restored');
    await timed('bareReplay');
    await stopBare();
    await timed('pointInTime');
    await remove('candidate');
    await rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: `snapshot-${made}` }));
    await rm(join(bare, `backup-${made}`), { recursive: true });
  }
  const row = (bench: string, way: keyof typeof ways, against: keyof typeof ways, goal: number | undefined) => {
    const [ours, theirs] = [median(times[way] ?? []), median(times[against] ?? [])];
    return {
      bench,
      baselineMilliseconds: Math.round(theirs),
      milliseconds: Math.round(ours),
      ratio: Number((ours / theirs).toFixed(3)),
      goal,
    };
  };
  const table = [
    row('snapshot against pg_basebackup', 'snapshot', 'bareBackup', 1.5),
    row('point-in-time restore against a bare replay', 'pointInTime', 'bareReplay', 1.5),
    row('restore of a snapshot against a copy that is started', 'restore', 'bareRestore', undefined),
  ];
  console.table(table);
  console.log(JSON.stringify({ megabytes: Number(size) / 1_048_576, runs, times, table }));
} finally {
  rds.destroy();
  await region.close();
  await plane.close();
}
