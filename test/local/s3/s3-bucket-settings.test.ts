import * as aws from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLifecycleRules } from '../../../src/local/s3/lifecycle-rules.js';
import { type HostedS3, hostS3 } from './host-s3.js';

const Bucket = 'configured';
let s3: HostedS3;
beforeAll(async () => {
  s3 = await hostS3();
  s3.service.createBucket(Bucket);
});
afterAll(() => s3.close());

const output = async (sending: Promise<aws.ServiceOutputTypes>): Promise<object> => {
  const { $metadata, ...rest } = await sending;
  expect($metadata.httpStatusCode).toBeLessThan(300);
  return rest;
};

describe('settings of a bucket', () => {
  it('public access: blocked from the start, opened, and taken away', async () => {
    const read = () => output(s3.client.send(new aws.GetPublicAccessBlockCommand({ Bucket })));
    expect(await read()).toEqual({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    });
    const PublicAccessBlockConfiguration = { BlockPublicPolicy: false, BlockPublicAcls: true };
    await s3.client.send(new aws.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    expect(await read()).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: false, RestrictPublicBuckets: false },
    });
    await s3.client.send(new aws.DeletePublicAccessBlockCommand({ Bucket }));
    await expect(read()).rejects.toMatchObject({
      name: 'NoSuchPublicAccessBlockConfiguration',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('encryption: S3’s own unless set, and then that of every object that says nothing', async () => {
    const read = () => output(s3.client.send(new aws.GetBucketEncryptionCommand({ Bucket })));
    const rules = (SSEAlgorithm: string, more: object = {}) => ({
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm, ...more }, BucketKeyEnabled: false }],
      },
    });
    expect(await read()).toEqual(rules('AES256'));
    const kms = rules('aws:kms', { KMSMasterKeyID: 'alias/zephyr' });
    await s3.client.send(new aws.PutBucketEncryptionCommand({ Bucket, ...kms } as aws.PutBucketEncryptionCommandInput));
    expect(await read()).toEqual(kms);
    const put = await s3.client.send(new aws.PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    expect(put).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: expect.stringContaining('alias/zephyr'),
    });
    const own = { Bucket, Key: 'b', Body: 'x', ServerSideEncryption: 'AES256' } as const;
    expect((await s3.client.send(new aws.PutObjectCommand(own))).ServerSideEncryption).toBe('AES256');
    await s3.client.send(new aws.DeleteBucketEncryptionCommand({ Bucket }));
    expect(await read()).toEqual(rules('AES256'));
    const rot13 = { Bucket, ...rules('ROT13') } as unknown as aws.PutBucketEncryptionCommandInput;
    await expect(s3.client.send(new aws.PutBucketEncryptionCommand(rot13))).rejects.toMatchObject({
      name: 'MalformedXML',
    });
  });

  it('lifecycle: nothing until put, replaced whole, and gone (facts G17)', async () => {
    const read = () => output(s3.client.send(new aws.GetBucketLifecycleConfigurationCommand({ Bucket })));
    await expect(read()).rejects.toMatchObject({ name: 'NoSuchLifecycleConfiguration' });
    const Rules: aws.LifecycleRule[] = [
      {
        ID: 'parts',
        Status: 'Enabled',
        Filter: { Prefix: '' },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
      {
        ID: 'old',
        Status: 'Disabled',
        Filter: { And: { Prefix: 'manual/', Tags: [{ Key: 'keep', Value: 'no' }] } },
        Expiration: { Days: 90 },
        Transitions: [{ Days: 30, StorageClass: 'STANDARD_IA' }],
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      },
    ];
    const put = (rules: aws.LifecycleRule[]) =>
      s3.client.send(
        new aws.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: rules } }),
      );
    await put(Rules);
    expect(await read()).toMatchObject({ Rules });
    await put(Rules.slice(0, 1));
    expect(await read()).toMatchObject({ Rules: [{ ID: 'parts' }] });
    await s3.client.send(new aws.DeleteBucketLifecycleCommand({ Bucket }));
    await expect(read()).rejects.toMatchObject({ name: 'NoSuchLifecycleConfiguration' });
  });

  it('replication: only of a bucket that keeps versions', async () => {
    const ReplicationConfiguration: aws.ReplicationConfiguration = {
      Role: 'arn:aws:iam::123456789012:role/replication',
      Rules: [{ ID: 'all', Status: 'Enabled', Prefix: '', Destination: { Bucket: 'arn:aws:s3:::zephyr-dr' } }],
    };
    const put = new aws.PutBucketReplicationCommand({ Bucket, ReplicationConfiguration });
    const read = () => output(s3.client.send(new aws.GetBucketReplicationCommand({ Bucket })));
    await expect(read()).rejects.toMatchObject({ name: 'ReplicationConfigurationNotFoundError' });
    await expect(s3.client.send(put)).rejects.toMatchObject({ name: 'InvalidRequest' });
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await s3.client.send(new aws.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    await s3.client.send(put);
    expect(await read()).toEqual({ ReplicationConfiguration });
    await s3.client.send(new aws.DeleteBucketReplicationCommand({ Bucket }));
    await expect(read()).rejects.toMatchObject({ name: 'ReplicationConfigurationNotFoundError' });
  });

  it('policy: text in, the same text out', async () => {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    const read = () => s3.client.send(new aws.GetBucketPolicyCommand({ Bucket }));
    await expect(read()).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
    await s3.client.send(new aws.PutBucketPolicyCommand({ Bucket, Policy }));
    expect((await read()).Policy).toBe(Policy);
    for (const bad of ['not json', '[]', '{}'])
      await expect(s3.client.send(new aws.PutBucketPolicyCommand({ Bucket, Policy: bad }))).rejects.toMatchObject({
        name: 'MalformedPolicy',
      });
    await s3.client.send(new aws.DeleteBucketPolicyCommand({ Bucket }));
    await expect(read()).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
  });

  it('tags and ownership', async () => {
    const TagSet = [{ Key: 'Project', Value: 'zephyr' }];
    const tags = () => output(s3.client.send(new aws.GetBucketTaggingCommand({ Bucket })));
    await expect(tags()).rejects.toMatchObject({ name: 'NoSuchTagSet' });
    await s3.client.send(new aws.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect(await tags()).toEqual({ TagSet });
    await s3.client.send(new aws.DeleteBucketTaggingCommand({ Bucket }));
    await expect(tags()).rejects.toMatchObject({ name: 'NoSuchTagSet' });
    const owned = () => output(s3.client.send(new aws.GetBucketOwnershipControlsCommand({ Bucket })));
    expect(await owned()).toEqual({ OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } });
    const OwnershipControls: aws.OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' }] };
    await s3.client.send(new aws.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
    expect(await owned()).toEqual({ OwnershipControls });
    await s3.client.send(new aws.DeleteBucketOwnershipControlsCommand({ Bucket }));
    await expect(owned()).rejects.toMatchObject({ name: 'OwnershipControlsNotFoundError' });
  });

  it.each([
    ['GetBucketEncryption', new aws.GetBucketEncryptionCommand({ Bucket: 'nowhere' })],
    [
      'PutBucketVersioning',
      new aws.PutBucketVersioningCommand({ Bucket: 'nowhere', VersioningConfiguration: { Status: 'Enabled' } }),
    ],
    ['ListObjectVersions', new aws.ListObjectVersionsCommand({ Bucket: 'nowhere' })],
  ])('of no bucket are NoSuchBucket to %s', async (_name, command) => {
    await expect(s3.client.send(command as aws.GetBucketEncryptionCommand)).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });
});

