import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type DumpManifest, manifestKeyOf, serializeManifest } from '../../src/backup/dump-manifest.js';
import { findLatestDump, listManifestKeys, readManifest } from '../../src/backup/find-dump.js';
import { dumpKeys } from '../../src/core/names.js';
import { coded } from './fakes/fake-rds.js';
import { type FakeStore, fakeStore } from './fakes/fake-store.js';
import { manifestFor } from './manifest-for.js';

const now = new Date('2025-11-09T14:00:00Z');
const clock = { now: () => now, sleep: async () => undefined };

async function keep(store: FakeStore, instant: string, more: Partial<DumpManifest> = {}): Promise<DumpManifest> {
  const manifest = manifestFor(new Date(instant), more);
  await store.put(manifest.key, 'PGDMP');
  await store.put(manifestKeyOf(manifest.key), serializeManifest(manifest));
  return manifest;
}

describe('findLatestDump', () => {
  const search = { database: 'zephyr', now, notBefore: new Date('2025-01-01T00:00:00Z') };

  it('finds the newest across months and years', async () => {
    const store = fakeStore(clock);
    await keep(store, '2024-12-31T23:59:59Z');
    const newest = await keep(store, '2025-09-30T23:59:59Z');
    await keep(store, '2025-09-01T00:00:00Z');
    await expect(findLatestDump(store, search)).resolves.toEqual(newest);
  });

  it('takes the later of two within one second: the one whose key had to be told apart', async () => {
    const store = fakeStore(clock);
    await keep(store, '2025-11-01T00:00:00Z');
    const { dump } = dumpKeys('zephyr', new Date('2025-11-01T00:00:00Z'), 'a1b2');
    const archives = [
      { key: dump, sizeBytes: 5, sha256: 'ab'.repeat(32), crc32: 'AAAAAA==', content: 'everything' as const },
    ];
    const later = await keep(store, '2025-11-01T00:00:00Z', { key: dump, archives });
    await expect(findLatestDump(store, search)).resolves.toEqual(later);
  });

  it('finds nothing before the month looked back to', async () => {
    const store = fakeStore(clock);
    await keep(store, '2024-12-31T23:59:59Z');
    await expect(findLatestDump(store, search)).resolves.toBeUndefined();
  });

  it('passes over an archive without a manifest: it is no dump', async () => {
    const store = fakeStore(clock);
    const whole = await keep(store, '2025-11-01T00:00:00Z');
    await store.put(dumpKeys('zephyr', now).dump, 'PGDMP');
    await expect(findLatestDump(store, search)).resolves.toEqual(whole);
  });

  it('passes over dumps of other databases, also of those whose name looks alike', async () => {
    const store = fakeStore(clock);
    const ours = await keep(store, '2025-11-01T00:00:00Z');
    await keep(store, '2025-11-02T00:00:00Z', { database: 'other' });
    await keep(store, '2025-11-03T00:00:00Z', { database: 'a/zephyr' });
    // Its keys hold `/zephyr-backup-` as those of the database `zephyr` do.
    await keep(store, '2025-11-04T00:00:00Z', { database: 'zephyr-backup-copy' });
    await expect(findLatestDump(store, search)).resolves.toEqual(ours);
  });

  it('refuses to hand out an older dump in place of a newer one that cannot be read', async () => {
    const store = fakeStore(clock);
    await keep(store, '2025-11-01T00:00:00Z');
    await store.put(dumpKeys('zephyr', now).manifest, '{ torn');
    await expect(findLatestDump(store, search)).rejects.toMatchObject({ code: 'dump-corrupt' });
  });
});

describe('listManifestKeys', () => {
  it('gives them newest first', async () => {
    const store = fakeStore(clock);
    const instants = ['2025-08-01T00:00:00Z', '2025-11-08T10:00:00Z', '2025-11-08T09:00:00Z', '2025-10-31T00:00:00Z'];
    for (const instant of instants) await keep(store, instant);
    const keys: string[] = [];
    for await (const key of listManifestKeys(store, {
      database: 'zephyr',
      now,
      notBefore: new Date('2025-08-15T00:00:00Z'),
    })) {
      keys.push(key.slice('manual/2025/'.length, 'manual/2025/11/08'.length));
    }
    expect(keys).toEqual(['11/08', '11/08', '10/31', '08/01']);
  });
});

describe('readManifest', () => {
  it('says where a dump is missing, and passes other errors on', async () => {
    const store = fakeStore(clock);
    await expect(readManifest(store, 'manual/2025/11/09/x.dump')).rejects.toMatchObject({
      code: 'dump-not-found',
      message: 'there is no dump manual/2025/11/09/x.dump in s3://zephyr-backups',
      cause: { code: 'object-not-found' },
    });
    store.get = () => Promise.reject(coded('access-denied'));
    await expect(readManifest(store, 'manual/2025/11/09/x.dump')).rejects.toMatchObject({ code: 'access-denied' });
  });

  it('refuses a manifest of absurd size without reading it', async () => {
    const store = fakeStore(clock);
    const body = Readable.from([Buffer.from('{}')]);
    store.get = async (key) => ({ body, description: { key, etag: 'e', sizeBytes: 100_000_000, lastModified: now } });
    await expect(readManifest(store, 'manual/2025/11/09/x.dump')).rejects.toMatchObject({
      code: 'dump-corrupt',
      details: { sizeBytes: 100_000_000 },
    });
    expect(body.destroyed).toBe(true);
  });
});
