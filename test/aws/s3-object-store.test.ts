import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStorePort } from '../../src/ports/object-store.js';
import { all, bucket, useRegion } from './region.js';

const here = useRegion();
let store: ObjectStorePort;
beforeEach(() => {
  store = here.store();
});

const operations = () =>
  here
    .region()
    .calls.list()
    .map((call) => call.operation);
const partSizeBytes = 5 * 1024 * 1024;

describe('putting', () => {
  it('stores the body below the prefix with its metadata, and nothing of our own shows', async () => {
    const { etag } = await store.put('put/one.json', '{}', {
      contentType: 'application/json',
      storageClass: 'STANDARD_IA',
      metadata: { 'created-by': 'test' },
    });
    expect(await store.head('put/one.json')).toMatchObject({
      key: 'put/one.json',
      etag,
      sizeBytes: 2,
      storageClass: 'STANDARD_IA',
      metadata: { 'created-by': 'test' },
    });
    const call = here.region().calls.list('PutObject')[0];
    expect(call?.input).toMatchObject({ Bucket: bucket, Key: 'backups/put/one.json', ServerSideEncryption: 'AES256' });
    expect((await store.head('put/one.json'))?.metadata).toEqual({ 'created-by': 'test' });
  });

  it('encrypts with a key of one’s own', async () => {
    await store.put('put/kms', 'x', { encryption: { kmsKey: 'arn:aws:kms:us-east-1:123456789012:key/k' } });
    expect(here.region().calls.list('PutObject')[0]?.input).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: 'arn:aws:kms:us-east-1:123456789012:key/k',
      BucketKeyEnabled: true,
    });
  });

  it('does not overwrite where the key must be absent', async () => {
    await store.put('put/once', 'first', { onlyIf: { absent: true } });
    const second = store.put('put/once', 'second', { onlyIf: { absent: true } });
    await expect(second).rejects.toMatchObject({ code: 'object-exists', retryable: false });
    expect(await text((await store.get('put/once')).body)).toBe('first');
  });

  it('overwrites only the version that was named', async () => {
    const first = await store.put('put/versioned', 'first');
    const second = await store.put('put/versioned', 'second', { onlyIf: { etag: first.etag } });
    const stale = store.put('put/versioned', 'third', { onlyIf: { etag: first.etag } });
    await expect(stale).rejects.toMatchObject({ code: 'object-changed' });
    expect((await store.head('put/versioned'))?.etag).toBe(second.etag);
    const gone = store.put('put/never-there', 'x', { onlyIf: { etag: first.etag } });
    await expect(gone).rejects.toMatchObject({ code: 'object-changed' });
  });

  it('knows its own object again when only the answer was lost', async () => {
    here.region().faults.inject({ operation: 'PutObject', call: 1, fault: { kind: 'drop-response' } });
    const { etag } = await store.put('put/lost', 'body', { onlyIf: { absent: true } });
    expect(operations()).toEqual(['PutObject', 'PutObject', 'HeadObject']);
    expect((await store.head('put/lost'))?.etag).toBe(etag);
  });
});