describe('a bucket of another account (facts G18)', () => {
  it('is out of reach in every way, and its name is taken', async () => {
    s3.service.createBucket('someone-elses', { owner: '999999999999' });
    const theirs = { Bucket: 'someone-elses' };
    const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };
    for (const command of [
      new aws.ListObjectsV2Command(theirs),
      new aws.PutObjectCommand({ ...theirs, Key: 'a', Body: 'x' }),
      new aws.GetObjectCommand({ ...theirs, Key: 'a' }),
      new aws.DeleteObjectCommand({ ...theirs, Key: 'a', ExpectedBucketOwner: '999999999999' }),
      new aws.GetBucketVersioningCommand(theirs),
      new aws.DeleteBucketCommand(theirs),
      new aws.CopyObjectCommand({ Bucket, Key: 'a', CopySource: 'someone-elses/a' }),
    ])
      await expect(s3.client.send(command as aws.GetObjectCommand)).rejects.toMatchObject(denied);
    await expect(s3.client.send(new aws.HeadBucketCommand(theirs))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    await expect(s3.client.send(new aws.CreateBucketCommand(theirs))).rejects.toMatchObject({
      name: 'BucketAlreadyExists',
    });
    const { Buckets } = await s3.client.send(new aws.ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual([Bucket]);
    expect(() => s3.service.createBucket('third', { owner: 'bob' })).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'owner' }),
    );
  });
});

describe('lifecycle rules', () => {
  const rule: aws.LifecycleRule = { Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } };

  it('get an id if they have none, and may filter by nothing', () => {
    expect(checkLifecycleRules([rule, { ...rule, ID: 'mine', Filter: {} }]).map(({ ID }) => ID)).toEqual([
      'rule-1',
      'mine',
    ]);
    const { Filter, ...older } = rule;
    expect(checkLifecycleRules([{ ...older, Prefix: 'manual/' }])).toHaveLength(1);
    expect(Filter).toEqual({ Prefix: '' });
  });

  it.each([
    ['MalformedXML', []],
    ['MalformedXML', Array.from({ length: 1_001 }, () => rule)],
    [
      'InvalidArgument',
      [
        { ...rule, ID: 'twice' },
        { ...rule, ID: 'twice' },
      ],
    ],
    ['InvalidArgument', [{ ...rule, ID: 'x'.repeat(256) }]],
    ['MalformedXML', [{ ...rule, Status: 'On' }]],
    ['MalformedXML', [{ ...rule, Prefix: 'and a filter' }]],
    ['MalformedXML', [{ ...rule, Filter: undefined }]],
    ['MalformedXML', [{ ...rule, Filter: { Prefix: 'a', ObjectSizeGreaterThan: 1 } }]],
    ['InvalidRequest', [{ ...rule, Expiration: undefined }]],
    ['InvalidArgument', [{ ...rule, Expiration: { Days: 0 } }]],
    ['InvalidArgument', [{ ...rule, Transitions: [{ Days: 29, StorageClass: 'STANDARD_IA' }] }]],
  ])('are refused with %s: %#', (code, rules) => {
    expect(() => checkLifecycleRules(rules as aws.LifecycleRule[])).toThrow(expect.objectContaining({ code }));
  });
});
