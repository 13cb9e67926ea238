import 'aws-sdk-client-mock-vitest/extend';
import { RDSClient } from '@aws-sdk/client-rds';
import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { connectAws } from '../../src/aws/index.js';
import { all } from './region.js';

const mock = mockClient(S3Client);
const region = 'us-east-1';
const aws = connectAws({ region, rds: new RDSClient({ region }), s3: new S3Client({ region }) });
const store = aws.objectStore({ bucket: 'b', prefix: '/backups/', expectedOwner: '123456789012' });

beforeEach(() => {
  mock.reset();
  mock.rejects(new Error('a request that the test does not expect'));
});

describe('a listing of objects', () => {
  it('goes on as long as it is truncated', async () => {
    const at = new Date();
    mock
      .on(ListObjectsV2Command)
      .resolvesOnce({
        IsTruncated: true,
        NextContinuationToken: 't',
        Contents: [{ Key: 'backups/a', Size: 1, LastModified: at }],
      })
      .resolvesOnce({
        IsTruncated: false,
        NextContinuationToken: 'ignored',
        Contents: [{ Key: 'backups/b', ETag: '"e"' }, {}],
      });
    const listed = await all(store.list({ prefix: '' }));
    expect(listed).toEqual([
      { key: 'a', etag: '', sizeBytes: 1, lastModified: at, storageClass: 'STANDARD' },
      { key: 'b', etag: '"e"', sizeBytes: 0, lastModified: new Date(0), storageClass: 'STANDARD' },
    ]);
    expect(mock.commandCalls(ListObjectsV2Command).map((call) => call.args[0].input)).toEqual([
      { Bucket: 'b', ExpectedBucketOwner: '123456789012', Prefix: 'backups/', ContinuationToken: undefined },
      { Bucket: 'b', ExpectedBucketOwner: '123456789012', Prefix: 'backups/', ContinuationToken: 't' },
    ]);
  });

  it('reads no further page than was asked for', async () => {
    mock
      .on(ListObjectsV2Command)
      .resolves({ IsTruncated: true, NextContinuationToken: 't', Contents: [{ Key: 'backups/a' }] });
    for await (const object of store.list({ prefix: '' })) {
      expect(object.key).toBe('a');
      break;
    }
    expect(mock).toHaveReceivedCommandTimes(ListObjectsV2Command, 1);
  });
});

describe('a listing of unfinished uploads', () => {
  it('goes on by both tokens', async () => {
    const at = new Date();
    mock
      .on(ListMultipartUploadsCommand)
      .resolvesOnce({
        IsTruncated: true,
        NextKeyMarker: 'k',
        NextUploadIdMarker: 'u',
        Uploads: [{ Key: 'backups/a', UploadId: '1', Initiated: at }, { Key: 'without an id' }],
      })
      .resolvesOnce({ IsTruncated: true, NextKeyMarker: 'k2' })
      .resolvesOnce({ IsTruncated: true });
    expect(await all(store.listUnfinishedUploads({ prefix: 'manual/' }))).toEqual([
      { key: 'a', uploadId: '1', startedAt: at },
    ]);
    const place = { Bucket: 'b', ExpectedBucketOwner: '123456789012', Prefix: 'backups/manual/' };
    expect(mock.commandCalls(ListMultipartUploadsCommand).map((call) => call.args[0].input)).toEqual([
      place,
      { ...place, KeyMarker: 'k', UploadIdMarker: 'u' },
      { ...place, KeyMarker: 'k2' },
    ]);
  });
});

describe('aborting an upload', () => {
  const noSuchUpload = Object.assign(new Error('gone'), { name: 'NoSuchUpload', $metadata: { httpStatusCode: 404 } });

  it('is done again until nothing of it is left', async () => {
    mock.on(AbortMultipartUploadCommand).resolves({});
    mock
      .on(ListPartsCommand)
      .resolvesOnce({ Parts: [{ PartNumber: 1 }] })
      .rejects(noSuchUpload);
    await store.abortUpload({ key: 'a', uploadId: 'u' });
    expect(mock).toHaveReceivedCommandTimes(AbortMultipartUploadCommand, 2);
    expect(mock).toHaveReceivedCommandWith(AbortMultipartUploadCommand, {
      Bucket: 'b',
      Key: 'backups/a',
      UploadId: 'u',
      ExpectedBucketOwner: '123456789012',
    });
  });

  it('is done already where there is none', async () => {
    mock.on(AbortMultipartUploadCommand).rejects(noSuchUpload);
    await store.abortUpload({ key: 'a', uploadId: 'u' });
  });

  it('fails when the parts do not go', async () => {
    mock.on(AbortMultipartUploadCommand).resolves({});
    mock.on(ListPartsCommand).resolves({ Parts: [{ PartNumber: 1 }] });
    await expect(store.abortUpload({ key: 'a', uploadId: 'u' })).rejects.toMatchObject({ code: 'service-error' });
    expect(mock).toHaveReceivedCommandTimes(AbortMultipartUploadCommand, 5);
  });
});
