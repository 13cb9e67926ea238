import { randomBytes } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalRegion } from '../../../src/local/local-region.js';
import { startLocalRegion } from '../../../src/local/start-local-region.js';

const Bucket = 'zephyr-backups';

describe.each(['over HTTP', 'in process'] as const)('S3 of a local region %s', (way) => {
  let region: LocalRegion;
  let client: S3Client;
  beforeAll(async () => {
    region = await startLocalRegion();
    region.s3.createBucket(Bucket);
    client = new S3Client({
      endpoint: region.endpoint,
      region: region.region,
      credentials: region.credentials,
      forcePathStyle: true,
      maxAttempts: 1,
      ...(way === 'in process' ? { requestHandler: region.requestHandler } : {}),
    });
  });
  afterAll(async () => {
    client.destroy();
    await region.close();
  });

  it('stores in parts and gives back what it was given', async () => {
    const bytes = randomBytes(11 * 1024 * 1024);
    const params = {
      Bucket,
      Key: 'a b/dump',
      Body: bytes,
      ChecksumAlgorithm: 'CRC64NVME',
      ChecksumType: 'FULL_OBJECT',
    } as const;
    await new Upload({ client, params }).done();
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'a b/dump' }));
    expect(head.ContentLength).toBe(bytes.length);
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'a b/dump', ChecksumMode: 'ENABLED' }));
    expect(bytes.equals((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(true);
  });

  it('lets its refusal be heard though the body is big', async () => {
    await expect(
      client.send(new PutObjectCommand({ Bucket: 'no-such-bucket', Key: 'k', Body: randomBytes(3_000_000) })),
    ).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('fails by operation, on demand, in the words of S3', async () => {
    const put = new PutObjectCommand({ Bucket, Key: 'lost', Body: 'x', IfNoneMatch: '*' });
    const throttled = region.faults.inject({
      service: 's3',
      operation: 'PutObject',
      call: 1,
      fault: { kind: 'throttle' },
    });
    await expect(client.send(put)).rejects.toMatchObject({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
    throttled.remove();
    const lost = region.faults.inject({ service: 's3', operation: 'PutObject', fault: { kind: 'drop-response' } });
    await expect(client.send(put)).rejects.toThrow();
    lost.remove();
    await expect(client.send(put)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'lost' }));
    expect(await Body?.transformToString()).toBe('x');
  });
});
