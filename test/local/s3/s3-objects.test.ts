import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutBucketAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type HostedS3, hostS3 } from './host-s3.js';

const Bucket = 'zephyr-backups';
let s3: HostedS3;
beforeAll(async () => {
  s3 = await hostS3();
});
afterAll(() => s3.close());
beforeEach(() => s3.service.createBucket(Bucket));

const bytesOf = async (Key: string, extra: object = {}): Promise<Buffer> => {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key, ...extra }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
/** Vitest compares buffers byte by byte, slowly. */
const same = (left: Uint8Array | undefined, right: Uint8Array): boolean => Buffer.from(left ?? []).equals(right);
const md5 = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`;

describe('buckets', () => {
  it('are made, found, listed and removed', async () => {
    await s3.client.send(new CreateBucketCommand({ Bucket: 'second-bucket' }));
    const head = await s3.client.send(new HeadBucketCommand({ Bucket: 'second-bucket' }));
    expect(head.BucketRegion).toBe('us-east-1');
    const { Buckets, Owner } = await s3.client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['second-bucket', Bucket]);
    expect(Owner?.ID).toMatch(/^[0-9a-f]{64}$/);
    await s3.client.send(new DeleteBucketCommand({ Bucket: 'second-bucket' }));
    await expect(s3.client.send(new HeadBucketCommand({ Bucket: 'second-bucket' }))).rejects.toMatchObject({
      name: 'NotFound',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('page through with MaxBuckets and a continuation token', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) s3.service.createBucket(name);
    const first = await s3.client.send(new ListBucketsCommand({ Prefix: 'page-', MaxBuckets: 2 }));
    const rest = await s3.client.send(
      new ListBucketsCommand({ Prefix: 'page-', MaxBuckets: 2, ContinuationToken: first.ContinuationToken }),
    );
    expect([first, rest].map(({ Buckets }) => Buckets?.map(({ Name }) => Name))).toEqual([
      ['page-a', 'page-b'],
      ['page-c'],
    ]);
    expect(rest.ContinuationToken).toBeUndefined();
  });

  it('answer where they are, and that they are not versioned', async () => {
    const location = await s3.client.send(new GetBucketLocationCommand({ Bucket }));
    expect(location.LocationConstraint).toBeFalsy();
    const versioning = await s3.client.send(new GetBucketVersioningCommand({ Bucket }));
    expect(versioning.Status).toBeUndefined();
  });

  it('refuse names that S3 refuses', async () => {
    for (const name of ['ab', 'Upper-Case', '-dash', 'a..b', '192.168.0.1'])
      await expect(s3.client.send(new CreateBucketCommand({ Bucket: name }))).rejects.toMatchObject({
        name: 'InvalidBucketName',
      });
  });

  it('are not removed while they hold an object', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'there', Body: 'x' }));
    await expect(s3.client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
  });

  it('in another region are made only for that region, and only once', async () => {
    const other = await hostS3({ region: 'eu-west-1' });
    try {
      const plain = other.connect({ region: 'us-east-1' });
      await expect(plain.send(new CreateBucketCommand({ Bucket: 'dr-copies' }))).rejects.toMatchObject({
        name: 'IllegalLocationConstraintException',
      });
      const create = new CreateBucketCommand({
        Bucket: 'dr-copies',
        CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
      });
      await other.client.send(create);
      await expect(other.client.send(create)).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
      const location = await other.client.send(new GetBucketLocationCommand({ Bucket: 'dr-copies' }));
      expect(location.LocationConstraint).toBe('eu-west-1');
    } finally {
      await other.close();
    }
  });
});

describe('objects', () => {
  it('come back byte for byte, with all that was said about them', async () => {
    const Body = randomBytes(300_000);
    const Key = 'manual/2025/11/09/a b+c%20ü/ž".dump';
    const put = await s3.client.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body,
        StorageClass: 'STANDARD_IA',
        ServerSideEncryption: 'AES256',
        ContentType: 'application/x-pgdump',
        CacheControl: 'no-store',
        Metadata: { 'operation-id': '42', reason: 'pre-deployment' },
        Tagging: 'zephyr%3Amanaged-by=backup&x=1',
      }),
    );
    expect(put).toMatchObject({ ETag: md5(Body), ServerSideEncryption: 'AES256', ChecksumType: 'FULL_OBJECT' });
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head).toMatchObject({
      ETag: md5(Body),
      ContentLength: 300_000,
      ContentType: 'application/x-pgdump',
      CacheControl: 'no-store',
      StorageClass: 'STANDARD_IA',
      ServerSideEncryption: 'AES256',
      AcceptRanges: 'bytes',
      Metadata: { 'operation-id': '42', reason: 'pre-deployment' },
    });
    expect(head.LastModified?.getMilliseconds()).toBe(0);
    expect(head.ChecksumCRC32).toBeUndefined();
    expect(same(await bytesOf(Key), Body)).toBe(true);
  });

  it('may be empty', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: '' }));
    expect(await bytesOf('empty')).toHaveLength(0);
    await expect(bytesOf('empty', { Range: 'bytes=0-0' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('answer ranges from the front, the middle and the end', async () => {
    const Body = randomBytes(1000);
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'ranged', Body }));
    const {
      ContentRange,
      ContentLength,
      $metadata,
      Body: stream,
    } = await s3.client.send(
      new GetObjectCommand({ Bucket, Key: 'ranged', Range: 'bytes=10-19', ChecksumMode: 'ENABLED' }),
    );
    expect({ ContentRange, ContentLength, status: $metadata.httpStatusCode }).toEqual({
      ContentRange: 'bytes 10-19/1000',
      ContentLength: 10,
      status: 206,
    });
    expect(same(await stream?.transformToByteArray(), Body.subarray(10, 20))).toBe(true);
    expect(same(await bytesOf('ranged', { Range: 'bytes=990-' }), Body.subarray(990))).toBe(true);
    expect(same(await bytesOf('ranged', { Range: 'bytes=-5' }), Body.subarray(995))).toBe(true);
    expect(same(await bytesOf('ranged', { Range: 'bytes=990-5000' }), Body.subarray(990))).toBe(true);
    expect(same(await bytesOf('ranged', { Range: 'lines=1-2' }), Body)).toBe(true);
    await expect(bytesOf('ranged', { Range: 'bytes=1000-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('are read on conditions', async () => {
    const { ETag } = await s3.client.send(new PutObjectCommand({ Bucket, Key: 'conditional', Body: 'one' }));
    expect((await bytesOf('conditional', { IfMatch: ETag })).toString()).toBe('one');
    await expect(bytesOf('conditional', { IfMatch: '"0"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(bytesOf('conditional', { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await expect(bytesOf('conditional', { IfUnmodifiedSince: new Date(0) })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
  });

  it('that are not there are NoSuchKey to Get and NotFound to Head', async () => {
    await expect(bytesOf('missing')).rejects.toMatchObject({ name: 'NoSuchKey', Code: 'NoSuchKey' });
    await expect(s3.client.send(new HeadObjectCommand({ Bucket, Key: 'missing' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    await expect(
      s3.client.send(new PutObjectCommand({ Bucket: 'nowhere', Key: 'x', Body: 'x' })),
    ).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('in a bucket of someone else are out of reach', async () => {
    const ExpectedBucketOwner = '210987654321';
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'own', Body: 'x', ExpectedBucketOwner: '123456789012' }));
    for (const command of [
      new PutObjectCommand({ Bucket, Key: 'own', Body: 'y', ExpectedBucketOwner }),
      new GetObjectCommand({ Bucket, Key: 'own', ExpectedBucketOwner }),
      new DeleteObjectCommand({ Bucket, Key: 'own', ExpectedBucketOwner }),
    ])
      await expect(s3.client.send(command as GetObjectCommand)).rejects.toMatchObject({
        name: 'AccessDenied',
        $metadata: { httpStatusCode: 403 },
      });
    expect((await bytesOf('own')).toString()).toBe('x');
  });

  it('encrypted with KMS name the key, and their ETag is no MD5', async () => {
    const put = await s3.client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'kms',
        Body: 'x',
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: 'alias/zephyr',
        BucketKeyEnabled: true,
      }),
    );
    expect(put).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: 'arn:aws:kms:us-east-1:123456789012:alias/zephyr',
      BucketKeyEnabled: true,
    });
    expect(put.ETag).not.toBe(md5(Buffer.from('x')));
  });

  it('in a cold class are not readable, but can be looked at', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'cold', Body: 'x', StorageClass: 'DEEP_ARCHIVE' }));
    await expect(bytesOf('cold')).rejects.toMatchObject({ name: 'InvalidObjectState' });
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'cold' }));
    expect(head.StorageClass).toBe('DEEP_ARCHIVE');
  });

  it('are refused with nonsense in their attributes', async () => {
    const put = (extra: object): Promise<unknown> =>
      s3.client.send(new PutObjectCommand({ Bucket, Key: 'refused', Body: 'x', ...extra }));
    await expect(put({ StorageClass: 'GLACIAL' })).rejects.toMatchObject({ name: 'InvalidStorageClass' });
    await expect(put({ Key: 'k'.repeat(1025) })).rejects.toMatchObject({ name: 'KeyTooLongError' });
    await expect(put({ Metadata: { m: 'x'.repeat(3000) } })).rejects.toMatchObject({ name: 'MetadataTooLarge' });
    await expect(put({ Tagging: 'a=1&a=2' })).rejects.toMatchObject({ name: 'InvalidTag' });
    await expect(put({ ServerSideEncryption: 'rot13' })).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(put({ ObjectLockMode: 'COMPLIANCE' })).rejects.toMatchObject({ name: 'InvalidRequest' });
    await expect(s3.client.send(new HeadObjectCommand({ Bucket, Key: 'refused' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  it('keep being readable to whoever began to read, though replaced or deleted meanwhile', async () => {
    const Body = randomBytes(4_000_000);
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'replaced', Body }));
    const reading = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'replaced' }));
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'replaced', Body: 'new' }));
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'replaced' }));
    expect(same(await reading.Body?.transformToByteArray(), Body)).toBe(true);
  });

  it('of an operation that is not offered say so', async () => {
    await expect(s3.client.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
    });
    expect(s3.operations.at(-1)).toBe('PutBucketAcl');
  });
});

describe('conditional writes', () => {
  const put = (Key: string, extra: object, Body = 'x'): Promise<{ readonly ETag?: string | undefined }> =>
    s3.client.send(new PutObjectCommand({ Bucket, Key, Body, ...extra }));

  it('create a key only once', async () => {
    await put('write-once', { IfNoneMatch: '*' }, 'first');
    await expect(put('write-once', { IfNoneMatch: '*' }, 'second')).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    expect((await bytesOf('write-once')).toString()).toBe('first');
  });

  it('replace only what they know', async () => {
    const { ETag } = await put('lease', {}, 'a');
    const next = await put('lease', { IfMatch: ETag }, 'b');
    await expect(put('lease', { IfMatch: ETag }, 'c')).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('no-lease', { IfMatch: next.ETag }, 'c')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect((await bytesOf('lease')).toString()).toBe('b');
  });

  it('of which many run at once let exactly one through', async () => {
    const attempts = Array.from({ length: 10 }, (_, index) => put('race', { IfNoneMatch: '*' }, `writer ${index}`));
    const outcomes = await Promise.allSettled(attempts);
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost).toHaveLength(9);
    for (const { reason } of lost)
      expect(['PreconditionFailed', 'ConditionalRequestConflict']).toContain((reason as Error).name);
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
    expect((await bytesOf('race')).toString()).toBe(`writer ${winner}`);
  });
});

describe('conflicts', () => {
  const put = (headers: Record<string, string>): ClientRequest =>
    request(`${s3.endpoint}/${Bucket}/contested`, { method: 'PUT', headers: { 'content-length': '4', ...headers } });
  const answerTo = async (
    sending: ClientRequest,
    rest: string,
  ): Promise<{ status: number | undefined; text: string }> => {
    const answered = once(sending, 'response');
    sending.end(rest);
    const [response] = (await answered) as [IncomingMessage];
    return { status: response.statusCode, text: Buffer.concat(await response.toArray()).toString() };
  };
  const underWay = async (headers: Record<string, string>): Promise<ClientRequest> => {
    const parsed = s3.operations.length;
    const sending = put(headers);
    sending.write('ab');
    await expect.poll(() => s3.operations.length).toBe(parsed + 1);
    return sending;
  };

  it('are told to a conditional write that another write or delete overtakes', async () => {
    const overtaken = await underWay({ 'if-none-match': '*' });
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'contested', Body: 'first' }));
    const answer = await answerTo(overtaken, 'cd');
    expect([answer.status, answer.text]).toEqual([
      409,
      expect.stringContaining('<Code>ConditionalRequestConflict</Code>'),
    ]);
    const { ETag = '' } = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'contested' }));
    const orphaned = await underWay({ 'if-match': ETag });
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'contested' }));
    expect((await answerTo(orphaned, 'cd')).status).toBe(409);
    await expect(bytesOf('contested')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('do not concern a write without conditions: the last one wins, whole', async () => {
    const slow = await underWay({});
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'contested', Body: 'first' }));
    expect((await bytesOf('contested')).toString()).toBe('first');
    expect((await answerTo(slow, 'cd')).status).toBe(200);
    expect((await bytesOf('contested')).toString()).toBe('abcd');
  });
});

describe('tags', () => {
  it('come with the object, are counted, replaced and taken away', async () => {
    const object = { Bucket, Key: 'tagged' };
    const tags = async (): Promise<unknown> => (await s3.client.send(new GetObjectTaggingCommand(object))).TagSet;
    const { ETag } = await s3.client.send(
      new PutObjectCommand({ ...object, Body: 'x', Tagging: 'zephyr%3Apurpose=drill&b=' }),
    );
    expect(await tags()).toEqual([
      { Key: 'zephyr:purpose', Value: 'drill' },
      { Key: 'b', Value: '' },
    ]);
    expect((await s3.client.send(new HeadObjectCommand(object))).TagCount).toBe(2);
    await s3.client.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet: [{ Key: 'c', Value: 'd' }] } }));
    expect(await tags()).toEqual([{ Key: 'c', Value: 'd' }]);
    await s3.client.send(new DeleteObjectTaggingCommand(object));
    expect(await tags()).toEqual([]);
    expect((await s3.client.send(new HeadObjectCommand(object))).ETag).toBe(ETag);
  });
});

describe('deletes', () => {
  it('of what is not there succeed', async () => {
    const { $metadata } = await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'never-was' }));
    expect($metadata.httpStatusCode).toBe(204);
  });

  it('on condition spare an object that has changed', async () => {
    const { ETag } = await s3.client.send(new PutObjectCommand({ Bucket, Key: 'spared', Body: 'old' }));
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'spared', Body: 'new' }));
    await expect(
      s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'spared', IfMatch: ETag })),
    ).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect((await bytesOf('spared')).toString()).toBe('new');
  });

  it('of many have an outcome each', async () => {
    const { ETag } = await s3.client.send(new PutObjectCommand({ Bucket, Key: 'batch/1 & <one>', Body: '1' }));
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'batch/2', Body: '2' }));
    const result = await s3.client.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: {
          Objects: [
            { Key: 'batch/1 & <one>', ETag },
            { Key: 'batch/2', ETag },
            { Key: 'batch/missing' },
            { Key: 'batch/3', VersionId: 'v1' },
          ],
        },
      }),
    );
    expect(result.Deleted?.map(({ Key }) => Key)).toEqual(['batch/1 & <one>', 'batch/missing']);
    expect(result.Errors?.map(({ Key, Code }) => [Key, Code])).toEqual([
      ['batch/2', 'PreconditionFailed'],
      ['batch/3', 'InvalidArgument'],
    ]);
    const quiet = await s3.client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Quiet: true, Objects: [{ Key: 'batch/2' }] } }),
    );
    expect([quiet.Deleted, quiet.Errors]).toEqual([undefined, undefined]);
    await expect(bytesOf('batch/2')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('of more than a thousand at once are refused whole', async () => {
    const Objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `k${index}` }));
    await expect(s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))).rejects.toMatchObject({
      name: 'MalformedXML',
    });
  });
});

describe('copies', () => {
  it('keep bytes and metadata, and take on a storage class of their own', async () => {
    const Body = randomBytes(100_000);
    const Metadata = { reason: 'test' };
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'copy/source ü', Body, Metadata, ContentType: 'a/b' }));
    const { CopyObjectResult } = await s3.client.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'copy/target',
        CopySource: `${Bucket}/${encodeURIComponent('copy/source ü')}`,
        StorageClass: 'STANDARD_IA',
      }),
    );
    expect(CopyObjectResult?.ETag).toBe(md5(Body));
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'copy/target' }));
    expect(head).toMatchObject({ StorageClass: 'STANDARD_IA', Metadata, ContentType: 'a/b', ContentLength: 100_000 });
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'copy/source ü' }));
    expect(same(await bytesOf('copy/target'), Body)).toBe(true);
  });

  it('onto themselves must change something', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'self', Body: 'x' }));
    const copy = { Bucket, Key: 'self', CopySource: `${Bucket}/self` };
    await expect(s3.client.send(new CopyObjectCommand(copy))).rejects.toMatchObject({ name: 'InvalidRequest' });
    await s3.client.send(new CopyObjectCommand({ ...copy, MetadataDirective: 'REPLACE', Metadata: { a: 'b' } }));
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'self' }));
    expect(head.Metadata).toEqual({ a: 'b' });
    expect((await bytesOf('self')).toString()).toBe('x');
  });

  it('are made on conditions, from what exists', async () => {
    const copy = { Bucket, Key: 'copied', CopySource: `${Bucket}/absent` };
    await expect(s3.client.send(new CopyObjectCommand(copy))).rejects.toMatchObject({ name: 'NoSuchKey' });
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'absent', Body: 'x' }));
    await expect(
      s3.client.send(new CopyObjectCommand({ ...copy, CopySourceIfMatch: '"other"' })),
    ).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await s3.client.send(new CopyObjectCommand({ ...copy, IfNoneMatch: '*' }));
    await expect(s3.client.send(new CopyObjectCommand({ ...copy, IfNoneMatch: '*' }))).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
  });
});
