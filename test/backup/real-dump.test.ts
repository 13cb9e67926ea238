import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackupClient } from '../../src/backup/backup-client.js';
import { readManifest } from '../../src/backup/find-dump.js';
import { withDatabaseSnapshot } from '../../src/checks/database-snapshot.js';
import type { DatabaseFingerprint } from '../../src/checks/fingerprint.js';
import { fingerprintDatabase } from '../../src/checks/fingerprint-database.js';
import type { ProgressEvent } from '../../src/core/progress.js';
import type { ObjectStorePort } from '../../src/ports/object-store.js';
import { resolveDatabaseTarget } from '../../src/system/database-target.js';
import { abortReason } from './fakes/faulty.js';
import { startZephyr, type ZephyrRegion } from './zephyr-region.js';

const run = promisify(execFile);

let zephyr: ZephyrRegion;
let client: BackupClient;
let store: ObjectStorePort;
let made = 0;

beforeAll(async () => {
  zephyr = await startZephyr(200_000);
  client = new BackupClient(zephyr.system);
  store = zephyr.system.aws.objectStore({ bucket: 'zephyr-backups', prefix: 'zephyr' });
}, 120_000);

afterAll(async () => {
  await zephyr?.close();
});

function fingerprint(database: string): Promise<DatabaseFingerprint> {
  return withDatabaseSnapshot(
    () => zephyr.connect(database),
    {},
    ({ sessions }) => fingerprintDatabase(sessions),
  );
}

/** Restores an archive as it lies in S3 into a new, empty database. */
async function restore(key: string): Promise<string> {
  made += 1;
  const database = `restored_${made}`;
  await zephyr.sql(`CREATE DATABASE ${database} TEMPLATE template0`, 'postgres');
  const target = await resolveDatabaseTarget(zephyr.system, { database });
  const { body } = await store.get(key);
  await zephyr.ports.tools.restore(target, { source: { kind: 'stream', stream: body }, jobs: 1 });
  return database;
}

async function storedKeys(): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list({ prefix: 'manual/' })) keys.push(key);
  return keys;
}

async function expectNothingLeft(before: readonly string[]): Promise<void> {
  expect(await storedKeys()).toEqual(before);
  for await (const upload of store.listUnfinishedUploads({ prefix: 'manual/' })) expect(upload).toBeUndefined();
  const session = await zephyr.connect('postgres');
  try {
    const idle = `SELECT count(*)::int AS others FROM pg_stat_activity WHERE datname = 'zephyr' AND pid <> pg_backend_pid()`;
    await expect.poll(async () => (await session.query(idle))[0]?.others).toBe(0);
  } finally {
    await session.close();
  }
}

/** The ids of pg_dump processes that this process has started. */
async function runningDumps(): Promise<readonly number[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,comm=']);
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, name]) => Number(parent) === process.pid && name === 'pg_dump')
    .map(([pid]) => Number(pid));
}

