import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { hostS3 } from './host-s3.js';

const mebibyte = 1024 * 1024;
const Bucket = 'zephyr-backups';

it('an object of 300 MB passes through in a few megabytes of memory, both ways', async () => {
  const s3 = await hostS3();
  s3.service.createBucket(Bucket);
  const block = Buffer.alloc(mebibyte, 'x');
  let peak = 0;
  const measuring = new AbortController();
  const measure = async (): Promise<void> => {
    while (!measuring.signal.aborted) {
      const { external, arrayBuffers, heapUsed } = process.memoryUsage();
      peak = Math.max(peak, Math.max(external, arrayBuffers) + heapUsed);
      await pause(5);
    }
  };
  try {
    const before = process.memoryUsage();
    const start = Math.max(before.external, before.arrayBuffers) + before.heapUsed;
    const watch = measure();
    const blocks = function* (): Generator<Buffer> {
      for (let count = 0; count < 300; count += 1) yield block;
    };
    const Body = Readable.from(blocks(), { objectMode: false, highWaterMark: mebibyte });
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'huge', Body, ContentLength: 300 * mebibyte }));
    const answer = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'huge' }));
    let size = 0;
    for await (const piece of answer.Body as Readable) size += (piece as Buffer).length;
    measuring.abort();
    await watch;
    expect(size).toBe(300 * mebibyte);
    expect(peak - start).toBeLessThan(120 * mebibyte);
  } finally {
    measuring.abort();
    await s3.close();
  }
});
