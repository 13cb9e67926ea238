import type { CallOptions } from '../core/call-options.js';
import { type Duration, parseDuration } from '../core/duration.js';
import type { ObjectDescription } from '../ports/object-store.js';
import { archiveStore } from '../system/archive-store.js';
import type { System } from '../system/define-system.js';
import { manifestKeyOf } from './dump-manifest.js';
import { operationMetadata } from './upload-archive.js';

/** What a sweep removed. */
export interface DumpSweep {
  /** Uploads that were begun and never completed. */
  readonly abortedUploads: readonly string[];
  /** Archives that never got their manifest. */
  readonly deletedArchives: readonly string[];
}

/**
 * Removes what killed dumps have left, which costs money and is no backup (facts G19): uploads that were never completed, and
 * archives without a manifest, both of our making, below our prefix, and older than any running dump.
 */
export async function sweepUnfinishedDumps(
  system: System,
  request: { readonly olderThan?: Duration | undefined } = {},
  options: CallOptions = {},
): Promise<DumpSweep> {
  const { olderThan = '24h' } = request;
  const before = system.clock.now().getTime() - parseDuration(olderThan, 'olderThan');
  const { store } = archiveStore(system);
  const call = { signal: options.signal };
  call.signal?.throwIfAborted();
  const abortedUploads: string[] = [];
  const deletedArchives: string[] = [];
  for await (const { key, uploadId, startedAt } of store.listUnfinishedUploads({ prefix: 'manual/' }, call)) {
    if (!isDumpKey(key) || startedAt.getTime() > before) continue;
    await store.abortUpload({ key, uploadId }, call);
    abortedUploads.push(key);
  }
  const discard = async (archive: ObjectDescription): Promise<void> => {
    // Looked at once more, by its own key: between the listing and now its manifest may have been written.
    const seen = await store.head(archive.key, call);
    if (seen?.metadata[operationMetadata] === undefined || seen.lastModified.getTime() > before) return;
    if ((await store.head(manifestKeyOf(archive.key), call)) !== undefined) return;
    await store.delete({ key: archive.key, etag: seen.etag }, call);
    deletedArchives.push(archive.key);
  };
  // In the order of keys a dump's archives and its manifest are neighbours.
  let dump: { manifest: string; exists: boolean; archives: ObjectDescription[] } | undefined;
  const settle = async (): Promise<void> => {
    if (dump !== undefined && !dump.exists) for (const archive of dump.archives) await discard(archive);
  };
  for await (const object of store.list({ prefix: 'manual/' }, call)) {
    const manifest = manifestKeyOf(object.key);
    if (manifest !== dump?.manifest) {
      await settle();
      dump = { manifest, exists: false, archives: [] };
    }
    if (object.key === manifest) dump.exists = true;
    else if (isDumpKey(object.key) && object.lastModified.getTime() <= before) dump.archives.push(object);
  }
  await settle();
  return { abortedUploads, deletedArchives };
}

/** A key as dumps get it; others may keep things in the bucket too. */
function isDumpKey(key: string): boolean {
  return /^manual\/\d{4}\/\d{2}\/\d{2}\/[^/]+-backup-\d{8}-\d{6}(?:-[a-z0-9]+)?(?:\.(?:schema|data-\d+))?\.dump$/.test(
    key,
  );
}
