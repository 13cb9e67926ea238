import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createDump } from '../../src/backup/create-dump.js';
import type { CreateDumpRequest } from '../../src/backup/dump-request.js';
import { findLatestDump, readManifest } from '../../src/backup/find-dump.js';
import { sweepUnfinishedDumps } from '../../src/backup/sweep-unfinished-dumps.js';
import { isBackupError } from '../../src/core/errors.js';
import type { ProgressEvent } from '../../src/core/progress.js';
import { relation } from './fakes/fake-postgres.js';
import { coded } from './fakes/fake-rds.js';
import { type FakeSystem, fakeSystem } from './fakes/fake-system.js';
import { abortReason, everyFault, unreachable } from './fakes/faulty.js';

const key = 'manual/2025/11/09/zephyr-backup-20251109-140000.dump';
const manifestKey = 'manual/2025/11/09/zephyr-backup-20251109-140000.manifest.json';

function expectNothingLeft(fake: FakeSystem, when = ''): void {
  expect([...fake.store.objects.keys()], when).toEqual([]);
  expectNothingRunning(fake, when);
}

function expectNothingRunning(fake: FakeSystem, when = ''): void {
  expect(fake.postgres.open.size, `${when}: open connections`).toBe(0);
  expect(
    fake.postgres.dumps.filter(({ stream }) => !stream.closed),
    `${when}: running pg_dumps`,
  ).toEqual([]);
}

