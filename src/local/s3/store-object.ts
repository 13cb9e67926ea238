import type { Readable } from 'node:stream';
import { BackupError } from '../../core/errors.js';
import type { S3Service } from './s3-service.js';

/** Puts an object as another service of the region does: without a request of a client, so that no fault strikes it. */
export async function storeObject(
  s3: S3Service,
  object: {
    readonly bucket: string;
    readonly key: string;
    readonly file: { readonly body: Readable; readonly sizeBytes: number };
  },
): Promise<void> {
  const call = await s3.parse({
    method: 'PUT',
    path: `/${object.bucket}/${encodeURIComponent(object.key)}`,
    query: new URLSearchParams(),
    headers: { 'content-length': String(object.file.sizeBytes) },
    body: object.file.body,
    signal: new AbortController().signal,
  });
  const { status, body } = await call.run();
  if (status === 200) return;
  throw new BackupError({
    code: 'service-error',
    message: `S3 refused ${object.key} with ${status}: ${typeof body === 'string' ? body : ''}`,
    hint: 'Look whether the bucket is still there.',
  });
}
