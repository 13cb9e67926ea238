import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateReplicationGroupCommand,
  CreateSnapshotCommand,
  DescribeReplicationGroupsCommand,
  DescribeSnapshotsCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import {
  createVirtualClock,
  type DataPlane,
  type LocalRegion,
  type LocalRegionOptions,
  startLocalRegion,
} from '@zephyr/backup/local';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { day, instanceInput, minute } from './rds/support/virtual-region.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zephyr-kept-'));
});
afterEach(() => rm(directory, { recursive: true }));

const Bucket = 'zephyr-backups';
const start = new Date('2025-11-09T14:00:00Z').getTime();

interface Clients {
  readonly region: LocalRegion;
  readonly rds: RDSClient;
  readonly s3: S3Client;
  readonly cache: ElastiCacheClient;
}

/** Opens the directory at so many milliseconds after the start, does something there, and closes it. */
async function visit<T>(
  at: number,
  act: (clients: Clients) => Promise<T>,
  options: LocalRegionOptions = {},
): Promise<T> {
  const clock = createVirtualClock(new Date(start + at));
  await using region = await startLocalRegion({ clock, directory, ...options });
  const { endpoint, credentials, requestHandler } = region;
  const settings = { region: region.region, endpoint, credentials, requestHandler };
  const rds = new RDSClient(settings);
  const cache = new ElastiCacheClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  // Not just returned: the region would close before it is done.
  return await act({ region, rds, s3, cache });
}

describe('a region with a directory', () => {
  it('gives back every version of every object after it was closed, and goes on with uploads', async () => {
    const before = await visit(0, async ({ region, s3 }) => {
      region.s3.createBucket(Bucket);
      region.s3.createBucket('theirs', { owner: '999999999999' });
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
      for (const Body of ['one', 'two'])
        await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body, Tagging: 'k=v' }));
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      const retain = { ObjectLockMode: undefined, Metadata: { nonce: 'n' } };
      await s3.send(new PutObjectCommand({ Bucket, Key: 'b', Body: 'three', ...retain }));
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
      await s3.send(new UploadPartCommand({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'part' }));
      const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      return { Versions, DeleteMarkers, UploadId };
    });
    await visit(day, async ({ s3 }) => {
      const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      expect({ Versions, DeleteMarkers, UploadId: before.UploadId }).toEqual(before);
      for (const { Key, VersionId } of Versions ?? []) {
        const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId, ChecksumMode: 'ENABLED' }));
        expect([await Body?.transformToString(), ETag]).toEqual([
          expect.stringMatching(/^(one|two|three)$/),
          expect.any(String),
        ]);
      }
      const parts = await s3.send(new ListPartsCommand({ Bucket, Key: 'parts', UploadId: before.UploadId }));
      expect(parts.Parts).toMatchObject([{ PartNumber: 1, Size: 4 }]);
      await expect(s3.send(new ListObjectsV2Command({ Bucket: 'theirs' }))).rejects.toMatchObject({
        name: 'AccessDenied',
      });
      await s3.send(new PutObjectCommand({ Bucket, Key: 'c', Body: 'four' }));
    });
    await visit(2 * day, async ({ s3 }) => {
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
      expect(Contents?.map(({ Key }) => Key)).toEqual(['b', 'c']);
    });
  });

  it('keeps no file of what is gone', async () => {
    const bodies = (): Promise<string[]> => readdir(join(directory, 'bodies'));
    await visit(0, async ({ region, s3 }) => {
      region.s3.createBucket(Bucket);
      for (const Key of ['a', 'b']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    });
    expect(await bodies()).toHaveLength(1);
    await visit(0, async ({ s3 }) => {
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'b' }));
      // Until it is closed, the directory still is what it was: this process might be killed.
      expect(await bodies()).toHaveLength(1);
    });
    expect(await bodies()).toEqual([]);
  });

  it('carries what is under way to its end, and goes on from there', async () => {
    await visit(0, async ({ rds, cache, region }) => {
      await rds.send(new CreateDBInstanceCommand(instanceInput('prod')));
      await region.clock.sleep(20 * minute);
      const rename = { DBInstanceIdentifier: 'prod', NewDBInstanceIdentifier: 'renamed', ApplyImmediately: true };
      await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'prod', DBSnapshotIdentifier: 'one' }));
      await region.clock.sleep(10 * minute);
      await rds.send(new ModifyDBInstanceCommand(rename));
      await cache.send(
        new CreateReplicationGroupCommand({
          ReplicationGroupId: 'sessions',
          ReplicationGroupDescription: 'sessions',
          CacheNodeType: 'cache.t3.medium',
          Engine: 'redis',
          NumCacheClusters: 2,
        }),
      );
    });
    await visit(day, async ({ rds, cache }) => {
      const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({}));
      expect(DBInstances).toMatchObject([{ DBInstanceIdentifier: 'renamed', DBInstanceStatus: 'available' }]);
      const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'one' }));
      expect(DBSnapshots).toMatchObject([{ Status: 'available', SnapshotCreateTime: expect.any(Date) }]);
      const { ReplicationGroups } = await cache.send(new DescribeReplicationGroupsCommand({}));
      expect(ReplicationGroups).toMatchObject([{ ReplicationGroupId: 'sessions', Status: 'available' }]);
      const id = ReplicationGroups?.[0]?.MemberClusters?.[1];
      await cache.send(new CreateSnapshotCommand({ CacheClusterId: id, SnapshotName: 'kept' }));
    });
    await visit(2 * day, async ({ cache }) => {
      const { Snapshots } = await cache.send(new DescribeSnapshotsCommand({ SnapshotName: 'kept' }));
      expect(Snapshots).toMatchObject([{ SnapshotStatus: 'available' }]);
    });
  });

  it('takes automated backups again, and drops retained ones when their time is over', async () => {
    const automated = async ({ rds }: Clients): Promise<number | undefined> =>
      (await rds.send(new DescribeDBSnapshotsCommand({ SnapshotType: 'automated' }))).DBSnapshots?.length;
    await visit(0, async ({ rds, region }) => {
      await rds.send(new CreateDBInstanceCommand(instanceInput('prod')));
      await rds.send(new CreateDBInstanceCommand(instanceInput('left')));
      await region.clock.sleep(20 * minute);
      const keep = { DBInstanceIdentifier: 'left', SkipFinalSnapshot: true, DeleteAutomatedBackups: false };
      await rds.send(new DeleteDBInstanceCommand(keep));
    });
    await visit(day, async (clients) => {
      expect(await automated(clients)).toBe(2);
      await clients.region.clock.sleep(day);
      expect(await automated(clients)).toBe(3);
    });
    await visit(8 * day, async (clients) => {
      const { DBInstanceAutomatedBackups } = await clients.rds.send(new DescribeDBInstanceAutomatedBackupsCommand({}));
      expect(DBInstanceAutomatedBackups?.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)).toEqual(['prod']);
    });
  });

  it('leaves for ever what never ends', async () => {
    await visit(
      0,
      async ({ rds }) => {
        await rds.send(new CreateDBInstanceCommand(instanceInput('prod')));
      },
      { durations: { create: 'never' } },
    );
    await visit(day, async ({ rds }) => {
      const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({}));
      expect(DBInstances).toMatchObject([{ DBInstanceStatus: 'creating' }]);
    });
  });
});

