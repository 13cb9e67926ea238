import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BackupError, isBackupError } from '../core/errors.js';
import type { ObjectStorePort, PutOptions } from '../ports/object-store.js';
import { meterArchive } from './archive-meter.js';
import type { DumpArchive } from './dump-manifest.js';

/** The metadata that tells whose an object is, when an answer got lost (facts G6). */
export const operationMetadata = 'zephyr-operation-id';

/** An archive to be stored. */
export interface ArchiveUpload {
  readonly key: string;
  readonly content: DumpArchive['content'];
  readonly tables?: readonly string[] | undefined;
  /** pg_dump's output. Destroyed, and waited for until it has closed, however this ends. */
  readonly archive: Readable;
  readonly operationId: string;
  readonly partSizeBytes: number;
  readonly encryption: PutOptions['encryption'];
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

/**
 * Streams an archive into the store, metering it on the way, and compares what the store then says with what went through.
 * Where both fail, the store's error is the cause and pg_dump's broken pipe its consequence (facts G5).
 *
 * Errors: `dump-failed`, `upload-failed`, `object-exists`, and those of the store.
 */
export async function uploadArchive(store: ObjectStorePort, upload: ArchiveUpload): Promise<DumpArchive> {
  const { key, archive, operationId, signal } = upload;
  const meter = meterArchive();
  const call = { signal };
  const storing = store
    .upload(
      key,
      meter.stream,
      {
        partSizeBytes: upload.partSizeBytes,
        contentType: 'application/octet-stream',
        storageClass: 'STANDARD_IA',
        encryption: upload.encryption,
        metadata: { [operationMetadata]: operationId },
        onlyIf: { absent: true },
        onBytes: (bytes) => {
          try {
            upload.onBytes(bytes);
          } catch (error) {
            // The caller's own error ends the dump; thrown into the uploader's inside it could get lost.
            meter.stream.destroy(error instanceof Error ? error : new Error(String(error)));
          }
        },
      },
      call,
    )
    .then(
      (uploaded) => {
        if (meter.total() === undefined) meter.stream.destroy(endedEarly(key));
        return uploaded;
      },
      (error: unknown) => {
        meter.stream.destroy(error instanceof Error ? error : undefined);
        throw error;
      },
    );
  const [stored, piped] = await Promise.allSettled([storing, pipeline(archive, meter.stream)]);
  await closed(archive);
  signal.throwIfAborted();
  const total = meter.total();
  if (total === undefined) throw failureOf(stored) ?? failureOf(piped);
  // The archive went through whole: only the answer can be missing, so what the store has decides.
  if (stored.status === 'rejected' && !answerMayBeLost(stored.reason)) throw stored.reason;
  const seen = await store.head(key, call);
  if (stored.status === 'rejected' && seen?.metadata[operationMetadata] !== operationId) throw stored.reason;
  const answered = stored.status === 'fulfilled' ? stored.value.crc32 : undefined;
  // A store that computed no checksum, or keeps it from those who only read, leaves it out.
  const differs = [answered, seen?.crc32].some((crc32) => crc32 !== undefined && crc32 !== total.crc32);
  if (seen?.sizeBytes !== total.sizeBytes || differs) {
    throw new BackupError({
      code: 'upload-failed',
      message: `${store.location}/${key} is not what was uploaded: ${seen?.sizeBytes ?? 'no'} of ${total.sizeBytes} bytes`,
      hint: 'Call again; if it happens again, find out what else writes to the archive.',
      retryable: true,
      details: { key, sentBytes: total.sizeBytes, storedBytes: seen?.sizeBytes },
    });
  }
  const { content, tables } = upload;
  return {
    key,
    ...total,
    content,
    ...(tables === undefined ? {} : { tables }),
  };
}

function answerMayBeLost(error: unknown): boolean {
  return isBackupError(error) && (error.retryable || error.code === 'object-exists' || error.code === 'upload-failed');
}

function failureOf(settled: PromiseSettledResult<unknown>): unknown {
  return settled.status === 'rejected' ? settled.reason : undefined;
}

function endedEarly(key: string): BackupError {
  return new BackupError({
    code: 'upload-failed',
    message: `the upload of ${key} ended before its archive`,
    hint: 'Call again; nothing was left behind.',
    retryable: true,
    details: { key },
  });
}

/** Until a stream has let go of what it holds: a pg_dump is then no longer running. */
function closed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve();
    else stream.once('close', resolve).destroy();
  });
}
