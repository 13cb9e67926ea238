import type { S3Client } from '@aws-sdk/client-s3';
import { BackupError } from '../core/errors.js';
import { responseOf } from './aws-error-code.js';
import { requestTimeouts } from './client-settings.js';

/** What one upload has sent so far. */
export interface UploadSession {
  /** The client for lib-storage: every request through it stops with the upload, and is taken down here. */
  readonly client: S3Client;
  readonly bytes: () => number;
  readonly uploadId: () => string | undefined;
  /** Whether S3 may hold an upload of ours whose id we never learned, because an answer was lost. */
  readonly mayHaveStrays: () => boolean;
  /** Whether the request that makes the object was sent, so that the object may be there although it failed. */
  readonly mayBeComplete: () => boolean;
  /** What `onBytes` threw. */
  readonly callersError: () => { readonly error: unknown } | undefined;
}

/** Members by which the four requests that lib-storage makes are told apart; by class they cannot be where two SDK copies meet. */
interface UploadInput {
  readonly Body?: unknown;
  readonly PartNumber?: number | undefined;
  readonly MultipartUpload?: unknown;
  MpuObjectSize?: number | undefined;
}

/** The highest part number that S3 takes; lib-storage's own guard is off by one (facts G2). */
const mostParts = 10_000;

/**
 * Stands between lib-storage and the client. lib-storage does not cancel requests on their way, does not tell the id of its
 * upload, and cannot send the size of the object with the last request: all of it happens here.
 */
export function uploadSession(
  client: S3Client,
  stop: AbortSignal,
  onBytes: ((uploaded: number) => void) | undefined,
): UploadSession {
  let bytes = 0;
  let uploadId: string | undefined;
  let strays = false;
  let complete = false;
  let callersError: { readonly error: unknown } | undefined;

  const send = async (command: Parameters<S3Client['send']>[0]): Promise<unknown> => {
    const input = command.input as UploadInput;
    if (input.PartNumber !== undefined || (input.Body !== undefined && input.MultipartUpload === undefined)) {
      return await sendBytes(command, input);
    }
    if (input.MultipartUpload === undefined) return await create(command);
    complete = true;
    // S3 then refuses to put together anything but as many bytes as were read (facts G9).
    input.MpuObjectSize = bytes;
    return await client.send(command, { abortSignal: stop, requestTimeout: requestTimeouts.completeUpload });
  };

  const sendBytes = async (command: Parameters<S3Client['send']>[0], input: UploadInput): Promise<unknown> => {
    if ((input.PartNumber ?? 0) > mostParts) throw tooManyParts();
    complete ||= input.PartNumber === undefined;
    const options = { abortSignal: stop, requestTimeout: requestTimeouts.uploadPart };
    const answer = await client.send(command, options);
    bytes += input.Body instanceof Uint8Array ? input.Body.byteLength : Buffer.byteLength(String(input.Body));
    try {
      onBytes?.(bytes);
    } catch (error) {
      callersError = { error };
      throw error;
    }
    return answer;
  };

  const create = async (command: Parameters<S3Client['send']>[0]): Promise<unknown> => {
    strays = true;
    const answer = await client.send(command, { abortSignal: stop });
    // Only an answer to the first attempt shows that there is no other upload of ours (facts 0.3).
    strays = responseOf(answer).attempts > 1;
    if ('UploadId' in answer && typeof answer.UploadId === 'string') uploadId = answer.UploadId;
    return answer;
  };

  return {
    client: Object.create(client, { send: { value: send } }),
    bytes: () => bytes,
    uploadId: () => uploadId,
    mayHaveStrays: () => strays,
    mayBeComplete: () => complete,
    callersError: () => callersError,
  };
}

function tooManyParts(): BackupError {
  return new BackupError({
    code: 'upload-failed',
    message: `the body needs more than ${mostParts} parts of the given size`,
    hint: 'Give a larger partSizeBytes: at least a nine-thousandth of the size expected.',
  });
}
