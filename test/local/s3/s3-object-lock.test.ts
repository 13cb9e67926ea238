import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { createVirtualClock } from '@zephyr/backup/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostedS3, hostS3 } from './host-s3.js';

const Bucket = 'locked-backups';
const day = 86_400_000;
const clock = createVirtualClock(new Date('2025-11-09T14:00:00Z'));
let s3: HostedS3;
beforeAll(async () => {
  s3 = await hostS3({ clock });
  await s3.client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
});
afterAll(() => s3.close());

const inDays = (days: number): Date => new Date(clock.now().getTime() + days * day);
const put = async (Key: string, lock: Partial<PutObjectCommandInput> = {}) => {
  const { VersionId } = await s3.client.send(new PutObjectCommand({ Bucket, Key, Body: 'votes', ...lock }));
  return { Bucket, Key, VersionId };
};
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

describe('a locked version (facts G14)', () => {
  it('is not deleted while it is retained, though a marker may hide it', async () => {
    const version = await put('dump', { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: inDays(30) });
    await expect(s3.client.send(new DeleteObjectCommand(version))).rejects.toMatchObject(denied);
    const bypass = { ...version, BypassGovernanceRetention: true };
    await expect(s3.client.send(new DeleteObjectCommand(bypass))).rejects.toMatchObject(denied);
    const { Errors } = await s3.client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'dump', VersionId: version.VersionId }] } }),
    );
    expect(Errors).toMatchObject([{ Key: 'dump', Code: 'AccessDenied', VersionId: version.VersionId }]);
    const marker = await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'dump' }));
    expect(marker.DeleteMarker).toBe(true);
    expect(await s3.client.send(new HeadObjectCommand(version))).toMatchObject({
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: inDays(30),
    });
    clock.advance(30 * day);
    await s3.client.send(new DeleteObjectCommand(version));
    await expect(s3.client.send(new HeadObjectCommand(version))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('under governance goes with whoever may bypass it, and says so', async () => {
    const version = await put('governed', { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: inDays(1) });
    await expect(s3.client.send(new DeleteObjectCommand(version))).rejects.toMatchObject(denied);
    await s3.client.send(new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true }));
  });

  it('is retained longer at any time, shorter only past governance', async () => {
    const version = await put('moved');
    await expect(s3.client.send(new GetObjectRetentionCommand(version))).rejects.toMatchObject({
      name: 'NoSuchObjectLockConfiguration',
    });
    const retain = (Mode: 'GOVERNANCE' | 'COMPLIANCE', days: number, bypass = false) =>
      s3.client.send(
        new PutObjectRetentionCommand({
          ...version,
          Retention: { Mode, RetainUntilDate: inDays(days) },
          BypassGovernanceRetention: bypass,
        }),
      );
    await retain('GOVERNANCE', 5);
    await retain('GOVERNANCE', 6);
    await expect(retain('GOVERNANCE', 4)).rejects.toMatchObject(denied);
    await retain('GOVERNANCE', 4, true);
    await retain('COMPLIANCE', 7, true);
    await expect(retain('GOVERNANCE', 8, true)).rejects.toMatchObject(denied);
    await expect(retain('COMPLIANCE', 6, true)).rejects.toMatchObject(denied);
    await retain('COMPLIANCE', 9);
    const { Retention } = await s3.client.send(new GetObjectRetentionCommand(version));
    expect(Retention).toEqual({ Mode: 'COMPLIANCE', RetainUntilDate: inDays(9) });
    await expect(retain('COMPLIANCE', -1)).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  it('on legal hold is kept whatever its retention, until it is let go', async () => {
    const version = await put('held');
    await expect(s3.client.send(new GetObjectLegalHoldCommand(version))).rejects.toMatchObject({
      name: 'NoSuchObjectLockConfiguration',
    });
    const hold = (Status: 'ON' | 'OFF') =>
      s3.client.send(new PutObjectLegalHoldCommand({ ...version, LegalHold: { Status } }));
    await hold('ON');
    expect((await s3.client.send(new GetObjectLegalHoldCommand(version))).LegalHold).toEqual({ Status: 'ON' });
    const bypass = new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true });
    await expect(s3.client.send(bypass)).rejects.toMatchObject(denied);
    await hold('OFF');
    await s3.client.send(bypass);
  });

  it('has the default retention of its bucket unless it says otherwise', async () => {
    const rule = (DefaultRetention: object) =>
      s3.client.send(
        new PutObjectLockConfigurationCommand({
          Bucket,
          ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } },
        }),
      );
    await rule({ Mode: 'GOVERNANCE', Days: 3 });
    const { Retention } = await s3.client.send(new GetObjectRetentionCommand(await put('default')));
    expect(Retention).toEqual({ Mode: 'GOVERNANCE', RetainUntilDate: inDays(3) });
    await expect(rule({ Mode: 'GOVERNANCE' })).rejects.toMatchObject({ name: 'MalformedXML' });
    await expect(rule({ Mode: 'GOVERNANCE', Days: 0 })).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(rule({ Mode: 'SOFT', Days: 1 })).rejects.toMatchObject({ name: 'InvalidArgument' });
  });
});