describe('a dump of a real database', () => {
  it('restores to a database whose content is the one the manifest says', async () => {
    const { manifest, sizeBytes, location } = await client.createDump({ reason: 'weekly' });
    expect(location).toBe(`s3://zephyr-backups/zephyr/${manifest.key}`);
    expect(manifest.fingerprint?.tables.map(({ table, rows }) => [table, rows])).toEqual([
      ['public.audit_logs_2025', 1_000],
      ['public.polls', 100],
      ['public.votes', 200_000],
    ]);
    const { body } = await store.get(manifest.key);
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of body) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    expect(bytes).toBe(sizeBytes);
    expect(manifest.archives[0]).toMatchObject({
      sizeBytes: bytes,
      sha256: hash.digest('hex'),
      crc32: expect.any(String),
    });
    const restored = await restore(manifest.key);
    expect(await fingerprint(restored)).toEqual(manifest.fingerprint);
    const stored = await store.head(manifest.key);
    expect(stored?.storageClass).toBe('STANDARD_IA');
  });

  it('agrees with its manifest although rows change while it runs', async () => {
    let changed: Promise<void> | undefined;
    const onProgress = ({ phase }: ProgressEvent): void => {
      if (phase !== 'dumping') return;
      changed ??= zephyr.sql(`
DELETE FROM votes WHERE id % 3 = 0;
INSERT INTO votes (poll_id, choice) SELECT 1, 9 FROM generate_series(1, 500);
UPDATE polls SET title = title || '!';
`);
    };
    const { manifest } = await client.createDump({}, { onProgress });
    await changed;
    expect(manifest.fingerprint?.tables.find(({ table }) => table === 'public.votes')?.rows).toBe(200_000);
    const restored = await restore(manifest.key);
    expect(await fingerprint(restored)).toEqual(manifest.fingerprint);
    expect(await fingerprint('zephyr')).not.toEqual(manifest.fingerprint);
  });

  it('of chosen tables holds them with their partitions and nothing else', async () => {
    const { manifest } = await client.createDump({ tables: ['public.audit_logs'], compression: 'none' });
    expect(manifest.tables).toEqual(['public.audit_logs', 'public.audit_logs_2025']);
    const restored = await restore(manifest.key);
    expect(await fingerprint(restored)).toEqual(manifest.fingerprint);
    expect(manifest.fingerprint?.tables).toHaveLength(1);
  });

  it('leaves no object, no upload and no connection where pg_dump is killed half-way', async () => {
    const before = await storedKeys();
    let killed = 0;
    let over = false;
    const onProgress = ({ phase, bytes }: ProgressEvent): void => {
      if (phase !== 'dumping' || bytes !== 0) return;
      void (async () => {
        while (killed === 0 && !over) {
          for (const pid of await runningDumps()) {
            process.kill(pid, 'SIGKILL');
            killed += 1;
          }
        }
      })();
    };
    const call = client.createDump({ compression: 'gzip:9' }, { onProgress }).finally(() => {
      over = true;
    });
    await expect(call).rejects.toMatchObject({ code: 'dump-failed' });
    expect(killed).toBe(1);
    await expectNothingLeft(before);
  });

  it('leaves nothing where it is aborted while bytes flow', async () => {
    const before = await storedKeys();
    const controller = new AbortController();
    const onProgress = ({ phase }: ProgressEvent): void => {
      if (phase === 'dumping') setTimeout(() => controller.abort(abortReason), 100);
    };
    const call = client.createDump({ compression: 'gzip:9' }, { onProgress, signal: controller.signal });
    await expect(call).rejects.toBe(abortReason);
    expect(await runningDumps()).toEqual([]);
    await expectNothingLeft(before);
  });

  it('leaves nothing where the role may not read a table, and names it', async () => {
    const before = await storedKeys();
    await zephyr.sql(`
CREATE ROLE reader LOGIN PASSWORD 'reads';
GRANT SELECT ON polls, votes TO reader;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO reader;
`);
    const { tls } = zephyr.system.database;
    const credentials = { user: 'reader', password: 'reads' };
    const reader = zephyr.systemWith({
      database: { instance: 'zephyr-production-db', name: 'zephyr', credentials, tls },
    });
    await expect(new BackupClient(reader).createDump()).rejects.toMatchObject({
      code: 'permission-denied',
      details: { unreadable: ['public.audit_logs', 'public.audit_logs_2025'] },
    });
    const dump = await new BackupClient(reader).createDump({ tables: ['public.votes', 'public.polls'] });
    expect(dump.manifest.fingerprint?.tables).toHaveLength(2);
    await zephyr.sql('ALTER TABLE polls ENABLE ROW LEVEL SECURITY');
    await expect(new BackupClient(reader).createDump({ tables: ['public.polls'] })).rejects.toMatchObject({
      code: 'permission-denied',
      details: { filteredByRowSecurity: ['public.polls'] },
    });
    await zephyr.sql('ALTER TABLE polls DISABLE ROW LEVEL SECURITY');
    await expectNothingLeft([...before, dump.id, dump.id.replace(/dump$/, 'manifest.json')].sort());
  });

  it('fails within its lock timeout behind DDL, and leaves nothing', async () => {
    const before = await storedKeys();
    const ddl = await zephyr.connect();
    await ddl.query('BEGIN');
    await ddl.query('LOCK TABLE polls IN ACCESS EXCLUSIVE MODE');
    try {
      const call = client.createDump({ lockTimeout: '200ms', fingerprint: false });
      await expect(call).rejects.toMatchObject({ code: 'statement-timeout' });
    } finally {
      await ddl.close();
    }
    await expectNothingLeft(before);
  });

  it.each([
    ['a wrong password', 'authentication-failed', { credentials: { user: 'zephyr_admin', password: 'wrong' } }],
    ['a database that is not there', 'database-missing', { name: 'zephir' }],
    ['an instance that is not there', 'instance-not-found', { instance: 'zephyr-staging-db' }],
  ])('is refused before anything is written: %s', async (_what, code, database) => {
    const before = await storedKeys();
    const { tls } = zephyr.system.database;
    const given = {
      instance: 'zephyr-production-db',
      name: 'zephyr',
      credentials: { user: 'zephyr_admin', password: 'only-for-rehearsals' },
      tls,
    };
    const system = zephyr.systemWith({ database: { ...given, ...database } });
    await expect(new BackupClient(system).createDump()).rejects.toMatchObject({ code });
    await expectNothingLeft(before);
  });

  it('is refused where the bucket is not there', async () => {
    const system = zephyr.systemWith({ archive: { bucket: 'zephyr-nowhere' } });
    await expect(new BackupClient(system).createDump()).rejects.toMatchObject({ code: 'bucket-not-found' });
  });

  it('survives a lost answer to every request of the upload and of the manifest', async () => {
    const before = await storedKeys();
    for (const operation of ['PutObject', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload']) {
      const fault = zephyr.region.faults.inject({
        service: 's3',
        operation,
        call: 1,
        fault: { kind: 'drop-response' },
      });
      const { manifest } = await client.createDump({ reason: operation, compression: 'none' });
      expect(fault.hits, operation).toBe(1);
      fault.remove();
      await expect(readManifest(store, manifest.key)).resolves.toEqual(manifest);
    }
    expect(await storedKeys()).toHaveLength(before.length + 8);
    for await (const upload of store.listUnfinishedUploads({ prefix: 'manual/' })) expect(upload).toBeUndefined();
  });
});

describe('backups of a real local region', () => {
  it('takes a snapshot, tells the window, and lists everything in one catalogue', async () => {
    const snapshot = await client.createDatabaseSnapshot({ reason: 'pre-deployment', deploymentVersion: 'v2.0.0' });
    expect(snapshot).toMatchObject({
      status: 'available',
      tags: { Environment: 'production', Reason: 'pre-deployment', DeploymentVersion: 'v2.0.0' },
    });
    const window = await client.restoreWindow();
    expect(window.earliest.getTime()).toBeLessThanOrEqual(window.latest.getTime());
    const kinds = new Map<string, number>();
    for await (const backup of client.list()) {
      const kind = `${backup.origin} ${backup.kind}`;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      expect(backup.status).toBe('available');
    }
    expect(kinds.get('manual database-snapshot')).toBe(1);
    expect(kinds.get('automated database-snapshot')).toBeGreaterThanOrEqual(1);
    expect(kinds.get('manual dump')).toBeGreaterThanOrEqual(7);
  });
});
