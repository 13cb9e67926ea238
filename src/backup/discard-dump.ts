import { clearingUpSignal } from '../core/clock.js';
import { BackupError } from '../core/errors.js';
import type { ObjectStorePort } from '../ports/object-store.js';
import { operationMetadata } from './upload-archive.js';

/** How long clearing up may take, in milliseconds: it goes on after an abort, so it needs an end of its own. */
const clearingUpTimeout = 30_000;

/**
 * Removes what a failed dump has stored, the manifest first so that there never is one without its archive. Only objects that
 * carry the operation's id, and only as they were when looked at: nobody else's dump is ever touched.
 *
 * It also runs when the call was stopped, which is then what the caller is told even where this fails: the sweep finds what
 * is left. Errors: otherwise `upload-failed` with the failure as its cause.
 */
export async function discardDump(
  store: ObjectStorePort,
  dump: { readonly keys: readonly string[]; readonly operationId: string },
  failure: unknown,
  stop: AbortSignal | undefined,
): Promise<void> {
  const call = { signal: clearingUpSignal(clearingUpTimeout) };
  try {
    for (const key of dump.keys) {
      const seen = await store.head(key, call);
      if (seen?.metadata[operationMetadata] === dump.operationId) await store.delete({ key, etag: seen.etag }, call);
    }
  } catch (error) {
    stop?.throwIfAborted();
    const text = failure instanceof Error ? failure.message : String(failure);
    throw new BackupError({
      code: 'upload-failed',
      message: `the dump failed (${text}), and what it had stored could not be removed`,
      hint: 'An archive without a manifest is no dump and is never restored; sweep() removes it.',
      details: { keys: dump.keys, cleanup: error instanceof Error ? error.message : String(error) },
      cause: failure,
    });
  }
}
