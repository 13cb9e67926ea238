import { listUnfinishedUploads } from './s3-listings.js';
import { abortUpload } from './s3-remove.js';
import type { S3Store } from './s3-store.js';
import type { UploadSession } from './upload-session.js';

/** How long clearing up may take; it goes on after an abort, so it needs an end of its own. In milliseconds. */
export const clearingUpTimeout = 30_000;

/**
 * Removes whatever an upload left unfinished at its key, its own and those of lost answers. Two writers of one key do not
 * happen on purpose: keys carry the second and a suffix, so what else is unfinished there is ours.
 */
export async function removeUpload(store: S3Store, key: string, session: UploadSession): Promise<void> {
  const call = { signal: AbortSignal.timeout(clearingUpTimeout) };
  const uploadId = session.uploadId();
  if (uploadId !== undefined) await abortUpload(store, { key, uploadId }, call);
  if (!session.mayHaveStrays()) return;
  for await (const upload of listUnfinishedUploads(store, { prefix: key }, call)) {
    if (upload.key === key) await abortUpload(store, upload, call);
  }
}