describe('a lock', () => {
  it.each([
    [{ ObjectLockMode: 'COMPLIANCE' }, 'InvalidArgument'],
    [{ ObjectLockRetainUntilDate: new Date('2030-01-01') }, 'InvalidArgument'],
    [{ ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: new Date('2020-01-01') }, 'InvalidArgument'],
    [{ ObjectLockMode: 'SOFT', ObjectLockRetainUntilDate: new Date('2030-01-01') }, 'InvalidArgument'],
    [{ ObjectLockLegalHoldStatus: 'MAYBE' }, 'InvalidArgument'],
  ])('of %o is refused with %s', async (lock, name) => {
    await expect(put('bad', lock as Partial<PutObjectCommandInput>)).rejects.toMatchObject({ name });
  });

  it('needs proof that the bytes are those that were sent', async () => {
    const unproven = s3.connect({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    const held = { Bucket, Key: 'unproven', Body: 'x', ObjectLockLegalHoldStatus: 'ON' } as const;
    const sent = new PutObjectCommand(held);
    // The client adds a checksum of its own accord: take it off again, as an older client would.
    sent.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        for (const name of Object.keys(headers))
          if (/^(x-amz-checksum-|x-amz-sdk-checksum|x-amz-trailer|content-md5)/.test(name)) delete headers[name];
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await expect(unproven.send(sent)).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  it('needs a bucket that can lock', async () => {
    const plain = 'plain-backups';
    s3.service.createBucket(plain);
    const lock = { Bucket: plain, Key: 'a', ObjectLockLegalHoldStatus: 'ON' } as const;
    await expect(s3.client.send(new PutObjectCommand({ ...lock, Body: 'x' }))).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    await expect(s3.client.send(new CreateMultipartUploadCommand(lock))).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    const configure = new PutObjectLockConfigurationCommand({
      Bucket: plain,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
    });
    await expect(s3.client.send(configure)).rejects.toMatchObject({ name: 'InvalidBucketState' });
    await expect(s3.client.send(new GetObjectLockConfigurationCommand({ Bucket: plain }))).rejects.toMatchObject({
      name: 'ObjectLockConfigurationNotFoundError',
    });
    const version = (Status: 'Enabled' | 'Suspended') =>
      s3.client.send(new PutBucketVersioningCommand({ Bucket: plain, VersioningConfiguration: { Status } }));
    await version('Enabled');
    await s3.client.send(configure);
    const { ObjectLockConfiguration } = await s3.client.send(new GetObjectLockConfigurationCommand({ Bucket: plain }));
    expect(ObjectLockConfiguration).toEqual({ ObjectLockEnabled: 'Enabled' });
    await expect(version('Suspended')).rejects.toMatchObject({ name: 'InvalidBucketState' });
  });
});