describe('getting', () => {
  it('gives the body and what is known of it', async () => {
    await store.put('get/whole', 'hello world');
    const { body, description } = await store.get('get/whole');
    expect(await text(body)).toBe('hello world');
    expect(description).toMatchObject({ key: 'get/whole', sizeBytes: 11, storageClass: 'STANDARD' });
    expect(Math.abs(description.lastModified.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('gives a range with both its ends, and the size of the whole', async () => {
    await store.put('get/range', 'hello world');
    const { body, description } = await store.get('get/range', { range: { from: 6, to: 8 } });
    expect(await text(body)).toBe('wor');
    expect(description.sizeBytes).toBe(11);
  });

  it('tells a missing object from a missing bucket', async () => {
    await expect(store.get('get/missing')).rejects.toMatchObject({ code: 'object-not-found' });
    expect(await store.head('get/missing')).toBeUndefined();
    const nowhere = here.store({ bucket: 'no-such-bucket' });
    await expect(nowhere.get('any')).rejects.toMatchObject({ code: 'bucket-not-found' });
    await expect(nowhere.put('any', '')).rejects.toMatchObject({ code: 'bucket-not-found' });
    await expect(all(nowhere.list({ prefix: '' }))).rejects.toMatchObject({ code: 'bucket-not-found' });
  });

  it('stops reading with the reason of the signal', async () => {
    await store.upload('get/large', Readable.from(chunks(12)), { partSizeBytes });
    const abort = new AbortController();
    const { body } = await store.get('get/large', undefined, { signal: abort.signal });
    const read = (async () => {
      for await (const _ of body) abort.abort(new Error('read enough'));
    })();
    await expect(read).rejects.toThrow('read enough');
    expect(body.destroyed).toBe(true);
  });

  it('can be destroyed before the end', async () => {
    await store.upload('get/large', Readable.from(chunks(12)), { partSizeBytes });
    const { body } = await store.get('get/large');
    body.once('data', () => body.destroy());
    await new Promise((resolve) => body.once('close', resolve));
  });

  it('goes on where the connection ended in the middle, as often as it takes, whole or by range', async () => {
    const bytes = Buffer.concat([...chunks(12)]);
    await store.upload('get/broken', Readable.from(chunks(12)), { partSizeBytes });
    const faults = here
      .region()
      .faults.inject({ operation: 'GetObject', call: [1, 2, 4], fault: { kind: 'half-answer' } });
    expect((await buffer((await store.get('get/broken')).body)).equals(bytes)).toBe(true);
    const range = { from: 1_000, to: 8_000_000 };
    const part = await buffer((await store.get('get/broken', { range })).body);
    expect(part.equals(bytes.subarray(range.from, range.to + 1))).toBe(true);
    expect(faults.hits).toBe(3);
  });

  it('gives up a body of which nothing comes any more, having asked for the rest of this very object', async () => {
    const { etag } = await store.put('get/silent', 'x'.repeat(1_000));
    const { faults, calls } = here.region();
    faults.inject({ operation: 'GetObject', call: 1, fault: { kind: 'half-answer' } });
    faults.inject({ operation: 'GetObject', fault: { kind: 'drop-request' } });
    const { body } = await store.get('get/silent');
    await expect(buffer(body)).rejects.toMatchObject({ code: 'service-unreachable', retryable: true });
    expect(calls.list('GetObject').at(-1)?.input).toMatchObject({ Range: 'bytes=500-', IfMatch: etag });
  });

  it('fails with a checksum that does not fit', async () => {
    await store.put('get/damaged', 'a body that will be damaged');
    const [file] = here.region().s3.objectFiles(bucket, 'backups/get/damaged');
    const { writeFile } = await import('node:fs/promises');
    await writeFile(file ?? '', 'a body that was all damaged');
    const { body } = await store.get('get/damaged');
    await expect(buffer(body)).rejects.toMatchObject({ code: 'dump-corrupt' });
  });
});

describe('listing', () => {
  it('gives every object below a prefix in the order of keys, after the one that was named', async () => {
    for (const name of ['list/b', 'list/a/1', 'list/c', 'list/a/2']) await store.put(name, 'x');
    const listed = await all(store.list({ prefix: 'list/' }));
    expect(listed.map((object) => object.key)).toEqual(['list/a/1', 'list/a/2', 'list/b', 'list/c']);
    expect(listed[0]).toMatchObject({ sizeBytes: 1, storageClass: 'STANDARD' });
    const after = await all(store.list({ prefix: 'list/', startAfter: 'list/a/2' }));
    expect(after.map((object) => object.key)).toEqual(['list/b', 'list/c']);
    expect(await all(store.list({ prefix: 'list/none' }))).toEqual([]);
  });

  it('sees only what is below the store’s own prefix', async () => {
    await here.store({ prefix: 'other' }).put('a', 'x');
    expect(await all(store.list({ prefix: '' }))).not.toContainEqual(expect.objectContaining({ key: 'other/a' }));
    const whole = here.store({ prefix: '' });
    expect(whole.location).toBe(`s3://${bucket}`);
    expect(store.location).toBe(`s3://${bucket}/backups`);
    expect(await all(whole.list({ prefix: 'other/' }))).toMatchObject([{ key: 'other/a' }]);
  });
});

describe('deleting', () => {
  it('deletes, and a missing object is deleted already', async () => {
    const { etag } = await store.put('delete/one', 'x');
    await store.delete({ key: 'delete/one', etag });
    await store.delete({ key: 'delete/one', etag });
    await store.delete({ key: 'delete/one' });
    expect(await store.head('delete/one')).toBeUndefined();
  });

  it('leaves what was overwritten since', async () => {
    const { etag } = await store.put('delete/changed', 'old');
    await store.put('delete/changed', 'new');
    await expect(store.delete({ key: 'delete/changed', etag })).rejects.toMatchObject({ code: 'object-changed' });
    expect(await text((await store.get('delete/changed')).body)).toBe('new');
  });
});

describe('deleting what was listed', () => {
  const stored = async (...names: readonly string[]): Promise<{ readonly key: string; readonly etag: string }[]> =>
    Promise.all(names.map(async (key) => ({ key, etag: (await store.put(key, key)).etag })));

  it('deletes each as the version that was listed, and tells what became of each in their order', async () => {
    const listed = await stored('many/a', 'many/b', 'many/c');
    await store.put('many/b', 'written over');
    await store.delete({ key: 'many/c' });
    expect(await store.deleteListed(listed)).toEqual([
      { key: 'many/a', outcome: 'deleted', keptAsVersion: false },
      { key: 'many/b', outcome: 'changed' },
      { key: 'many/c', outcome: 'deleted', keptAsVersion: false },
    ]);
    expect((await all(store.list({ prefix: 'many/' }))).map(({ key }) => key)).toEqual(['many/b']);
  });

  it('takes what is gone for deleted where only the answer was lost', async () => {
    const listed = await stored('lost/a', 'lost/b');
    here.region().faults.inject({ operation: 'DeleteObjects', call: 1, fault: { kind: 'drop-response' } });
    expect((await store.deleteListed(listed)).map(({ outcome }) => outcome)).toEqual(['deleted', 'deleted']);
  });

  it('names what S3 refuses, of one object or of all', async () => {
    const [first] = await stored('refused/a');
    const missing = here.store({ bucket: 'not-there' });
    if (first === undefined) throw new Error('it was stored');
    await expect(missing.deleteListed([first])).rejects.toMatchObject({ code: 'bucket-not-found' });
    await expect(store.deleteListed([])).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('stops with the reason of the signal', async () => {
    const listed = await stored('stopped/a');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(store.deleteListed(listed, { signal })).rejects.toThrow('enough');
  });
});

describe('the owner of the bucket', () => {
  it('is sent with every request, and another’s bucket is refused', async () => {
    const own = here.store({ expectedOwner: here.region().accountId });
    await own.upload('owner/large', Readable.from(chunks(12)), { partSizeBytes });
    await own.put('owner/small', 'x');
    await own.head('owner/small');
    await buffer((await own.get('owner/small')).body);
    await all(own.list({ prefix: 'owner/' }));
    await all(own.listUnfinishedUploads({ prefix: '' }));
    await own.delete({ key: 'owner/small' });
    await expect(own.upload('owner/torn', brokenAfter(6), { partSizeBytes })).rejects.toThrow('broken');
    const calls = here.region().calls.list();
    expect(new Set(calls.map((call) => call.operation))).toContain('AbortMultipartUpload');
    for (const call of calls) expect(call.input).toMatchObject({ ExpectedBucketOwner: here.region().accountId });
    const foreign = here.store({ expectedOwner: '999999999999' });
    await expect(foreign.put('owner/x', 'x')).rejects.toMatchObject({ code: 'access-denied' });
  });
});

it('refuses a key that S3 would not take', async () => {
  await expect(store.put('x'.repeat(1_020), 'x')).rejects.toMatchObject({ code: 'invalid-input', field: 'key' });
});

function* chunks(mebibytes: number): Generator<Buffer> {
  for (let index = 0; index < mebibytes; index += 1) yield Buffer.alloc(1024 * 1024, index);
}

function brokenAfter(mebibytes: number): Readable {
  return Readable.from(
    (function* () {
      yield* chunks(mebibytes);
      throw new Error('broken');
    })(),
  );
}
