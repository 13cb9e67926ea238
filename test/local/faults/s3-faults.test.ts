import { CreateDBInstanceCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createVirtualClock, type LocalRegion, startLocalRegion } from '@zephyr/backup/local';
import { describe, expect, it } from 'vitest';
import { instanceInput, minute, virtualRegion } from '../rds/support/virtual-region.js';

const Bucket = 'zephyr-backups';
const bytes = Buffer.from('votes and audit logs '.repeat(20_000));

describe.each(['http', 'in-process'] as const)('over %s', (transport) => {
  const clientOf = (region: LocalRegion): S3Client => {
    const { endpoint, credentials, requestHandler } = region;
    const handler = transport === 'in-process' ? { requestHandler } : {};
    return new S3Client({
      region: region.region,
      endpoint,
      credentials,
      forcePathStyle: true,
      maxAttempts: 1,
      ...handler,
    });
  };
  const withObject = async (run: (region: LocalRegion, s3: S3Client) => Promise<void>): Promise<void> => {
    await using region = await startLocalRegion({ clock: createVirtualClock() });
    region.s3.createBucket(Bucket);
    const s3 = clientOf(region);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'dumps/a', Body: bytes }));
    await run(region, s3);
    s3.destroy();
  };
  const get = new GetObjectCommand({ Bucket, Key: 'dumps/a', ChecksumMode: 'ENABLED' });

  it('sends half of an object and breaks the connection', () =>
    withObject(async (region, s3) => {
      region.faults.inject({ operation: 'GetObject', call: 1, fault: { kind: 'half-answer' } });
      const { Body, ContentLength } = await s3.send(get);
      expect(ContentLength).toBe(bytes.length);
      await expect(Body?.transformToByteArray()).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(region.calls.list('GetObject')[0]?.outcome).toEqual({ kind: 'dropped', acted: true });
      expect(await (await s3.send(get)).Body?.transformToString()).toBe(bytes.toString());
    }));

  it("alters an object on its way, which the SDK's checksum notices (facts G21)", () =>
    withObject(async (region, s3) => {
      region.faults.inject({ operation: 'GetObject', input: { Key: 'dumps/*' }, fault: { kind: 'altered-answer' } });
      const { Body } = await s3.send(get);
      await expect(Body?.transformToByteArray()).rejects.toThrow(/checksum/i);
      const unchecked = new GetObjectCommand({ Bucket, Key: 'dumps/a', Range: 'bytes=0-9' });
      const altered = await (await s3.send(unchecked)).Body?.transformToByteArray();
      expect(altered).toHaveLength(10);
      expect(Buffer.from(altered ?? []).equals(bytes.subarray(0, 10))).toBe(false);
    }));

  it('resets an answer that has no body to break in', () =>
    withObject(async (region, s3) => {
      const head = new HeadObjectCommand({ Bucket, Key: 'dumps/a' });
      region.faults.inject({ call: 1, fault: { kind: 'half-answer' } });
      await expect(s3.send(head)).rejects.toMatchObject({ code: 'ECONNRESET' });
      region.faults.inject({ call: 1, fault: { kind: 'altered-answer' } });
      expect((await s3.send(head)).ContentLength).toBe(bytes.length);
    }));

  it('refuses credentials as expired, and asks to slow down, in the words of S3', () =>
    withObject(async (region, s3) => {
      region.faults.inject({ call: 1, fault: { kind: 'expired-credentials' } });
      await expect(s3.send(get)).rejects.toMatchObject({ name: 'ExpiredToken', $metadata: { httpStatusCode: 400 } });
      region.faults.inject({ call: 1, fault: { kind: 'throttle' } });
      await expect(s3.send(get)).rejects.toMatchObject({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
    }));

  it('shows a listing as it was for a while', () =>
    withObject(async (region, s3) => {
      const list = new ListObjectsV2Command({ Bucket });
      const keys = async (): Promise<unknown> => (await s3.send(list)).Contents?.map(({ Key }) => Key);
      region.faults.inject({ operation: 'ListObjectsV2', fault: { kind: 'stale-reads', duration: '10s' } });
      expect(await keys()).toEqual(['dumps/a']);
      await s3.send(new PutObjectCommand({ Bucket, Key: 'dumps/b', Body: 'more' }));
      expect(await keys()).toEqual(['dumps/a']);
      await region.clock.sleep(10_000);
      expect(await keys()).toEqual(['dumps/a', 'dumps/b']);
    }));

  it('records the whole input, payload included, and no secret', () =>
    withObject(async (region, s3) => {
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'dumps/a' }], Quiet: true } }));
      expect(region.calls.list('DeleteObjects')[0]).toMatchObject({
        input: { Bucket, Delete: { Objects: [{ Key: 'dumps/a' }] } },
        outcome: { kind: 'answered', status: 200 },
      });
      const secret = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'x'.repeat(32) };
      await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'b', Body: '', ...secret }))).rejects.toThrow();
      expect(region.calls.list({ service: 's3', input: { Key: 'b' } })[0]?.input).toMatchObject({
        SSECustomerKey: '****',
      });
    }));
});

it('refuses expired credentials in the words of the Query services', async () => {
  await using virtual = await virtualRegion();
  virtual.region.faults.inject({
    operation: 'Describe*',
    call: 1,
    lasting: '1m',
    fault: { kind: 'expired-credentials' },
  });
  const list = new DescribeDBInstancesCommand({});
  await expect(virtual.rds.send(list)).rejects.toMatchObject({
    name: 'ExpiredToken',
    $metadata: { httpStatusCode: 403 },
  });
  await virtual.clock.sleep(minute);
  expect((await virtual.rds.send(list)).DBInstances).toEqual([]);
});

it('throttles in a burst that outlasts the retries of the SDK', async () => {
  await using virtual = await virtualRegion();
  const { region, clock } = virtual;
  const { endpoint, credentials, requestHandler } = region;
  const rds = new RDSClient({ region: region.region, endpoint, credentials, requestHandler, maxAttempts: 1 });
  const burst = region.faults.inject({ call: 2, lasting: '30s', fault: { kind: 'throttle' } });
  const list = new DescribeDBInstancesCommand({});
  await rds.send(list);
  for (const wait of [0, 10_000, 19_999]) {
    await clock.sleep(wait);
    await expect(rds.send(list)).rejects.toMatchObject({ name: 'ThrottlingException' });
  }
  await clock.sleep(1);
  await rds.send(list);
  expect(burst.hits).toBe(3);
});

it('shows no instance that came while reads are stale', async () => {
  await using virtual = await virtualRegion();
  const { rds, region, clock } = virtual;
  const list = new DescribeDBInstancesCommand({});
  const stale = region.faults.inject({
    operation: 'DescribeDBInstances',
    fault: { kind: 'stale-reads', duration: '5m' },
  });
  expect((await rds.send(list)).DBInstances).toEqual([]);
  await rds.send(new CreateDBInstanceCommand(instanceInput('prod')));
  expect((await rds.send(list)).DBInstances).toEqual([]);
  await clock.sleep(5 * minute);
  expect((await rds.send(list)).DBInstances).toHaveLength(1);
  expect(stale.hits).toBe(3);
});
