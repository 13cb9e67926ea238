import { randomUUID } from 'node:crypto';
import type { ObjectStorePort, PutOptions } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';
import { awsErrorCode } from './aws-error-code.js';
import { callAws } from './call-aws.js';
import { ownObject } from './s3-own-object.js';
import { type S3Store, s3Request } from './s3-store.js';
import { writeInput } from './s3-write-input.js';
import { sendOptions } from './send-options.js';
import { isConditionRefused, writeConflict } from './write-conflict.js';

/** Writes a small object in one request. */
export function putObject(
  store: S3Store,
  key: string,
  body: string | Uint8Array,
  options: PutOptions,
  call: PortCall | undefined,
): ReturnType<ObjectStorePort['put']> {
  const request = s3Request(store, 'PutObject', key);
  return callAws(request, call, async () => {
    const { sdk, client } = await store.connect();
    const writeId = randomUUID();
    const place = { ...store.keys.base, Key: store.keys.full(key) };
    // As bytes: of an empty string the SDK does not know the length.
    const Body = typeof body === 'string' ? Buffer.from(body) : body;
    const input = { ...place, Body, ChecksumAlgorithm: 'CRC32', ...writeInput(options, writeId) } as const;
    try {
      const { ETag = '' } = await client.send(new sdk.PutObjectCommand(input), sendOptions(call));
      return { etag: ETag };
    } catch (error) {
      const gone = options.onlyIf !== undefined && awsErrorCode(error) === 'NoSuchKey';
      if (!gone && !isConditionRefused(error)) throw error;
      // Where the response to a write was lost, the SDK's second attempt meets the object of the first (facts G6).
      const own = gone ? undefined : await ownObject(store, key, writeId, call);
      if (own === undefined) throw writeConflict(error, request.subject, options.onlyIf);
      return { etag: own.ETag ?? '' };
    }
  });
}
