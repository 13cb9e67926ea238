import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostedS3, hostS3 } from './host-s3.js';

const Bucket = 'zephyr-backups';
let s3: HostedS3;
let directory: string;
beforeAll(async () => {
  s3 = await hostS3();
  directory = await mkdtemp(join(tmpdir(), 'zephyr-s3-cli-'));
});
afterAll(async () => {
  await s3.close();
  await rm(directory, { recursive: true });
});

const aws = async (...args: readonly string[]): Promise<string> => {
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const { stdout } = await promisify(execFile)('aws', ['--endpoint-url', s3.endpoint, ...args], {
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
};

describe('the aws command line', () => {
  it('carries a big file there and back, in parts, with checksums', async () => {
    const bytes = randomBytes(20 * 1024 * 1024);
    await writeFile(join(directory, 'big.dump'), bytes);
    await aws('s3', 'mb', `s3://${Bucket}`);
    await aws(
      's3',
      'cp',
      '--no-progress',
      '--storage-class',
      'STANDARD_IA',
      '--sse',
      'AES256',
      join(directory, 'big.dump'),
      `s3://${Bucket}/manual/big.dump`,
    );
    const head = await s3.client.send(
      new HeadObjectCommand({ Bucket, Key: 'manual/big.dump', ChecksumMode: 'ENABLED' }),
    );
    expect(head).toMatchObject({
      ContentLength: bytes.length,
      StorageClass: 'STANDARD_IA',
      ServerSideEncryption: 'AES256',
    });
    expect(head.ETag).toMatch(/-3"$/);
    expect(head.ChecksumType).toBeDefined();
    await aws('s3', 'cp', '--no-progress', `s3://${Bucket}/manual/big.dump`, join(directory, 'back.dump'));
    expect(bytes.equals(await readFile(join(directory, 'back.dump')))).toBe(true);
  });

  it('lists, looks, deletes and cleans up', async () => {
    await writeFile(join(directory, 'small file.txt'), 'small');
    await aws('s3', 'cp', '--no-progress', join(directory, 'small file.txt'), `s3://${Bucket}/manual/small file.txt`);
    expect(await aws('s3', 'ls')).toMatch(/zephyr-backups\n/);
    expect(await aws('s3', 'ls', `s3://${Bucket}/`)).toMatch(/PRE manual\/\n/);
    expect(await aws('s3', 'ls', `s3://${Bucket}/manual/`)).toMatch(/20971520 big\.dump\n.*\s5 small file\.txt\n/s);
    const looked = JSON.parse(await aws('s3api', 'head-object', '--bucket', Bucket, '--key', 'manual/small file.txt'));
    expect(looked).toMatchObject({ ContentLength: 5, ContentType: 'text/plain' });
    const v1 = JSON.parse(await aws('s3api', 'list-objects', '--bucket', Bucket, '--query', 'Contents[].Key'));
    expect(v1).toEqual(['manual/big.dump', 'manual/small file.txt']);
    await expect(aws('s3api', 'head-object', '--bucket', Bucket, '--key', 'missing')).rejects.toThrow(/Not Found/);
    await expect(
      aws('s3api', 'get-object', '--bucket', Bucket, '--key', 'missing', join(directory, 'x')),
    ).rejects.toThrow(/NoSuchKey/);
    await aws('s3', 'rm', '--recursive', '--quiet', `s3://${Bucket}/`);
    expect(await aws('s3', 'ls', `s3://${Bucket}/`)).toBe('');
    await aws('s3', 'rb', `s3://${Bucket}`);
    await expect(aws('s3', 'ls', `s3://${Bucket}/`)).rejects.toThrow(/NoSuchBucket/);
  });
});
