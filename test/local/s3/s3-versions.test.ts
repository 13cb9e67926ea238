import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  paginateListObjectsV2,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type HostedS3, hostS3 } from './host-s3.js';

let s3: HostedS3;
let Bucket = '';
let buckets = 0;
beforeAll(async () => {
  s3 = await hostS3();
});
afterAll(() => s3.close());
beforeEach(async () => {
  buckets += 1;
  Bucket = `versioned-${buckets}`;
  s3.service.createBucket(Bucket);
  await setVersioning('Enabled');
});

const setVersioning = (Status: 'Enabled' | 'Suspended') =>
  s3.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
const put = async (Key: string, Body: string): Promise<string> => {
  const { VersionId } = await s3.client.send(new PutObjectCommand({ Bucket, Key, Body }));
  return VersionId ?? '';
};
const get = async (Key: string, VersionId?: string): Promise<string | undefined> => {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
};
const remove = (Key: string, VersionId?: string) => s3.client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
/** Every version of the bucket as `key kind`, the newest of each key first. */
const history = async (MaxKeys?: number): Promise<string[]> => {
  const seen: string[] = [];
  let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await s3.client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys, ...markers }));
    const listed = [
      ...(page.Versions ?? []).map((version) => ({ ...version, kind: 'object' })),
      ...(page.DeleteMarkers ?? []).map((version) => ({ ...version, kind: 'marker' })),
    ];
    expect(listed.length).toBeLessThanOrEqual(MaxKeys ?? 1_000);
    seen.push(...listed.map(({ Key, VersionId, IsLatest, kind }) => `${Key} ${kind} ${VersionId} ${IsLatest}`));
    if (!page.IsTruncated) return seen;
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
};

