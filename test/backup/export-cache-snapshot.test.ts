import { DeleteSnapshotCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { connectAws } from '../../src/aws/index.js';
import { BackupClient } from '../../src/backup/backup-client.js';
import { checkRdbFile } from '../../src/backup/exported-files.js';
import type { ProgressEvent } from '../../src/core/progress.js';
import { defineSystem, type System } from '../../src/system/define-system.js';
import {
  type CacheRegion,
  makeGroup,
  minute,
  takeSnapshot,
  virtualCacheRegion,
} from '../local/elasticache/support/cache-region.js';
import { fakeSystem } from './fakes/fake-system.js';

type Virtual = Awaited<ReturnType<typeof virtualCacheRegion>>;

interface Place {
  readonly place: Virtual;
  readonly system: System;
  readonly client: BackupClient;
}

function systemOf({ region }: CacheRegion): System {
  const settings = { region: region.region, credentials: region.credentials, requestHandler: region.requestHandler };
  return defineSystem({
    aws: connectAws({
      region: region.region,
      rds: new RDSClient(settings),
      s3: new S3Client({ ...settings, forcePathStyle: true }),
      elasticache: new ElastiCacheClient(settings),
    }),
    database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'a', password: 'b' } },
    cache: { replicationGroup: 'zephyr-production-redis' },
    clock: region.clock,
  });
}

async function given(more: Parameters<typeof makeGroup>[2] = {}): Promise<Place & AsyncDisposable> {
  const place = await virtualCacheRegion();
  await makeGroup(place, 'zephyr-production-redis', { NumCacheClusters: 2, ...more });
  place.region.s3.createBucket('exports');
  const system = systemOf(place);
  const client = new BackupClient(system);
  return { place, system, client, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() };
}

async function exported({ system }: Place): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of system.aws.objectStore({ bucket: 'exports' }).list({ prefix: '' })) keys.push(key);
  return keys;
}
const copies = ({ place }: Place): number => place.region.calls.list('CopySnapshot').length;

