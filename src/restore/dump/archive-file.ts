import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeTemporaryDirectory } from '../../core/temporary-directory.js';
import type { ObjectStorePort } from '../../ports/object-store.js';
import type { PortCall } from '../../ports/port-call.js';
import { hashStream } from './hash-stream.js';
import { type RestoredArchive, requireSame } from './stream-archive.js';

/**
 * Runs `work` with an archive as a file, in a directory that only this user may read and that is gone afterwards. Nothing is done
 * with it before it is proven by its SHA-256.
 *
 * Errors: `dump-corrupt`, and those of the store.
 */
export async function withArchiveFile<Result>(
  store: ObjectStorePort,
  archive: RestoredArchive,
  call: PortCall,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  const directory = await makeTemporaryDirectory('archive');
  try {
    const path = join(directory.path, 'schema.dump');
    // By range, which the store's own checksum does not cover: what is damaged is told by ours.
    const range = { from: 0, to: Math.max(0, archive.sizeBytes - 1) };
    const { body } = await store.get(archive.key, { range }, call);
    const meter = hashStream(() => undefined);
    await pipeline(body, meter.stream, createWriteStream(path, { mode: 0o600 }), { signal: call.signal });
    requireSame(archive, meter.total());
    return await work(path);
  } finally {
    await directory.remove();
  }
}
