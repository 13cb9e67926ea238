import { createHash } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStorePort } from '../../src/ports/object-store.js';
import { all, useRegion } from './region.js';

const here = useRegion();
const partSizeBytes = 5 * 1024 * 1024;
const mebibyte = 1024 * 1024;
let store: ObjectStorePort;
let key = '';
let count = 0;
beforeEach(() => {
  store = here.store();
  count += 1;
  key = `upload/${count}.dump`;
});

const calls = (operation?: string) =>
  here
    .region()
    .calls.list(operation)
    .map((call) => call.operation);
const inject: ReturnType<typeof here.region>['faults']['inject'] = (rule) => here.region().faults.inject(rule);

/** Random content, so that parts that change places are noticed. */
function content(bytes: number): Buffer {
  const block = createHash('sha512').update(key).digest();
  const all_ = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 64) {
    block.writeUInt32BE(at, 0);
    block.copy(all_, at);
  }
  return all_;
}

function pieces(data: Buffer, size = 300_000): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
    })(),
    { objectMode: false },
  );
}

async function nothingIsLeft(): Promise<void> {
  expect(await store.head(key)).toBeUndefined();
  expect(await all(store.listUnfinishedUploads({ prefix: '' }))).toEqual([]);
}

describe('an upload', () => {
  it('of many parts arrives whole, with one checksum over all of it', async () => {
    const data = content(23 * mebibyte + 17);
    const progress: number[] = [];
    const uploaded = await store.upload(key, pieces(data), {
      partSizeBytes,
      storageClass: 'STANDARD_IA',
      metadata: { kind: 'dump' },
      onlyIf: { absent: true },
      onBytes: (bytes) => progress.push(bytes),
    });
    expect(uploaded.sizeBytes).toBe(data.length);
    const head = await store.head(key);
    expect(head).toMatchObject({
      etag: uploaded.etag,
      sizeBytes: data.length,
      storageClass: 'STANDARD_IA',
      metadata: { kind: 'dump' },
    });
    expect(head?.crc32).toBe(uploaded.crc32);
    expect(uploaded.crc32).toMatch(/^[A-Za-z0-9+/]{6}==$/);
    expect((await buffer((await store.get(key)).body)).equals(data)).toBe(true);
    expect(progress.at(-1)).toBe(data.length);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(here.region().calls.list('CompleteMultipartUpload')[0]?.input).toMatchObject({
      IfNoneMatch: '*',
      MpuObjectSize: data.length,
    });
  });

  it.each([
    ['nothing', 0],
    ['less than a part', 1_000],
    ['exactly a part', partSizeBytes],
    ['exactly two parts', 2 * partSizeBytes],
  ])('of %s arrives as well', async (_what, bytes) => {
    const data = content(bytes).subarray(0, bytes);
    const uploaded = await store.upload(key, pieces(data), { partSizeBytes, onlyIf: { absent: true } });
    expect(uploaded).toMatchObject({ sizeBytes: bytes });
    expect((await buffer((await store.get(key)).body)).equals(data)).toBe(true);
    expect((await store.head(key))?.crc32).toBe(uploaded.crc32);
  });

  it.each([1_000, 12 * mebibyte])('of %i bytes does not overwrite what must be absent', async (bytes) => {
    await store.put(key, 'first');
    const upload = store.upload(key, pieces(content(bytes)), { partSizeBytes, onlyIf: { absent: true } });
    await expect(upload).rejects.toMatchObject({ code: 'object-exists', retryable: false });
    expect((await store.head(key))?.sizeBytes).toBe(5);
    expect(await all(store.listUnfinishedUploads({ prefix: '' }))).toEqual([]);
  });

  it('refuses parts that S3 would not take, and lets go of the body', async () => {
    const body = new PassThrough();
    await expect(store.upload(key, body, { partSizeBytes: 1024 })).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'partSizeBytes',
    });
    expect(body.destroyed).toBe(true);
    expect(calls()).toEqual([]);
  });
});

describe('an upload whose body breaks off', () => {
  it.each([
    ['at once', 0],
    ['within the first part', mebibyte],
    ['after some parts', 17 * mebibyte],
  ])('%s rejects with the body’s own error and leaves nothing', async (_when, bytes) => {
    const body = new PassThrough();
    const failure = new Error('pg_dump was killed');
    const upload = expect(store.upload(key, body, { partSizeBytes })).rejects.toBe(failure);
    for (const piece of [...Array(Math.floor(bytes / mebibyte)).keys()]) {
      if (!body.write(Buffer.alloc(mebibyte, piece))) await new Promise((resolve) => body.once('drain', resolve));
    }
    body.destroy(failure);
    await upload;
    await nothingIsLeft();
  });

  it('before the upload has begun does not end the process', async () => {
    const body = new PassThrough();
    const failure = new Error('failed early');
    body.on('error', () => undefined).destroy(failure);
    await new Promise((resolve) => body.once('close', resolve));
    await expect(store.upload(key, body, { partSizeBytes })).rejects.toBe(failure);
    await nothingIsLeft();
  });
});