describe('exportCacheSnapshot', () => {
  it('writes the file of a snapshot, looks into it, and returns the same when asked again', async () => {
    await using world = await given();
    const { client } = world;
    const { id } = await client.createCacheSnapshot({ reason: 'archive' });
    const phases: string[] = [];
    const onProgress = ({ phase }: ProgressEvent): void => void phases.push(phase);
    const first = await client.exportCacheSnapshot({ snapshot: id, bucket: 'exports' }, { onProgress });
    expect(first).toEqual({
      snapshot: id,
      bucket: 'exports',
      created: true,
      files: [
        {
          key: `${id}-0001.rdb`,
          location: `s3://exports/${id}-0001.rdb`,
          sizeBytes: expect.any(Number),
          writtenAt: expect.any(Date),
        },
      ],
    });
    expect(new Set(phases)).toEqual(new Set(['requested', 'exporting']));
    expect(await client.exportCacheSnapshot({ snapshot: id, bucket: 'exports' })).toEqual({ ...first, created: false });
    expect(copies(world)).toBe(1);
    const other = await client.exportCacheSnapshot({ snapshot: id, bucket: 'exports', name: 'Once-More' });
    expect(other.files.map(({ key }) => key)).toEqual(['once-more-0001.rdb']);
  });

  it('waits for every file of a group in cluster mode', async () => {
    await using world = await given({ NumCacheClusters: undefined, NumNodeGroups: 3, ReplicasPerNodeGroup: 0 });
    const { id } = await world.client.createCacheSnapshot({ reason: 'archive' });
    const { files } = await world.client.exportCacheSnapshot({ snapshot: id, bucket: 'exports' });
    expect(files.map(({ key }) => key)).toEqual(['0001', '0002', '0003'].map((shard) => `${id}-${shard}.rdb`));
  });

  it('comes to one export where two ask at once, and where the answer gets lost', async () => {
    await using world = await given();
    const { client, place } = world;
    const { id } = await client.createCacheSnapshot({ reason: 'archive' });
    place.region.faults.inject({ operation: 'CopySnapshot', call: 1, fault: { kind: 'drop-response' } });
    const request = { snapshot: id, bucket: 'exports' };
    const both = await Promise.all([client.exportCacheSnapshot(request), client.exportCacheSnapshot(request)]);
    expect(both[0].files).toEqual(both[1].files);
    expect(await exported(world)).toHaveLength(1);
  });

  it('tells what ElastiCache may not do with the bucket, and what the bucket needs', async () => {
    await using world = await given();
    const { client, place } = world;
    const { id } = await client.createCacheSnapshot({ reason: 'archive' });
    const refusal = (message: string) =>
      place.region.faults.inject({
        operation: 'CopySnapshot',
        fault: { kind: 'error', code: 'InvalidParameterValue', message, status: 400 },
      });
    refusal('ElastiCache has not been granted READ_ACP permissions on the S3 Bucket.');
    await expect(client.exportCacheSnapshot({ snapshot: id, bucket: 'exports' })).rejects.toMatchObject({
      code: 'access-denied',
      hint: expect.stringContaining('s3:GetBucketAcl'),
    });
    place.region.faults.clear();
    refusal('The S3 bucket exports is outside of the region.');
    await expect(client.exportCacheSnapshot({ snapshot: id, bucket: 'exports' })).rejects.toMatchObject({
      code: 'invalid-input',
      hint: expect.stringContaining('own region only'),
    });
    expect(await exported(world)).toEqual([]);
    await expect(client.exportCacheSnapshot({ snapshot: id, bucket: 'nowhere' })).rejects.toMatchObject({
      code: 'bucket-not-found',
    });
  });

  it('does not take files of another for its own', async () => {
    await using world = await given();
    const { client, system, place } = world;
    await place.clock.sleep(minute);
    const store = system.aws.objectStore({ bucket: 'exports' });
    await store.put('old-0001.rdb', 'REDIS0010');
    await place.clock.sleep(minute);
    const { id } = await client.createCacheSnapshot({ reason: 'archive' });
    const named = (name: string) => client.exportCacheSnapshot({ snapshot: id, bucket: 'exports', name });
    await expect(named('old')).rejects.toMatchObject({
      code: 'object-exists',
      message: expect.stringContaining('older'),
    });
    await store.put('torn-0001.rdb', '<html>');
    await expect(named('torn')).rejects.toMatchObject({
      code: 'resource-failed',
      message: expect.stringContaining('<html>'),
    });
    expect(copies(world)).toBe(0);
  });

  it('says where the export ended without its files', async () => {
    await using world = await given();
    const { client, place } = world;
    const { id } = await client.createCacheSnapshot({ reason: 'archive' });
    place.region.faults.inject({ operation: 'CopySnapshot', fault: { kind: 'ends-in', status: 'failed' } });
    await expect(client.exportCacheSnapshot({ snapshot: id, bucket: 'exports' })).rejects.toMatchObject({
      code: 'resource-failed',
      details: { found: 0, nodeGroups: 1 },
    });
  });

  it('refuses what cannot be exported, before anything is asked', async () => {
    await using world = await given();
    const { client, place } = world;
    const fine = { snapshot: 'manual-1', bucket: 'exports' };
    place.region.calls.clear();
    for (const [more, field] of [
      [{ snapshot: 'a--b' }, 'snapshot'],
      [{ bucket: 's3://exports' }, 'bucket'],
      [{ name: 'x'.repeat(41) }, 'name'],
      [{ expectedOwner: 'me' }, 'expectedOwner'],
    ] as const)
      await expect(client.exportCacheSnapshot({ ...fine, ...more })).rejects.toMatchObject({
        code: 'invalid-input',
        field,
      });
    const without = new BackupClient(fakeSystem().system);
    await expect(without.exportCacheSnapshot(fine)).rejects.toMatchObject({ code: 'invalid-input', field: 'cache' });
    expect(place.region.calls.list()).toEqual([]);
    await expect(client.exportCacheSnapshot(fine)).rejects.toMatchObject({ code: 'snapshot-not-found' });
    await expect(
      client.exportCacheSnapshot({ ...fine, snapshot: 'automatic.x-2025-11-09-03-00' }),
    ).rejects.toMatchObject({
      code: 'snapshot-not-found',
    });
    await makeGroup(place, 'other');
    await takeSnapshot(place, 'other-001', 'of-another');
    await expect(client.exportCacheSnapshot({ ...fine, snapshot: 'of-another' })).rejects.toMatchObject({
      code: 'snapshot-not-found',
    });
  });

  it('stops where the snapshot is deleted under it, and where the caller gives up', async () => {
    await using world = await given();
    const { client, place } = world;
    const { id } = await client.createCacheSnapshot({ reason: 'archive' });
    const abort = new AbortController();
    const stopped = client.exportCacheSnapshot(
      { snapshot: id, bucket: 'exports' },
      { signal: abort.signal, onProgress: () => abort.abort(new Error('enough')) },
    );
    await expect(stopped).rejects.toThrow('enough');
    await place.clock.sleep(60 * minute);
    await place.client.send(new DeleteSnapshotCommand({ SnapshotName: id }));
    await expect(client.exportCacheSnapshot({ snapshot: id, bucket: 'exports', name: 'late' })).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:resource-failed|snapshot-not-found)$/),
    });
  });
});

describe('a file that is empty', () => {
  it('is none', async () => {
    const { store } = fakeSystem();
    const file = { key: 'x-0001.rdb', location: 's3://b/x-0001.rdb', sizeBytes: 0, writtenAt: new Date(0) };
    await expect(checkRdbFile(store, file, {})).rejects.toMatchObject({ code: 'resource-failed' });
    await store.put(file.key, 'VALKEY080...');
    await expect(checkRdbFile(store, { ...file, sizeBytes: 12 }, {})).resolves.toBeUndefined();
  });
});