describe('a directory', () => {
  it('belongs to one region at a time', async () => {
    await using first = await startLocalRegion({ directory });
    await expect(startLocalRegion({ directory })).rejects.toMatchObject({
      code: 'data-directory-in-use',
      details: { directory, pid: process.pid },
    });
    await first.close();
    await using second = await startLocalRegion({ directory });
    expect(second.endpoint).toBeDefined();
  });

  it('of a process that was killed is free, and is as it was when it was closed last', async () => {
    await visit(0, async ({ region, s3 }) => {
      region.s3.createBucket(Bucket);
      for (const Key of ['a', 'b']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    });
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', new URL('support/hold-directory.ts', import.meta.url).pathname, directory],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await visit(0, async ({ s3 }) => {
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
      expect(Contents?.map(({ Key }) => Key)).toEqual(['a', 'b']);
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'a' }));
      expect(await Body?.transformToString()).toBe('a');
    });
  });

  it('that holds another region, or nonsense, is refused and given back', async () => {
    await visit(0, async () => undefined);
    await expect(startLocalRegion({ directory, region: 'eu-west-1' })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'directory',
    });
    await writeFile(join(directory, 'region.state'), 'nonsense');
    await expect(startLocalRegion({ directory })).rejects.toMatchObject({ code: 'invalid-input', field: 'directory' });
    expect(await readdir(directory)).not.toContain('owner.json');
    expect(await readFile(join(directory, 'region.state'), 'utf8')).toBe('nonsense');
  });

  it('with instances that had no servers is refused to a data plane', async () => {
    await visit(0, async ({ rds }) => {
      await rds.send(new CreateDBInstanceCommand(instanceInput('prod')));
    });
    const plane = async (): Promise<DataPlane> => Promise.reject(new Error('asked for'));
    await expect(startLocalRegion({ directory, dataPlane: plane })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'dataPlane',
    });
  });

  it('stays as it was when a region cannot start in it', async () => {
    await visit(0, async ({ region }) => region.s3.createBucket(Bucket));
    const before = await readFile(join(directory, 'region.state'));
    await using other = await startLocalRegion();
    const port = Number(new URL(other.endpoint).port);
    await expect(startLocalRegion({ directory, port })).rejects.toMatchObject({ code: 'port-in-use' });
    expect(before.equals(await readFile(join(directory, 'region.state')))).toBe(true);
    expect(await readdir(directory)).not.toContain('owner.json');
  });
});
