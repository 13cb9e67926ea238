import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checksumAlgorithm, startHash } from '../../../src/local/s3/checksum-algorithm.js';
import { type HostedS3, hostS3 } from './host-s3.js';

const Bucket = 'zephyr-backups';
let s3: HostedS3;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zephyr-s3-test-'));
  s3 = await hostS3({ directory });
  s3.service.createBucket(Bucket);
});
afterAll(async () => {
  await s3.close();
  const left = await readdir(directory);
  await rm(directory, { recursive: true });
  expect(left).toEqual([]);
});

const send = async (
  path: string,
  init: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string | Uint8Array },
): Promise<{ readonly status: number; readonly code: string | undefined; readonly text: string }> => {
  const { body, ...rest } = init;
  const response = await fetch(s3.endpoint + path, {
    ...rest,
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  });
  const text = await response.text();
  return { status: response.status, code: /<Code>(\w+)<\/Code>/.exec(text)?.[1], text };
};
const digestOf = async (name: string, bytes: Uint8Array): Promise<string> => {
  const running = checksumAlgorithm(name).start();
  running.update(bytes);
  return Buffer.from(await running.digest()).toString('base64');
};
const storedFiles = async (): Promise<string[]> => {
  const [store] = await readdir(directory);
  return store === undefined ? [] : readdir(join(directory, store));
};
const exists = async (Key: string): Promise<boolean> => {
  try {
    await s3.client.send(new HeadObjectCommand({ Bucket, Key }));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ name: 'NotFound' });
    return false;
  }
};
/** A body in aws-chunked framing, by hand. */
const frame = (chunks: readonly string[], trailer = '', extension = ''): string =>
  `${[...chunks, ''].map((chunk) => `${chunk.length.toString(16)}${extension}\r\n${chunk}${chunk === '' ? '' : '\r\n'}`).join('')}${trailer}\r\n`;

