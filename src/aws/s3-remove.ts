import { inParallel } from '../core/in-parallel.js';
import type { ObjectDescription, ObjectRemoval } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';
import { awsErrorCode } from './aws-error-code.js';
import { callAws } from './call-aws.js';
import { isNotFound } from './s3-own-object.js';
import { headObject } from './s3-read.js';
import { type S3Store, s3Request } from './s3-store.js';
import { sendOptions } from './send-options.js';
import { translateAwsError } from './translate-aws-error.js';
import { isConditionRefused, writeConflict } from './write-conflict.js';

/** Looks at objects that were not deleted, so many at a time. */
const headsAtOnce = 8;

/** Deletes an object; with an ETag only that version, so that what was overwritten since it was listed survives (facts G15). */
export function deleteObject(
  store: S3Store,
  { key, etag }: { readonly key: string; readonly etag?: string | undefined },
  call: PortCall | undefined,
): Promise<void> {
  const request = s3Request(store, 'DeleteObject', key);
  return callAws(request, call, async () => {
    const { sdk, client } = await store.connect();
    const input = { ...store.keys.base, Key: store.keys.full(key), ...(etag === undefined ? {} : { IfMatch: etag }) };
    try {
      await client.send(new sdk.DeleteObjectCommand(input), sendOptions(call));
    } catch (error) {
      if (isNotFound(error)) return;
      if (etag === undefined || !isConditionRefused(error)) throw error;
      // A condition on what is not there is refused just as one that does not hold.
      if ((await headObject(store, key, call)) !== undefined) throw writeConflict(error, request.subject, { etag });
    }
  });
}

/** Deletes objects with one request, each as the version that was listed, and reads what S3 says of each (facts G15). */
export function deleteListedObjects(
  store: S3Store,
  objects: readonly Pick<ObjectDescription, 'key' | 'etag'>[],
  call: PortCall | undefined,
): Promise<readonly ObjectRemoval[]> {
  const request = {
    service: 'S3',
    operation: 'DeleteObjects',
    subject: `${objects.length} objects in ${store.keys.location}`,
  };
  return callAws(request, call, async () => {
    const { sdk, client } = await store.connect();
    const Objects = objects.map(({ key, etag }) => ({ Key: store.keys.full(key), ETag: etag }));
    const command = new sdk.DeleteObjectsCommand({ ...store.keys.base, Delete: { Objects } });
    const { Deleted = [], Errors = [] } = await client.send(command, sendOptions(call));
    const deleted = new Map(Deleted.map((each) => [each.Key, each]));
    const refused = new Map(Errors.map((each) => [each.Key, each]));
    return inParallel(headsAtOnce, objects, call?.signal, async ({ key }, signal): Promise<ObjectRemoval> => {
      const gone = deleted.get(store.keys.full(key));
      if (gone !== undefined) return { key, outcome: 'deleted', keptAsVersion: gone.DeleteMarker === true };
      const { Code: name = 'InternalError', Message = 'S3 says nothing of it' } =
        refused.get(store.keys.full(key)) ?? {};
      const error = Object.assign(new Error(Message), { name });
      const condition = isConditionRefused(error);
      // A condition on what is not there is refused just as one that does not hold: so is a second attempt after a lost answer.
      const missing = isNotFound(error) || (condition && (await headObject(store, key, { signal })) === undefined);
      if (missing) return { key, outcome: 'deleted', keptAsVersion: false };
      if (condition) return { key, outcome: 'changed' };
      return { key, outcome: 'failed', error: translateAwsError(error, s3Request(store, 'DeleteObjects', key)) };
    });
  });
}

/** Ends an unfinished upload; one that is gone already is ended. */
export function abortUpload(
  store: S3Store,
  { key, uploadId }: { readonly key: string; readonly uploadId: string },
  call: PortCall | undefined,
): Promise<void> {
  return callAws(s3Request(store, 'AbortMultipartUpload', key), call, async () => {
    const { sdk, client } = await store.connect();
    const upload = { ...store.keys.base, Key: store.keys.full(key), UploadId: uploadId };
    // A part that was on its way may arrive after the abort and stay: again, until there is no such upload (facts G19).
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      try {
        await client.send(new sdk.AbortMultipartUploadCommand(upload), sendOptions(call));
        await client.send(new sdk.ListPartsCommand({ ...upload, MaxParts: 1 }), sendOptions(call));
      } catch (error) {
        if (awsErrorCode(error) === 'NoSuchUpload') return;
        throw error;
      }
    }
    throw new Error(`the upload still has parts after five aborts`);
  });
}