describe('an upload that is stopped', () => {
  it('while its body is silent rejects with the reason, after everything is gone', async () => {
    const body = new PassThrough();
    const abort = new AbortController();
    const reason = new Error('the deploy was cancelled');
    const upload = store.upload(
      key,
      body,
      {
        partSizeBytes,
        // One part is there, the rest never comes.
        onBytes: () => abort.abort(reason),
      },
      { signal: abort.signal },
    );
    const rejected = expect(upload).rejects.toBe(reason);
    for (const piece of [0, 1, 2, 3, 4, 5, 6]) body.write(Buffer.alloc(mebibyte, piece));
    await rejected;
    expect(body.destroyed).toBe(true);
    expect(calls('AbortMultipartUpload')).not.toEqual([]);
    await nothingIsLeft();
  });

  it.each(['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'])(
    'while %s hangs leaves nothing',
    async (operation) => {
      const abort = new AbortController();
      const fault = inject({ operation, fault: { kind: 'hang' } });
      const upload = store.upload(key, pieces(content(12 * mebibyte)), { partSizeBytes }, { signal: abort.signal });
      const rejected = expect(upload).rejects.toThrow('enough');
      await expect.poll(() => fault.hits, { timeout: 20_000 }).toBeGreaterThan(0);
      abort.abort(new Error('enough'));
      await rejected;
      here.region().faults.clear();
      await nothingIsLeft();
    },
  );

  it('before it began makes no request and lets go of the body', async () => {
    const body = new PassThrough();
    const upload = store.upload(key, body, { partSizeBytes }, { signal: AbortSignal.abort(new Error('too late')) });
    await expect(upload).rejects.toThrow('too late');
    expect(body.destroyed).toBe(true);
    expect(calls()).toEqual([]);
  });

  it('leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    await store.upload(key, pieces(content(12 * mebibyte)), { partSizeBytes }, { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('an upload whose answer is lost', () => {
  it.each(['CompleteMultipartUpload', 'PutObject'])('of %s is found to have succeeded', async (operation) => {
    inject({ operation, call: 1, fault: { kind: 'drop-response' } });
    const data = content(operation === 'PutObject' ? 1_000 : 12 * mebibyte);
    const uploaded = await store.upload(key, pieces(data), { partSizeBytes, onlyIf: { absent: true } });
    expect(uploaded.sizeBytes).toBe(data.length);
    expect(uploaded).toMatchObject({ etag: (await store.head(key))?.etag });
    expect(await all(store.listUnfinishedUploads({ prefix: '' }))).toEqual([]);
  });

  it('three times in a row is found to have succeeded all the same', async () => {
    inject({ operation: 'CompleteMultipartUpload', call: [1, 2, 3], fault: { kind: 'drop-response' } });
    const uploaded = await store.upload(key, pieces(content(12 * mebibyte)), { partSizeBytes });
    expect(uploaded.etag).toBe((await store.head(key))?.etag);
  });

  it('of CreateMultipartUpload leaves no second upload behind', async () => {
    inject({ operation: 'CreateMultipartUpload', call: 1, fault: { kind: 'drop-response' } });
    await store.upload(key, pieces(content(12 * mebibyte)), { partSizeBytes });
    expect(await all(store.listUnfinishedUploads({ prefix: '' }))).toEqual([]);
    expect(await store.head(key)).toBeDefined();
  });

  it('of UploadPart is simply sent again', async () => {
    inject({ operation: 'UploadPart', call: [1, 3], fault: { kind: 'drop-response' } });
    const data = content(17 * mebibyte);
    await store.upload(key, pieces(data), { partSizeBytes });
    expect((await buffer((await store.get(key)).body)).equals(data)).toBe(true);
  });
});

describe('an upload that S3 refuses', () => {
  it.each([
    ['CreateMultipartUpload', 'AccessDenied', 403, 'access-denied'],
    ['UploadPart', 'AccessDenied', 403, 'access-denied'],
    ['CompleteMultipartUpload', 'InternalError', 500, 'upload-failed'],
    ['CompleteMultipartUpload', 'InvalidPart', 400, 'upload-failed'],
    ['CreateMultipartUpload', 'SlowDown', 503, 'throttled'],
    ['UploadPart', 'ExpiredToken', 400, 'credentials-expired'],
  ])('at %s with %s (%i) fails with %s and lets go of the body', async (operation, awsCode, status, code) => {
    inject({ operation, fault: { kind: 'error', code: awsCode, status } });
    const body = pieces(content(12 * mebibyte));
    await expect(store.upload(key, body, { partSizeBytes })).rejects.toMatchObject({ code, details: { awsCode } });
    expect(body.destroyed).toBe(true);
    here.region().faults.clear();
    await nothingIsLeft();
  });

  it('tells what it could not remove', async () => {
    inject({ operation: 'UploadPart', fault: { kind: 'error', code: 'AccessDenied', status: 403 } });
    inject({ operation: 'AbortMultipartUpload', fault: { kind: 'error', code: 'AccessDenied', status: 403 } });
    const error = await store
      .upload(key, pieces(content(12 * mebibyte)), { partSizeBytes })
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'upload-failed', details: { unfinishedUpload: expect.any(String) } });
    here.region().faults.clear();
    const [left] = await all(store.listUnfinishedUploads({ prefix: 'upload/' }));
    expect(left).toMatchObject({ key });
    if (left !== undefined) await store.abortUpload(left);
    await nothingIsLeft();
    if (left !== undefined) await store.abortUpload(left);
  });

  it('stops when the caller’s progress does', async () => {
    const failure = new Error('the caller has had enough');
    const upload = store.upload(key, pieces(content(12 * mebibyte)), {
      partSizeBytes,
      onBytes: () => {
        throw failure;
      },
    });
    await expect(upload).rejects.toBe(failure);
    await nothingIsLeft();
  });
});