describe('checksums', () => {
  const algorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;

  it('agree with the published check values of "123456789"', async () => {
    const check = Buffer.from('123456789');
    expect(await Promise.all(algorithms.slice(0, 3).map((name) => digestOf(name, check)))).toEqual([
      Buffer.from('cbf43926', 'hex').toString('base64'),
      Buffer.from('e3069283', 'hex').toString('base64'),
      Buffer.from('ae8b14860a799888', 'hex').toString('base64'),
    ]);
  });

  it.each(algorithms)('%s travels behind a streamed body and comes back with the object', async (ChecksumAlgorithm) => {
    const bytes = randomBytes(500_000);
    const Key = `streamed-${ChecksumAlgorithm}`;
    await s3.client.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body: Readable.from([bytes]),
        ContentLength: bytes.length,
        ChecksumAlgorithm,
      }),
    );
    const answer = await s3.client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect(answer).toMatchObject({
      [`Checksum${ChecksumAlgorithm}`]: await digestOf(ChecksumAlgorithm, bytes),
      ChecksumType: 'FULL_OBJECT',
    });
    expect(answer.ContentEncoding).toBeUndefined();
    expect(bytes.equals((await answer.Body?.transformToByteArray()) ?? new Uint8Array())).toBe(true);
  });

  it.each(algorithms)('%s that is wrong is a BadDigest, and nothing is stored', async (name) => {
    const header = checksumAlgorithm(name).header;
    const wrong = await digestOf(name, Buffer.from('other'));
    const before = await storedFiles();
    const ahead = await send(`/${Bucket}/wrong`, { method: 'PUT', body: 'body', headers: { [header]: wrong } });
    const behind = await send(`/${Bucket}/wrong`, {
      method: 'PUT',
      body: frame(['body'], `${header}:${wrong}\r\n`),
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': '4',
        'x-amz-trailer': header,
      },
    });
    expect([ahead, behind].map(({ status, code }) => [status, code])).toEqual([
      [400, 'BadDigest'],
      [400, 'BadDigest'],
    ]);
    expect(await exists('wrong')).toBe(false);
    expect(await storedFiles()).toEqual(before);
  });

  it('that S3 makes on its own is CRC64NVME', async () => {
    await send(`/${Bucket}/own`, { method: 'PUT', body: 'body' });
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'own', ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({
      ChecksumCRC64NVME: await digestOf('CRC64NVME', Buffer.from('body')),
      ChecksumType: 'FULL_OBJECT',
    });
  });

  it('that are no checksums, or too many, or missing, are refused', async () => {
    const put = (headers: Record<string, string>) => send(`/${Bucket}/odd`, { method: 'PUT', body: 'body', headers });
    const crc = await digestOf('CRC32', Buffer.from('body'));
    const sha = await digestOf('SHA1', Buffer.from('body'));
    const codes = [
      await put({ 'x-amz-checksum-crc32': 'x' }),
      await put({ 'x-amz-checksum-crc32': crc, 'x-amz-checksum-sha1': sha }),
      await put({ 'x-amz-sdk-checksum-algorithm': 'CRC32' }),
      await put({ 'x-amz-sdk-checksum-algorithm': 'CRC33' }),
    ].map(({ code }) => code);
    expect(codes).toEqual(['InvalidRequest', 'InvalidRequest', 'InvalidRequest', 'InvalidRequest']);
  });

  it('of the request’s payload and Content-MD5 are held to as well', async () => {
    const put = (headers: Record<string, string>) => send(`/${Bucket}/md5`, { method: 'PUT', body: 'body', headers });
    const md5 = Buffer.from(await startHash('md5').digest()).toString('base64');
    expect((await put({ 'content-md5': md5 })).code).toBe('BadDigest');
    expect((await put({ 'content-md5': 'short' })).code).toBe('InvalidDigest');
    expect((await put({ 'x-amz-content-sha256': '0'.repeat(64) })).code).toBe('XAmzContentSHA256Mismatch');
    expect(await exists('md5')).toBe(false);
  });

  it('lets a client notice a byte that has turned on disk', async () => {
    await s3.client.send(
      new PutObjectCommand({ Bucket, Key: 'flipped', Body: 'all is well', ChecksumAlgorithm: 'CRC64NVME' }),
    );
    const [file = ''] = s3.service.objectFiles(Bucket, 'flipped');
    const bytes = await readFile(file);
    bytes[3] = (bytes[3] ?? 0) ^ 1;
    await writeFile(file, bytes);
    const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'flipped', ChecksumMode: 'ENABLED' }));
    await expect(Body?.transformToString()).rejects.toThrow(/checksum mismatch/i);
  });
});

describe('chunked bodies', () => {
  const headers = {
    'content-encoding': 'gzip,aws-chunked',
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'x-amz-decoded-content-length': '10',
  };

  it('are unpacked, signed or not, and keep the encoding that is their own', async () => {
    const body = frame(['hello', ' there'.slice(0, 5)], '', `;chunk-signature=${'a'.repeat(64)}`);
    expect((await send(`/${Bucket}/signed`, { method: 'PUT', body, headers })).status).toBe(200);
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'signed' }));
    expect(head).toMatchObject({ ContentEncoding: 'gzip', ContentLength: 10 });
    const signedTrailer = `x-amz-checksum-sha1:${await digestOf('SHA1', Buffer.from('hello ther'))}\r\nx-amz-trailer-signature:${'b'.repeat(64)}\r\n`;
    const trailed = await send(`/${Bucket}/signed`, {
      method: 'PUT',
      body: frame(['hello', ' ther'], signedTrailer, `;chunk-signature=${'a'.repeat(64)}`),
      headers: {
        ...headers,
        'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
        'x-amz-trailer': 'x-amz-checksum-sha1',
      },
    });
    expect(trailed.status).toBe(200);
  });

  it('that are malformed or shorter than they say are refused', async () => {
    const put = async (body: string, extra: Record<string, string> = {}): Promise<string | undefined> =>
      (await send(`/${Bucket}/malformed`, { method: 'PUT', body, headers: { ...headers, ...extra } })).code;
    expect(await put('5\r\nhello\r\n')).toBe('IncompleteBody');
    expect(await put('a\r\nhello')).toBe('IncompleteBody');
    expect(await put(frame(['hello']))).toBe('IncompleteBody');
    expect(await put(frame(['hello', 'hello', 'hello']))).toBe('IncompleteBody');
    expect(await put('zz\r\nhello\r\n0\r\n\r\n')).toBe('IncompleteBody');
    expect(await put('3\r\nhello\r\n0\r\n\r\n')).toBe('IncompleteBody');
    expect(await put('f'.repeat(20_000))).toBe('IncompleteBody');
    expect(await put(frame(['hello', 'hello'], 'nonsense\r\n'))).toBe('MalformedTrailerError');
    expect(await put(frame(['hello', 'hello']), { 'x-amz-trailer': 'x-amz-checksum-crc32' })).toBe(
      'MalformedTrailerError',
    );
    expect(await put(frame(['hello', 'hello']), { 'x-amz-decoded-content-length': 'ten' })).toBe(
      'MissingContentLength',
    );
    expect(await exists('malformed')).toBe(false);
  });
});

