import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  DeleteBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checksumAlgorithm } from '../../../src/local/s3/checksum-algorithm.js';
import { type HostedS3, hostS3 } from './host-s3.js';

const Bucket = 'zephyr-backups';
const mebibyte = 1024 * 1024;
let s3: HostedS3;
beforeAll(async () => {
  s3 = await hostS3();
});
afterAll(() => s3.close());
beforeEach(() => s3.service.createBucket(Bucket));

const begin = async (
  Key: string,
  extra: Partial<CreateMultipartUploadCommandInput> = { ChecksumAlgorithm: 'CRC32' },
): Promise<string> => {
  const { UploadId = '' } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...extra }));
  return UploadId;
};
const part = async (Key: string, UploadId: string, PartNumber: number, Body: Buffer): Promise<CompletedPart> => {
  const answer = await s3.client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
  return { PartNumber, ETag: answer.ETag, ChecksumCRC32: answer.ChecksumCRC32 };
};
const complete = (Key: string, UploadId: string, Parts: CompletedPart[], extra: object = {}) =>
  s3.client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...extra }));
const bytesOf = async (Key: string): Promise<Buffer> => {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const digestOf = async (name: string, bytes: Uint8Array): Promise<string> => {
  const running = checksumAlgorithm(name).start();
  running.update(bytes);
  return Buffer.from(await running.digest()).toString('base64');
};

describe('an upload in parts by lib-storage', () => {
  const bytes = randomBytes(13 * mebibyte);

  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    'with a full-object %s keeps the checksum of the whole',
    async (ChecksumAlgorithm) => {
      const Key = `full-${ChecksumAlgorithm}`;
      const params = {
        Bucket,
        Key,
        Body: bytes,
        ChecksumAlgorithm,
        ChecksumType: 'FULL_OBJECT',
        IfNoneMatch: '*',
      } as const;
      await new Upload({ client: s3.client, params }).done();
      const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect(head).toMatchObject({
        [`Checksum${ChecksumAlgorithm}`]: await digestOf(ChecksumAlgorithm, bytes),
        ChecksumType: 'FULL_OBJECT',
        ContentLength: bytes.length,
      });
      const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect(bytes.equals((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(true);
      await expect(new Upload({ client: s3.client, params }).done()).rejects.toMatchObject({
        name: 'PreconditionFailed',
      });
    },
  );

  it.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)(
    'with %s keeps the checksum of the parts’ checksums unless told otherwise',
    async (ChecksumAlgorithm) => {
      const Key = `composite-${ChecksumAlgorithm}`;
      await new Upload({ client: s3.client, params: { Bucket, Key, Body: bytes, ChecksumAlgorithm } }).done();
      const pieces = [0, 5, 10].map((start) => bytes.subarray(start * mebibyte, (start + 5) * mebibyte));
      const digests = await Promise.all(pieces.map((piece) => digestOf(ChecksumAlgorithm, piece)));
      const joined = Buffer.concat(digests.map((digest) => Buffer.from(digest, 'base64')));
      const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect(head).toMatchObject({
        [`Checksum${ChecksumAlgorithm}`]: `${await digestOf(ChecksumAlgorithm, joined)}-3`,
        ChecksumType: 'COMPOSITE',
      });
      expect(bytes.equals(await bytesOf(Key))).toBe(true);
    },
  );

  it('has for an ETag the MD5 of the MD5s, and keeps class, encryption, metadata and tags of its beginning', async () => {
    const Key = 'etag';
    const params = {
      Bucket,
      Key,
      Body: bytes,
      StorageClass: 'STANDARD_IA',
      ServerSideEncryption: 'AES256',
      Metadata: { nonce: 'n1' },
      Tagging: 'a=b',
    } as const;
    const { ETag } = await new Upload({ client: s3.client, params }).done();
    const hash = createHash('md5');
    for (const start of [0, 5, 10])
      hash.update(
        createHash('md5')
          .update(bytes.subarray(start * mebibyte, (start + 5) * mebibyte))
          .digest(),
      );
    expect(ETag).toBe(`"${hash.digest('hex')}-3"`);
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head).toMatchObject({
      StorageClass: 'STANDARD_IA',
      ServerSideEncryption: 'AES256',
      Metadata: { nonce: 'n1' },
    });
    const second = await s3.client.send(new GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
    expect(second).toMatchObject({ PartsCount: 3, ContentLength: 5 * mebibyte });
    expect(
      bytes
        .subarray(5 * mebibyte, 10 * mebibyte)
        .equals((await second.Body?.transformToByteArray()) ?? new Uint8Array()),
    ).toBe(true);
    const { Body } = await s3.client.send(
      new GetObjectCommand({ Bucket, Key, Range: `bytes=${5 * mebibyte - 3}-${5 * mebibyte + 2}` }),
    );
    expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(
      bytes.subarray(5 * mebibyte - 3, 5 * mebibyte + 3),
    );
  });
});

describe('completing', () => {
  const big = randomBytes(5 * mebibyte);

  it('takes the parts named, whatever the order and the gaps they came in', async () => {
    const UploadId = await begin('gaps');
    const tail = await part('gaps', UploadId, 9000, Buffer.from('tail'));
    await part('gaps', UploadId, 4, randomBytes(10));
    const head = await part('gaps', UploadId, 2, big);
    await complete('gaps', UploadId, [head, tail], { MpuObjectSize: big.length + 4 });
    expect(Buffer.concat([big, Buffer.from('tail')]).equals(await bytesOf('gaps'))).toBe(true);
    await expect(complete('gaps', UploadId, [head, tail])).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('refuses parts that are too small, missing, changed, or out of order, and the upload lives on', async () => {
    const UploadId = await begin('refused');
    const one = await part('refused', UploadId, 1, Buffer.from('small'));
    const two = await part('refused', UploadId, 2, Buffer.from('last'));
    await expect(complete('refused', UploadId, [one, two])).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await expect(complete('refused', UploadId, [two, one])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete('refused', UploadId, [one, one])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete('refused', UploadId, [{ ...one, ETag: '"0"' }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(complete('refused', UploadId, [one, { ...two, PartNumber: 3 }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(complete('refused', UploadId, [{ ...one, ChecksumCRC32: 'AAAAAA==' }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(complete('refused', UploadId, [{ PartNumber: 1, ETag: one.ETag }])).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    await expect(complete('refused', UploadId, [])).rejects.toMatchObject({ name: 'MalformedXML' });
    await expect(complete('refused', UploadId, [one], { MpuObjectSize: 99 })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    await expect(complete('refused', UploadId, [one], { ChecksumType: 'FULL_OBJECT' })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    await expect(s3.client.send(new HeadObjectCommand({ Bucket, Key: 'refused' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    await complete('refused', UploadId, [one]);
    expect((await bytesOf('refused')).toString()).toBe('small');
  });

  it('holds the client to the checksum it claims for the whole', async () => {
    const UploadId = await begin('claimed', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const tail = Buffer.from('the end');
    const parts = [await part('claimed', UploadId, 1, big), await part('claimed', UploadId, 2, tail)];
    const claim = (value: number): string => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString('base64');
    };
    await expect(complete('claimed', UploadId, parts, { ChecksumCRC32: claim(1) })).rejects.toMatchObject({
      name: 'BadDigest',
    });
    const whole = claim(crc32(Buffer.concat([big, tail])));
    const answer = await complete('claimed', UploadId, parts, { ChecksumCRC32: whole, ChecksumType: 'FULL_OBJECT' });
    expect(answer).toMatchObject({ ChecksumCRC32: whole, ChecksumType: 'FULL_OBJECT' });
  });

  it('of an upload begun without a checksum keeps the one that S3 makes', async () => {
    const UploadId = await begin('plain', {});
    const parts = [await part('plain', UploadId, 1, big), await part('plain', UploadId, 2, Buffer.from('z'))];
    await complete('plain', UploadId, parts);
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'plain', ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({
      ChecksumCRC64NVME: await digestOf('CRC64NVME', Buffer.concat([big, Buffer.from('z')])),
      ChecksumType: 'FULL_OBJECT',
    });
  });

  it('on condition says 412 even when the upload is gone, as after a lost answer', async () => {
    const UploadId = await begin('lost');
    const only = await part('lost', UploadId, 1, Buffer.from('x'));
    await complete('lost', UploadId, [only], { IfNoneMatch: '*' });
    await expect(complete('lost', UploadId, [only], { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
  });

  it('happens once when two try at the same time', async () => {
    const UploadId = await begin('twice');
    const only = await part('twice', UploadId, 1, Buffer.from('x'));
    const outcomes = await Promise.allSettled([
      complete('twice', UploadId, [only]),
      complete('twice', UploadId, [only]),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('an upload under way', () => {
  it('is refused what S3 refuses', async () => {
    const create = (extra: Partial<CreateMultipartUploadCommandInput>) => begin('odd', extra);
    await expect(create({ ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    await expect(create({ ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    const UploadId = await begin('odd');
    await expect(part('odd', UploadId, 10_001, Buffer.from('x'))).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(part('odd', UploadId, 0, Buffer.from('x'))).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(part('other-key', UploadId, 1, Buffer.from('x'))).rejects.toMatchObject({ name: 'NoSuchUpload' });
    await expect(
      s3.client.send(
        new UploadPartCommand({ Bucket, Key: 'odd', UploadId, PartNumber: 1, Body: 'x', ChecksumAlgorithm: 'SHA256' }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  it('is gone after an abort, and its bucket can go with it', async () => {
    const bucket = { Bucket: 'short-lived' };
    s3.service.createBucket('short-lived');
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ ...bucket, Key: 'k' }));
    const named = { ...bucket, Key: 'k', UploadId };
    await s3.client.send(new UploadPartCommand({ ...named, PartNumber: 1, Body: 'x' }));
    await s3.client.send(new AbortMultipartUploadCommand(named));
    await expect(s3.client.send(new ListPartsCommand(named))).rejects.toMatchObject({ name: 'NoSuchUpload' });
    await expect(s3.client.send(new AbortMultipartUploadCommand(named))).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
    await s3.client.send(new CreateMultipartUploadCommand({ ...bucket, Key: 'left' }));
    await s3.client.send(new DeleteBucketCommand(bucket));
  });

  it('takes bytes of other objects as parts', async () => {
    const bytes = randomBytes(6 * mebibyte);
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'copied from', Body: bytes }));
    const UploadId = await begin('copied to');
    const copy = (PartNumber: number, CopySourceRange: string) =>
      s3.client.send(
        new UploadPartCopyCommand({
          Bucket,
          Key: 'copied to',
          UploadId,
          PartNumber,
          CopySource: `${Bucket}/copied%20from`,
          CopySourceRange,
        }),
      );
    const answers = [
      await copy(1, `bytes=0-${5 * mebibyte - 1}`),
      await copy(2, `bytes=${5 * mebibyte}-${6 * mebibyte - 1}`),
    ];
    const parts = answers.map(({ CopyPartResult }, index) => ({
      PartNumber: index + 1,
      ETag: CopyPartResult?.ETag,
      ChecksumCRC32: CopyPartResult?.ChecksumCRC32,
    }));
    await complete('copied to', UploadId, parts);
    expect(bytes.equals(await bytesOf('copied to'))).toBe(true);
    await expect(copy(3, 'bytes=5-')).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  it('lists its parts by number, in pages, a replaced part once', async () => {
    const UploadId = await begin('parts');
    for (const number of [3, 1, 7, 2]) await part('parts', UploadId, number, Buffer.from(`part ${number}`));
    await part('parts', UploadId, 3, Buffer.from('part 3, again'));
    const list = (extra: object) => s3.client.send(new ListPartsCommand({ Bucket, Key: 'parts', UploadId, ...extra }));
    const first = await list({ MaxParts: 3 });
    const rest = await list({ MaxParts: 3, PartNumberMarker: first.NextPartNumberMarker });
    expect([first, rest].map(({ Parts }) => Parts?.map(({ PartNumber, Size }) => [PartNumber, Size]))).toEqual([
      [
        [1, 6],
        [2, 6],
        [3, 13],
      ],
      [[7, 6]],
    ]);
    expect([first.IsTruncated, rest.IsTruncated]).toEqual([true, false]);
    expect(first).toMatchObject({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'COMPOSITE', StorageClass: 'STANDARD' });
  });

  it('is listed by key and then by age, through two markers', async () => {
    s3.service.createBucket('uploads');
    const keys = ['b', 'a', 'b', 'dir/x', 'dir/y', 'a!', 'b'];
    const ids = new Map<string, string[]>();
    for (const Key of keys) {
      const { UploadId = '' } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket: 'uploads', Key }));
      ids.set(Key, [...(ids.get(Key) ?? []), UploadId]);
    }
    const seen: [string | undefined, string | undefined][] = [];
    const prefixes: (string | undefined)[] = [];
    let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
    for (let more = true; more; ) {
      const page = await s3.client.send(
        new ListMultipartUploadsCommand({ Bucket: 'uploads', MaxUploads: 2, Delimiter: '/', ...markers }),
      );
      for (const { Key, UploadId } of page.Uploads ?? []) seen.push([Key, UploadId]);
      for (const { Prefix } of page.CommonPrefixes ?? []) prefixes.push(Prefix);
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      more = page.IsTruncated === true;
    }
    expect(seen).toEqual(['a', 'a!', 'b'].flatMap((key) => (ids.get(key) ?? []).map((id) => [key, id])));
    expect(prefixes).toEqual(['dir/']);
    const behind = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: 'uploads', KeyMarker: 'a!' }));
    expect(behind.Uploads?.map(({ Key }) => Key)).toEqual(['b', 'b', 'b', 'dir/x', 'dir/y']);
  });

  it('leaves nothing visible and takes no part of another’s object', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'visible', Body: 'old' }));
    const UploadId = await begin('visible');
    await part('visible', UploadId, 1, Buffer.from('new'));
    expect((await bytesOf('visible')).toString()).toBe('old');
  });
});
