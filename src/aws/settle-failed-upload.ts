import type { Readable } from 'node:stream';
import { BackupError, isBackupError } from '../core/errors.js';
import type { PutOptions, UploadedObject } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';
import { clearingUpTimeout, removeUpload } from './remove-upload.js';
import { ownObject } from './s3-own-object.js';
import { deleteObject } from './s3-remove.js';
import { type S3Store, s3Request } from './s3-store.js';
import { translateAwsError } from './translate-aws-error.js';
import type { UploadSession } from './upload-session.js';
import { isConditionRefused, writeConflict } from './write-conflict.js';

/** An upload that lib-storage rejected. */
export interface FailedUpload {
  readonly store: S3Store;
  readonly key: string;
  readonly body: Readable;
  readonly onlyIf: PutOptions['onlyIf'];
  readonly call: PortCall | undefined;
  readonly session: UploadSession;
  readonly writeId: string;
  readonly error: unknown;
}

/**
 * Finds out how a rejected upload really ended. Either the object is there after all, because only the answer was lost
 * (facts G6), and then it is the result; or nothing is left of it, and the error is the one that began it: the signal's
 * reason, the body's or the caller's own, or S3's.
 */
export async function settleFailedUpload(upload: FailedUpload): Promise<UploadedObject> {
  const { body, call, session } = upload;
  if (call?.signal?.aborted) {
    await undo(upload).catch(() => {
      // The caller is told why it was stopped; what could not be removed shows in listUnfinishedUploads.
    });
    throw call.signal.reason;
  }
  const theirs = body.errored === null ? session.callersError() : { error: body.errored };
  if (theirs !== undefined) {
    await undo(upload).catch((error: unknown) => {
      throw leftBehind(upload, theirs.error, error);
    });
    throw theirs.error;
  }
  const own = await ownIfComplete(upload);
  if (own !== undefined) return own;
  await removeUpload(upload.store, upload.key, session).catch((error: unknown) => {
    throw leftBehind(upload, upload.error, error);
  });
  // Now that there is no upload any more, none can complete late: a second look is final.
  const late = await ownIfComplete(upload);
  if (late !== undefined) return late;
  throw reasonOf(upload);
}

async function ownIfComplete({
  store,
  key,
  writeId,
  session,
  call,
}: FailedUpload): Promise<UploadedObject | undefined> {
  if (!session.mayBeComplete()) return undefined;
  const request = s3Request(store, 'HeadObject', key);
  const own = await ownObject(store, key, writeId, call).catch((error: unknown) => {
    throw translateAwsError(error, request);
  });
  if (own === undefined) return undefined;
  return { etag: own.ETag ?? '', sizeBytes: own.ContentLength ?? 0, crc32: own.ChecksumCRC32 };
}

/** Removes the unfinished upload, and the object itself should the last request have arrived after all. */
async function undo(upload: FailedUpload): Promise<void> {
  const { store, key, session } = upload;
  await removeUpload(store, key, session);
  const call = { signal: AbortSignal.timeout(clearingUpTimeout) };
  const own = await ownIfComplete({ ...upload, call });
  if (own !== undefined) await deleteObject(store, { key, etag: own.etag }, call);
}

function reasonOf({ store, key, error, onlyIf }: FailedUpload): BackupError {
  const request = s3Request(store, 'upload', key);
  if (onlyIf !== undefined && isConditionRefused(error)) return writeConflict(error, request.subject, onlyIf);
  const translated = translateAwsError(error, request);
  // What S3 finds invalid here is what lib-storage and we made of it, not the caller's input.
  if (translated.code !== 'service-error' && translated.code !== 'invalid-input') return translated;
  return new BackupError({
    code: 'upload-failed',
    message: translated.message,
    hint: translated.hint,
    retryable: translated.retryable,
    details: translated.details,
    cause: error,
  });
}

function leftBehind({ store, key, session }: FailedUpload, error: unknown, cleanup: unknown): BackupError {
  const object = `${store.keys.location}/${key}`;
  const why = isBackupError(cleanup) ? cleanup.message : String(cleanup);
  return new BackupError({
    code: 'upload-failed',
    message: `the upload of ${object} failed, and what it began could not be removed: ${why}`,
    hint: 'Find it with listUnfinishedUploads and end it with abortUpload; until then its parts are paid for.',
    details: { object, unfinishedUpload: session.uploadId() },
    cause: error,
  });
}