describe('a client that goes away half-way', () => {
  it('leaves neither an object nor a file', async () => {
    const before = await storedFiles();
    const { port } = new URL(s3.endpoint);
    const parsed = s3.operations.length;
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(
          `PUT /${Bucket}/half HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(200_000)}`,
        );
        const timer = setInterval(() => {
          if (s3.operations.length === parsed) return;
          clearInterval(timer);
          socket.destroy();
        }, 5);
      });
      socket.once('close', () => resolve()).once('error', reject);
    });
    await expect.poll(storedFiles, { timeout: 5000 }).toEqual(before);
    expect(await exists('half')).toBe(false);
    expect(s3.failures).toEqual([]);
  });
});

describe('bad requests', () => {
  it('are answered with an error document of S3, whatever they are', async () => {
    const upload = '/zephyr-backups/k?uploadId=u';
    const md5 = { 'content-md5': Buffer.from(await digestMd5('<Delete>')).toString('base64') };
    const cases: [string, Parameters<typeof send>[1], number, string][] = [
      [`/${Bucket}?delete`, { method: 'POST', body: '<Delete>', headers: md5 }, 400, 'MalformedXML'],
      [`/${Bucket}?delete`, { method: 'POST', body: '<Delete></Delete>' }, 400, 'InvalidRequest'],
      [upload, { method: 'POST', body: 'not xml' }, 400, 'MalformedXML'],
      [upload, { method: 'POST', body: '<CompleteMultipartUpload/>' }, 404, 'NoSuchUpload'],
      [`/${Bucket}/%zz`, {}, 400, 'InvalidURI'],
      [`/${Bucket}?list-type=2&max-keys=many`, {}, 400, 'InvalidArgument'],
      [`/${Bucket}?list-type=2&max-keys=-1`, {}, 400, 'InvalidArgument'],
      [`/${Bucket}?list-type=2&continuation-token=bogus`, {}, 400, 'InvalidArgument'],
      [`/${Bucket}?list-type=2&encoding-type=rot13`, {}, 400, 'InvalidArgument'],
      [`/${Bucket}/k`, { method: 'POST', body: 'x' }, 405, 'MethodNotAllowed'],
      [`/${Bucket}/k?acl`, { method: 'PUT', body: 'x' }, 501, 'NotImplemented'],
      [`/${Bucket}/k`, { method: 'PUT', headers: { 'if-none-match': '"etag"' }, body: 'x' }, 501, 'NotImplemented'],
      ['/no-such-bucket/k', { method: 'PUT', body: 'x'.repeat(3_000_000) }, 404, 'NoSuchBucket'],
    ];
    for (const [path, init, status, code] of cases) {
      const answer = await send(path, init);
      expect([path, answer.status, answer.code]).toEqual([path, status, code]);
      expect(answer.text).toMatch(
        /<Error><Code>\w+<\/Code><Message>[^<]+<\/Message><Resource>[^<]+<\/Resource><RequestId>/,
      );
    }
    expect(s3.failures).toEqual([]);
  });

  it('escape what they repeat', async () => {
    const { text } = await send(`/${Bucket}/a&b'<c>`, {});
    expect(text).not.toContain('<c>');
  });
});

const digestMd5 = async (text: string): Promise<Uint8Array> => {
  const hash = startHash('md5');
  hash.update(Buffer.from(text));
  return hash.digest();
};