describe('createDump', () => {
  it('stores the archive and then its manifest, which says all that is known of it', async () => {
    const fake = fakeSystem();
    const dump = await createDump(fake.system, { reason: 'weekly', deploymentVersion: 'v2.0.0' });
    const archive = Buffer.concat([...fake.postgres.archive]);
    const sha256 = createHash('sha256').update(archive).digest('hex');
    const stored = fake.store.objects.get(key);
    expect(stored?.body.equals(archive)).toBe(true);
    expect(stored?.options).toMatchObject({
      storageClass: 'STANDARD_IA',
      partSizeBytes: 8_388_608,
      onlyIf: { absent: true },
    });
    expect(fake.store.objects.get(manifestKey)?.options).toMatchObject({
      storageClass: 'STANDARD',
      onlyIf: { absent: true },
    });
    expect(dump.manifest).toEqual({
      version: 1,
      key,
      database: 'zephyr',
      createdAt: '2025-11-09T14:00:00.000Z',
      dataTime: '2025-11-09T14:00:01.250Z',
      sizeBytes: archive.length,
      pgDumpVersion: 150_018,
      serverVersion: 150_018,
      compression: { method: 'gzip', level: 1 },
      fingerprint: {
        algorithm: expect.any(String),
        serverVersion: 150_018,
        tables: [
          expect.objectContaining({ table: 'public.polls', rows: 2 }),
          expect.objectContaining({ table: 'public.votes' }),
        ],
      },
      structure: {
        format: 'structure/1',
        serverVersion: 150_018,
        kinds: expect.not.arrayContaining(['grant']),
        objects: [{ kind: 'extension', name: 'pgcrypto', properties: {} }],
      },
      archives: [{ key, sizeBytes: archive.length, sha256, crc32: stored?.crc32, content: 'everything' }],
      operationId: expect.stringMatching(/^[a-z0-9]{20}$/),
      reason: 'weekly',
      deploymentVersion: 'v2.0.0',
      source: { instance: 'zephyr-production-db', resourceId: 'db-PRODUCTION', region: 'us-east-1' },
    });
    expect(dump).toMatchObject({
      kind: 'dump',
      id: key,
      location: `s3://zephyr-backups/${key}`,
      dataTime: new Date('2025-11-09T14:00:01.250Z'),
      tags: { Reason: 'weekly', DeploymentVersion: 'v2.0.0' },
    });
    await expect(readManifest(fake.store, key)).resolves.toEqual(dump.manifest);
    expectNothingRunning(fake);
  });

  it('lets pg_dump read the very snapshot that is fingerprinted, and no secret into the manifest', async () => {
    const fake = fakeSystem();
    await createDump(fake.system);
    expect(fake.postgres.dumps[0]?.request).toEqual({
      snapshot: '00000003-0000001B-1',
      schemas: undefined,
      tables: undefined,
      compression: { method: 'gzip', level: 1 },
      lockTimeoutMilliseconds: 30_000,
    });
    expect(fake.postgres.dumps[0]?.target).toMatchObject({ host: '127.0.0.1', credentials: { password: 'secret' } });
    expect(fake.store.objects.get(manifestKey)?.body.toString()).not.toContain('secret');
  });

  it('compresses with zstd where pg_dump has it, and says so', async () => {
    const fake = fakeSystem();
    fake.postgres.pgDumpVersion = 170_006;
    const { manifest } = await createDump(fake.system);
    expect(fake.postgres.dumps[0]?.request).toMatchObject({ compression: { method: 'zstd', level: 1 } });
    expect(manifest).toMatchObject({ pgDumpVersion: 170_006, compression: { method: 'zstd', level: 1 } });
  });

  it('refuses zstd of a pg_dump that has none, before anything is made', async () => {
    const fake = fakeSystem();
    await expect(createDump(fake.system, { compression: 'zstd' })).rejects.toMatchObject({
      code: 'version-mismatch',
      details: { pgDumpVersion: fake.postgres.pgDumpVersion },
    });
    expect(fake.postgres.dumps).toEqual([]);
    expectNothingLeft(fake);
  });

  it('reports what it does and how many bytes are stored', async () => {
    const fake = fakeSystem();
    const events: ProgressEvent[] = [];
    await createDump(fake.system, {}, { onProgress: (event) => events.push(event) });
    expect([...new Set(events.map(({ phase }) => phase))]).toEqual(['checking', 'dumping', 'writing-manifest']);
    const bytes = events.flatMap((event) => (event.phase === 'dumping' ? [event.bytes] : []));
    expect(bytes[0]).toBe(0);
    expect(bytes.at(-1)).toBe(200_005);
  });

  it('takes chosen tables with their partitions, uncompressed and without fingerprint where asked', async () => {
    const fake = fakeSystem();
    const part = (name: string, whole: string) => relation(name, { whole_schema: 'public', whole_name: whole });
    fake.postgres.relations = [
      relation('audit'),
      part('audit_2025', 'audit'),
      part('audit_2025_11', 'audit_2025'),
      relation('votes'),
    ];
    const request: CreateDumpRequest = {
      tables: ['public.audit'],
      compression: 'none',
      fingerprint: false,
      lockTimeout: '1s',
    };
    const { manifest } = await createDump(fake.system, request);
    const tables = ['public.audit', 'public.audit_2025', 'public.audit_2025_11'];
    expect(fake.postgres.dumps[0]?.request).toMatchObject({
      tables,
      compression: { method: 'none', level: 0 },
      lockTimeoutMilliseconds: 1_000,
    });
    expect(manifest).toMatchObject({ tables, compression: { method: 'none', level: 0 } });
    expect(manifest.fingerprint).toBeUndefined();
  });

  it('takes chosen schemas', async () => {
    const fake = fakeSystem();
    const { manifest } = await createDump(fake.system, { schemas: ['public'] });
    expect(manifest.structure).toBeUndefined();
    expect(fake.postgres.dumps[0]?.request.schemas).toEqual(['public']);
    expect(manifest.schemas).toEqual(['public']);
  });

  it('takes another key where a dump of this second exists', async () => {
    const fake = fakeSystem();
    const first = await createDump(fake.system);
    const second = await createDump(fake.system);
    expect(first.id).toBe(key);
    expect(second.id).toMatch(/^manual\/2025\/11\/09\/zephyr-backup-20251109-140000-[a-z0-9]{6}\.dump$/);
    expect(fake.store.objects.size).toBe(4);
  });

  it('encrypts with the key of the archive, and says which', async () => {
    const fake = fakeSystem();
    const system = fake.systemWith({ archive: { bucket: 'zephyr-backups', kmsKey: 'alias/zephyr' } });
    await expect(createDump(system)).resolves.toMatchObject({ kmsKey: 'alias/zephyr', encrypted: true });
    for (const object of fake.store.objects.values()) {
      expect(object.options.encryption).toEqual({ kmsKey: 'alias/zephyr' });
    }
  });

  it('makes larger parts for a larger database', async () => {
    const fake = fakeSystem();
    fake.postgres.databaseBytes = 900_000_000_000;
    await createDump(fake.system);
    expect(fake.store.objects.get(key)?.options).toMatchObject({ partSizeBytes: 120_000_000 });
  });

  it.each([
    ['compression', { compression: 'gzip:10' }],
    ['tables', { tables: ['public.votes'], schemas: ['public'] }],
    ['tables', { tables: [] }],
    ['tables', { tables: ['votes'] }],
    ['schemas', { schemas: [] }],
    ['schemas', { schemas: [''] }],
    ['reason', { reason: '' }],
    ['deploymentVersion', { deploymentVersion: 'v'.repeat(1_025) }],
    ['lockTimeout', { lockTimeout: '0s' }],
  ] as const)('refuses a bad %s before any call', async (field, request) => {
    const fake = fakeSystem();
    await expect(createDump(fake.system, request)).rejects.toMatchObject({ code: 'invalid-input', field });
    expect(fake.faults.calls).toEqual([]);
  });

  it('refuses a system without an archive, a bucket that is not there, and an instance without an endpoint', async () => {
    const fake = fakeSystem();
    await expect(createDump(fake.withoutArchive)).rejects.toMatchObject({ code: 'invalid-input', field: 'archive' });
    fake.store.bucketExists = false;
    await expect(createDump(fake.system)).rejects.toMatchObject({ code: 'bucket-not-found' });
    fake.store.bucketExists = true;
    if (fake.rds.instance !== undefined)
      fake.rds.instance = { ...fake.rds.instance, endpoint: undefined, status: 'creating' };
    await expect(createDump(fake.system)).rejects.toMatchObject({ code: 'invalid-state' });
    fake.rds.instance = undefined;
    await expect(createDump(fake.system)).rejects.toMatchObject({ code: 'instance-not-found' });
    expect(fake.postgres.dumps).toEqual([]);
  });

  it('refuses a pg_dump older than the server before it is started', async () => {
    const fake = fakeSystem();
    fake.postgres.serverVersion = 180_004;
    const call = createDump(fake.system);
    await expect(call).rejects.toMatchObject({ code: 'version-mismatch', details: { pgDumpVersion: 150_018 } });
    await expect(call).rejects.toThrow('pg_dump 15 cannot dump a server of version 18');
    expect(fake.postgres.dumps).toEqual([]);
    expectNothingLeft(fake);
  });

  it('refuses what the role may not read or may not see whole', async () => {
    const fake = fakeSystem();
    fake.postgres.relations = [
      relation('polls'),
      relation('secrets', { readable: false }),
      relation('keys', { readable: false }),
    ];
    const call = createDump(fake.system);
    await expect(call).rejects.toMatchObject({
      code: 'permission-denied',
      details: { unreadable: ['public.secrets', 'public.keys'] },
    });
    await expect(call).rejects.toThrow('public.secrets and 1 more');
    fake.postgres.relations = [relation('polls', { filtered: true })];
    await expect(createDump(fake.system)).rejects.toMatchObject({
      details: { filteredByRowSecurity: ['public.polls'] },
    });
    fake.postgres.relations = [relation('polls'), relation('secrets', { readable: false })];
    await expect(createDump(fake.system, { tables: ['public.polls'] })).resolves.toMatchObject({ kind: 'dump' });
  });

  it('refuses a table whose sequence the role may not read, which pg_dump takes along', async () => {
    const fake = fakeSystem();
    fake.postgres.relations = [
      relation('polls'),
      relation('polls_id_seq', { readable: false, owner_schema: 'public', owner_name: 'polls' }),
      relation('votes_id_seq', { readable: false, owner_schema: 'public', owner_name: 'votes' }),
    ];
    await expect(createDump(fake.system, { tables: ['public.polls'] })).rejects.toMatchObject({
      code: 'permission-denied',
      details: { unreadable: ['public.polls_id_seq'] },
    });
  });

  it('takes a schema that holds no table', async () => {
    const fake = fakeSystem();
    const { manifest } = await createDump(fake.system, { schemas: ['only_functions'] });
    expect(manifest).toMatchObject({ schemas: ['only_functions'], fingerprint: { tables: [] } });
    expect(fake.postgres.dumps[0]?.request).toMatchObject({ schemas: ['only_functions'] });
  });

  it.each([
    ['public.UPPER', 'Did you mean public.upper?'],
    ['public.odd.name', 'Did you mean public."odd.name"?'],
    ['public.nothing', 'Write schema.table'],
  ])('says of the missing table %s what it may be called', async (table, hint) => {
    const fake = fakeSystem();
    fake.postgres.relations = [relation('upper'), relation('odd.name')];
    const call = createDump(fake.system, { tables: [table] });
    await expect(call).rejects.toMatchObject({ field: 'tables', hint: expect.stringContaining(hint) });
  });

  it('refuses tables and schemas that are not there', async () => {
    const fake = fakeSystem();
    await expect(createDump(fake.system, { tables: ['public.vote'] })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'tables',
    });
    await expect(createDump(fake.system, { schemas: ['Public'] })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'schemas',
    });
    expectNothingLeft(fake);
  });

  it('leaves nothing where pg_dump fails half-way, and says what it said', async () => {
    const fake = fakeSystem();
    fake.postgres.dumpFailure = coded('dump-failed', { message: 'pg_dump: terminated' });
    await expect(createDump(fake.system)).rejects.toMatchObject({
      code: 'dump-failed',
      message: 'pg_dump: terminated',
    });
    expectNothingLeft(fake);
  });

  it.each([
    ['nothing', []],
    ['something else than an archive', [Buffer.from('--\n-- PostgreSQL database dump')]],
    ['less than the first five bytes', [Buffer.from('PGD')]],
  ])('refuses an archive that holds %s', async (_what, archive) => {
    const fake = fakeSystem();
    fake.postgres.archive = archive;
    await expect(createDump(fake.system)).rejects.toMatchObject({ code: 'dump-failed' });
    expectNothingLeft(fake);
  });

  it('names the refusal of the store as the cause, not the pipe that it broke', async () => {
    const fake = fakeSystem();
    fake.store.failUploadAfter = 50_000;
    await expect(createDump(fake.system)).rejects.toMatchObject({ code: 'access-denied' });
    expectNothingLeft(fake);
  });

  it('ends pg_dump where the store rejects without a word to the stream', async () => {
    const fake = fakeSystem();
    fake.postgres.archive = [Buffer.from('PGDMP'), ...Array.from({ length: 50 }, () => Buffer.alloc(65_536))];
    Object.assign(fake.store, { upload: () => Promise.reject(coded('access-denied')) });
    await expect(createDump(fake.system)).rejects.toMatchObject({ code: 'access-denied' });
    Object.assign(fake.store, { upload: () => Promise.reject('no error at all') });
    await expect(createDump(fake.system)).rejects.toBe('no error at all');
    Object.assign(fake.postgres.tools, { version: () => Promise.reject('no error either') });
    await expect(createDump(fake.system)).rejects.toBe('no error either');
    Object.assign(fake.postgres.tools, { version: async () => 150_018 });
    Object.assign(fake.store, { upload: async () => ({ etag: 'e', sizeBytes: 5 }) });
    await expect(createDump(fake.system)).rejects.toMatchObject({
      code: 'upload-failed',
      message: expect.stringContaining('ended before'),
    });
    expectNothingLeft(fake);
  });

  it('refuses what the store kept differently', async () => {
    const fake = fakeSystem();
    const { head, upload } = fake.store;
    fake.store.head = async (name) => {
      const seen = await head(name);
      return seen === undefined ? undefined : { ...seen, sizeBytes: seen.sizeBytes - 1 };
    };
    await expect(createDump(fake.system)).rejects.toMatchObject({
      code: 'upload-failed',
      details: { storedBytes: 200_004 },
    });
    fake.store.head = head;
    fake.store.upload = async (...parameters) => ({ ...(await upload(...parameters)), crc32: 'another' });
    await expect(createDump(fake.system)).rejects.toMatchObject({ code: 'upload-failed' });
    fake.store.upload = upload;
    let first = true;
    fake.store.head = async (name) => {
      const seen = first ? undefined : await head(name);
      first = false;
      return seen;
    };
    await expect(createDump(fake.system)).rejects.toThrow('no of 200005 bytes');
    expectNothingLeft(fake);
  });

  it('leaves nothing where the store refuses after the last byte', async () => {
    const fake = fakeSystem();
    const { upload } = fake.store;
    fake.store.upload = async (...parameters) => {
      await upload(...parameters);
      throw coded('access-denied');
    };
    await expect(createDump(fake.system)).rejects.toMatchObject({ code: 'access-denied' });
    expectNothingLeft(fake);
  });

  it('accepts a store that computes no checksum, or keeps it from those who read', async () => {
    const fake = fakeSystem();
    const { head, upload } = fake.store;
    fake.store.head = async (name) => {
      const seen = await head(name);
      return seen === undefined ? undefined : { ...seen, crc32: undefined };
    };
    fake.store.upload = async (...parameters) => ({ ...(await upload(...parameters)), crc32: undefined });
    const { manifest } = await createDump(fake.system);
    expect(manifest.archives[0]?.crc32).toBe(fake.store.objects.get(key)?.crc32);
  });

  it('never touches the objects of another who took the same keys meanwhile', async () => {
    for (const theirs of [key, manifestKey]) {
      const fake = fakeSystem();
      const { dump } = fake.postgres.tools;
      Object.assign(fake.postgres.tools, {
        dump: (...parameters: Parameters<typeof dump>) => {
          void fake.store.put(theirs, 'theirs');
          return dump(...parameters);
        },
      });
      const { id } = await createDump(fake.system);
      expect(id).toMatch(/^manual\/2025\/11\/09\/zephyr-backup-20251109-140000-[a-z0-9]{6}\.dump$/);
      expect([...fake.store.objects.keys()].sort()).toEqual([theirs, id, id.replace('.dump', '.manifest.json')].sort());
      expect(fake.store.objects.get(theirs)?.body.toString()).toBe('theirs');
      expectNothingRunning(fake);
    }
  });

  it('takes a name of its own where the other is still being written, and so not seen', async () => {
    const fake = fakeSystem();
    const { upload } = fake.store;
    const refused = [coded('object-exists', { retryable: true })];
    fake.store.upload = async (...parameters) => {
      const error = refused.pop();
      if (error !== undefined) throw error;
      return upload(...parameters);
    };
    await expect(createDump(fake.system)).resolves.toMatchObject({
      id: expect.stringMatching(/^manual\/2025\/11\/09\/zephyr-backup-20251109-140000-[a-z0-9]{6}\.dump$/),
    });
  });

  it('gives up where its own name is taken too', async () => {
    const fake = fakeSystem();
    fake.store.upload = () => Promise.reject(coded('object-exists'));
    await expect(createDump(fake.system)).rejects.toMatchObject({ code: 'object-exists' });
    expect(fake.postgres.dumps).toHaveLength(2);
    expectNothingLeft(fake);
  });

  it('stops pg_dump, the upload and the connections at an abort', async () => {
    const fake = fakeSystem();
    const controller = new AbortController();
    const onProgress = ({ bytes = 0 }: ProgressEvent): void => {
      if (bytes > 1_000) controller.abort(abortReason);
    };
    await expect(createDump(fake.system, {}, { signal: controller.signal, onProgress })).rejects.toBe(abortReason);
    expectNothingLeft(fake);
    const aborted = { signal: AbortSignal.abort(abortReason) };
    fake.faults.calls.length = 0;
    await expect(createDump(fake.system, {}, aborted)).rejects.toBe(abortReason);
    expect(fake.faults.calls).toEqual([]);
  });

  it('stops at its deadline', async () => {
    const fake = fakeSystem();
    const stalled: FakeSystem['postgres']['tools']['dump'] = (_target, _request, call) =>
      Readable.from(
        (async function* () {
          yield Buffer.from('PGDMP');
          await fake.clock.sleep(7_200_000, { signal: call?.signal });
        })(),
      );
    Object.assign(fake.postgres.tools, { dump: stalled });
    const deadline = new Date('2025-11-09T15:00:00Z');
    await expect(createDump(fake.system, {}, { deadline })).rejects.toMatchObject({ code: 'deadline-exceeded' });
    expect([...fake.store.objects.keys()]).toEqual([]);
  });

  it("gives up with the caller's own error where onProgress throws", async () => {
    const fake = fakeSystem();
    const own = new Error('the screen is gone');
    const onProgress = ({ bytes = 0 }: ProgressEvent): void => {
      if (bytes > 1_000) throw own;
    };
    await expect(createDump(fake.system, {}, { onProgress })).rejects.toBe(own);
    expectNothingLeft(fake);
    const odd = ({ bytes = 0 }: ProgressEvent): void => {
      if (bytes > 1_000) throw 'no error at all';
    };
    await expect(createDump(fake.system, {}, { onProgress: odd })).rejects.toThrow('no error at all');
    expectNothingLeft(fake);
  });

  it('stops the dump where the fingerprint cannot be taken', async () => {
    const fake = fakeSystem();
    fake.postgres.archive = [Buffer.from('PGDMP'), ...Array.from({ length: 200 }, () => Buffer.alloc(1_000))];
    fake.postgres.wrapSession = (session) => ({
      serverVersion: session.serverVersion,
      close: session.close,
      query: (text, parameters, call) =>
        /count\(\*\)/.test(text) ? Promise.reject(coded('statement-timeout')) : session.query(text, parameters, call),
    });
    await expect(createDump(fake.system)).rejects.toMatchObject({ code: 'statement-timeout' });
    expectNothingLeft(fake);
  });

  it('says what is left where even removing it fails, and the sweep finds it a day later', async () => {
    const fake = fakeSystem();
    Object.assign(fake.store, {
      put: () => Promise.reject(coded('access-denied')),
      delete: () => Promise.reject(unreachable('store.delete')),
    });
    await expect(createDump(fake.system)).rejects.toMatchObject({
      code: 'upload-failed',
      details: { keys: [manifestKey, key] },
      cause: { code: 'access-denied' },
    });
    Object.assign(fake.store, { put: () => Promise.reject('no words'), delete: () => Promise.reject('nor these') });
    fake.clock.advance(1_000);
    await expect(createDump(fake.system)).rejects.toMatchObject({
      message: expect.stringContaining('(no words)'),
      details: { cleanup: 'nor these' },
    });
    fake.store.objects.delete('manual/2025/11/09/zephyr-backup-20251109-140001.dump');
    expect([...fake.store.objects.keys()]).toEqual([key]);
    await expect(
      findLatestDump(fake.store, { database: 'zephyr', now: fake.clock.now(), notBefore: new Date(0) }),
    ).resolves.toBeUndefined();
    const again = fakeSystem();
    const left = fake.store.objects.get(key);
    if (left !== undefined) again.store.objects.set(key, left);
    await expect(sweepUnfinishedDumps(again.system)).resolves.toEqual({ abortedUploads: [], deletedArchives: [] });
    again.clock.advance(86_400_000);
    await expect(sweepUnfinishedDumps(again.system)).resolves.toEqual({ abortedUploads: [], deletedArchives: [key] });
    expect(again.store.objects.size).toBe(0);
  });

  it('leaves a whole dump or nothing, whatever goes wrong at whichever call', async () => {
    const clean = fakeSystem();
    await createDump(clean.system);
    const calls = [...clean.faults.calls];
    expect(calls.length).toBeGreaterThan(20);
    for (const fault of everyFault) {
      for (let at = 1; at <= calls.length; at += 1) {
        const when = `${fault} at call ${at}, ${calls[at - 1]}`;
        const fake = fakeSystem();
        const abort = new AbortController();
        fake.faults.arm(at, fault, abort);
        const outcome = await createDump(fake.system, {}, { signal: abort.signal }).then(
          (dump) => dump.kind,
          (error: unknown) => (error === abortReason ? 'aborted' : isBackupError(error) ? error.code : error),
        );
        const expected = fault.startsWith('aborts')
          ? 'aborted'
          : fault === 'is-denied'
            ? 'access-denied'
            : 'service-unreachable';
        expect(['dump', expected], when).toContain(outcome);
        if (outcome === 'dump') {
          expect([...fake.store.objects.keys()], when).toEqual([key, manifestKey]);
          await expect(readManifest(fake.store, key)).resolves.toMatchObject({ key });
          expectNothingRunning(fake, when);
        } else {
          expectNothingLeft(fake, when);
        }
        fake.faults.arm(0, fault);
        await expect(createDump(fake.system), when).resolves.toMatchObject({ kind: 'dump' });
      }
    }
  });

  it('survives lost answers to the upload and to the manifest: the dump is there', async () => {
    const clean = fakeSystem();
    await createDump(clean.system);
    for (const call of ['store.upload', 'store.put']) {
      const fake = fakeSystem();
      fake.faults.arm(clean.faults.calls.indexOf(call) + 1, 'loses-answer');
      await expect(createDump(fake.system), call).resolves.toMatchObject({ id: key });
      expect([...fake.store.objects.keys()]).toEqual([key, manifestKey]);
    }
  });
});