describe('a versioned bucket', () => {
  it('says so, and keeps what is overwritten', async () => {
    expect((await s3.client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    const first = await put('a', 'one');
    const second = await put('a', 'two');
    expect(second).not.toBe(first);
    expect([await get('a'), await get('a', first), await get('a', second)]).toEqual(['two', 'one', 'two']);
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'a', VersionId: first }));
    expect(head).toMatchObject({ VersionId: first, ContentLength: 3 });
  });

  it('hides a deleted object behind a marker, and shows it again without the marker (facts G13)', async () => {
    const version = await put('a', 'one');
    const gone = await remove('a');
    expect(gone).toMatchObject({ DeleteMarker: true });
    await expect(get('a')).rejects.toMatchObject({
      name: 'NoSuchKey',
      $response: { headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': gone.VersionId } },
    });
    await expect(get('a', gone.VersionId)).rejects.toMatchObject({ name: 'MethodNotAllowed' });
    expect((await s3.client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    expect(await get('a', version)).toBe('one');
    expect(await history()).toEqual([`a object ${version} false`, `a marker ${gone.VersionId} true`]);
    expect(await remove('a', gone.VersionId)).toMatchObject({ DeleteMarker: true, VersionId: gone.VersionId });
    expect(await get('a')).toBe('one');
  });

  it('takes a named version away for good, and the one before it is current again', async () => {
    const first = await put('a', 'one');
    const second = await put('a', 'two');
    const gone = await remove('a', second);
    expect(gone).toMatchObject({ VersionId: second });
    expect(gone.DeleteMarker).toBeUndefined();
    expect(await get('a')).toBe('one');
    await expect(get('a', second)).rejects.toMatchObject({ name: 'NoSuchVersion', $metadata: { httpStatusCode: 404 } });
    await expect(get('a', 'nonsense')).rejects.toMatchObject({ name: 'InvalidArgument' });
    await remove('a', first);
    await expect(get('a')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await history()).toEqual([]);
  });

  it('has bodies on disk for as long as it has versions of them', async () => {
    const first = await put('a', 'one');
    await put('a', 'two');
    const before = s3.service.objectFiles(Bucket, 'a');
    await remove('a');
    expect(() => s3.service.objectFiles(Bucket, 'a')).toThrow();
    expect(before).toHaveLength(1);
    expect(await get('a', first)).toBe('one');
  });

  it('that is suspended overwrites the null version, and keeps all others', async () => {
    const first = await put('a', 'one');
    await setVersioning('Suspended');
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'two' }));
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'three' }));
    expect(await history()).toEqual(['a object null true', `a object ${first} false`]);
    expect(await get('a', 'null')).toBe('three');
    expect(await remove('a')).toMatchObject({ DeleteMarker: true, VersionId: 'null' });
    expect(await history()).toEqual([`a object ${first} false`, 'a marker null true']);
  });

  it('keeps what was there before it was versioned as the null version', async () => {
    buckets += 1;
    Bucket = `versioned-${buckets}`;
    s3.service.createBucket(Bucket);
    const before = await s3.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'zero' }));
    expect(before.VersionId).toBeUndefined();
    await setVersioning('Enabled');
    const first = await put('a', 'one');
    expect(await history()).toEqual([`a object ${first} true`, 'a object null false']);
    expect(await get('a', 'null')).toBe('zero');
  });

  it('lists every version once through its two markers, whatever the size of a page', async () => {
    for (const key of ['a', 'b/1', 'b/2', 'c']) for (const body of ['one', 'two', 'three']) await put(key, body);
    await remove('b/1');
    await remove('c');
    const whole = await history();
    expect(whole).toHaveLength(14);
    for (const size of [1, 2, 3, 5, 13]) expect([...(await history(size))].sort()).toEqual([...whole].sort());
  });

  it('goes on behind a version that has been removed meanwhile', async () => {
    const versions = [await put('a', 'one'), await put('a', 'two'), await put('a', 'three')];
    const page = await s3.client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2 }));
    await remove('a', page.NextVersionIdMarker);
    const rest = await s3.client.send(
      new ListObjectVersionsCommand({
        Bucket,
        KeyMarker: page.NextKeyMarker,
        VersionIdMarker: page.NextVersionIdMarker,
      }),
    );
    expect(rest.Versions?.map(({ VersionId }) => VersionId)).toEqual([versions[0]]);
    await expect(
      s3.client.send(new ListObjectVersionsCommand({ Bucket, VersionIdMarker: versions[0] })),
    ).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  it('groups versions by a delimiter', async () => {
    for (const key of ['a/1', 'a/1', 'a/2', 'b']) await put(key, 'x');
    const page = await s3.client.send(new ListObjectVersionsCommand({ Bucket, Delimiter: '/', MaxKeys: 1 }));
    expect(page).toMatchObject({ CommonPrefixes: [{ Prefix: 'a/' }], IsTruncated: true, NextKeyMarker: 'a/' });
    const rest = await s3.client.send(
      new ListObjectVersionsCommand({ Bucket, Delimiter: '/', KeyMarker: page.NextKeyMarker }),
    );
    expect(rest.Versions?.map(({ Key }) => Key)).toEqual(['b']);
    expect(rest.CommonPrefixes ?? []).toEqual([]);
  });

  it('is not removed while it has as much as a delete marker', async () => {
    const gone = await remove('never-there');
    await expect(s3.client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await remove('never-there', gone.VersionId);
    await s3.client.send(new DeleteBucketCommand({ Bucket }));
  });

  it('deletes many, each by marker or by version, each on its own condition (facts G15)', async () => {
    const versions = { a: await put('a', 'one'), b: await put('b', 'one'), c: await put('c', 'one') };
    const { ETag = '' } = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
    await put('c', 'two');
    const Objects = [
      { Key: 'a', ETag },
      { Key: 'b', VersionId: versions.b },
      { Key: 'c', ETag },
      { Key: 'd', VersionId: 'nonsense' },
    ];
    const { Deleted, Errors } = await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toMatchObject([
      { Key: 'a', DeleteMarker: true, DeleteMarkerVersionId: expect.stringMatching(/^.{32}$/) },
      { Key: 'b', VersionId: versions.b },
    ]);
    expect(Errors?.map(({ Key, Code }) => `${Key} ${Code}`)).toEqual(['c PreconditionFailed', 'd InvalidArgument']);
  });

  it('tags versions, each for itself', async () => {
    const first = await put('a', 'one');
    await put('a', 'two');
    const at = { Bucket, Key: 'a', VersionId: first };
    await s3.client.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }));
    expect((await s3.client.send(new GetObjectTaggingCommand(at))).TagSet).toEqual([{ Key: 'k', Value: 'v' }]);
    expect((await s3.client.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }))).TagSet).toEqual([]);
    await s3.client.send(new DeleteObjectTaggingCommand(at));
    expect((await s3.client.send(new GetObjectTaggingCommand(at))).TagSet).toEqual([]);
    expect(await get('a')).toBe('two');
  });

  it('gives copies and uploads in parts versions too, and copies old versions back', async () => {
    const first = await put('a', 'one');
    await put('a', 'two');
    const copy = await s3.client.send(
      new CopyObjectCommand({ Bucket, Key: 'a', CopySource: `${Bucket}/a?versionId=${first}` }),
    );
    expect(copy).toMatchObject({ CopySourceVersionId: first, VersionId: expect.stringMatching(/^.{32}$/) });
    expect(await get('a')).toBe('one');
    const upload = { Bucket, Key: 'parts' };
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(upload));
    const { ETag } = await s3.client.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'part' }));
    const done = await s3.client.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );
    expect(await get('parts', done.VersionId)).toBe('part');
  });

  it('lists current objects only in the listing of objects', async () => {
    for (const key of ['a', 'b', 'c']) await put(key, 'one');
    await remove('b');
    await put('c', 'two');
    const keys: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client: s3.client, pageSize: 1 }, { Bucket }))
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
    expect(keys).toEqual(['a', 'c']);
  });

  it('refuses a status that is none', async () => {
    await expect(setVersioning('On' as 'Enabled')).rejects.toMatchObject({
      name: 'IllegalVersioningConfigurationException',
    });
  });
});
