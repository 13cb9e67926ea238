import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { invalidInput } from '../core/errors.js';
import type { ObjectStorePort, UploadedObject } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';
import { removeUpload } from './remove-upload.js';
import type { S3Store } from './s3-store.js';
import { writeInput } from './s3-write-input.js';
import { settleFailedUpload } from './settle-failed-upload.js';
import { streamClosed } from './stream-closed.js';
import { uploadSession } from './upload-session.js';

/** The smallest part that S3 takes, apart from the last (facts G1). */
const smallestPart = 5 * 1024 * 1024;

/** Parts on their way at once: memory is about this times the size of a part (facts G2). */
const partsAtOnce = 4;

type UploadOptions = Parameters<ObjectStorePort['upload']>[2];

/**
 * Streams a body of unknown length to S3. `@aws-sdk/lib-storage` cuts it into parts; what makes it all or nothing is ours:
 * every request can be stopped, an unfinished upload is removed before the call settles (facts G4), and a lost answer to
 * the last request is looked into (facts G6).
 */
export async function uploadObject(
  store: S3Store,
  key: string,
  body: Readable,
  options: UploadOptions,
  call: PortCall | undefined,
): Promise<UploadedObject> {
  // An error that comes before or after anyone reads the body is kept by the stream; without a listener it would end the process.
  body.on('error', () => undefined);
  const stop = new AbortController();
  const signal = call?.signal;
  const onAbort = (): void => {
    body.destroy(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    stop.abort(signal?.reason);
  };
  try {
    checkPartSize(options.partSizeBytes);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', onAbort, { once: true });
    return await transfer(store, key, body, options, call, stop.signal);
  } catch (error) {
    // What feeds the body ends with it, before anyone is told that the upload is over.
    body.destroy();
    await streamClosed(body);
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

async function transfer(
  store: S3Store,
  key: string,
  body: Readable,
  options: UploadOptions,
  call: PortCall | undefined,
  stop: AbortSignal,
): Promise<UploadedObject> {
  const { client } = await store.connect();
  const { Upload } = await import('@aws-sdk/lib-storage');
  call?.signal?.throwIfAborted();
  const writeId = randomUUID();
  const session = uploadSession(client, stop, options.onBytes);
  const upload = new Upload({
    client: session.client,
    partSize: options.partSizeBytes,
    queueSize: partsAtOnce,
    // Its own abort leaves the expected owner out and is not awaited where it matters (facts G4, G8).
    leavePartsOnError: true,
    params: {
      ...store.keys.base,
      Key: store.keys.full(key),
      Body: body,
      ChecksumAlgorithm: 'CRC32',
      ChecksumType: 'FULL_OBJECT',
      ...writeInput(options, writeId),
    },
  });
  try {
    const { ETag = '', ChecksumCRC32 } = await upload.done();
    if (session.mayHaveStrays()) await removeUpload(store, key, session);
    return { etag: ETag, sizeBytes: session.bytes(), crc32: ChecksumCRC32 };
  } catch (error) {
    return await settleFailedUpload({ store, key, body, onlyIf: options.onlyIf, call, session, writeId, error });
  }
}

function checkPartSize(partSizeBytes: number): void {
  if (!Number.isSafeInteger(partSizeBytes) || partSizeBytes < smallestPart) {
    throw invalidInput('partSizeBytes', `is too small: ${partSizeBytes}`, `Use at least ${smallestPart} bytes.`);
  }
}
