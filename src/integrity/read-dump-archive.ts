import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { DumpArchive } from '../backup/dump-manifest.js';
import { type BackupError, isBackupError } from '../core/errors.js';
import type { ObjectStorePort } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';
import type { PostgresToolsPort } from '../ports/postgres.js';

/** What an archive turned out to be, read to its end once. */
export interface ArchiveReading {
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Why it could not be decoded: `dump-corrupt`, or `version-mismatch`. Absent where it could, or was not to be. */
  readonly undecodable?: BackupError | undefined;
}

/**
 * Streams an archive from the store once: every byte is hashed and, given `tools`, decoded as well. Nothing is kept.
 *
 * Errors: those of the store and of starting pg_restore; an archive that is damaged is no error.
 */
export async function readDumpArchive(
  store: ObjectStorePort,
  { key, sizeBytes: expected }: DumpArchive,
  tools: PostgresToolsPort | undefined,
  { signal, onBytes }: PortCall & { readonly onBytes: (bytes: number) => void },
): Promise<ArchiveReading> {
  if (expected === 0) return { sizeBytes: 0, sha256: createHash('sha256').digest('hex') };
  // By range, which the store's own checksum does not cover: ours is to be told, not an error of the client's.
  const { body } = await store.get(key, { range: { from: 0, to: expected - 1 } }, { signal });
  const copy = new PassThrough();
  copy.on('error', () => undefined);
  // Once nobody decodes any more, nobody reads the copy: it must not hold up the hash.
  const decoded: Promise<unknown> = Promise.resolve(tools?.decode(copy, { signal }))
    .catch((error: unknown) => error)
    .finally(() => copy.destroy());
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      onBytes(sizeBytes);
      // pg_restore may have seen enough; the hash has not.
      if (!copy.destroyed && !copy.write(chunk)) await roomIn(copy);
    }
    copy.end();
  } catch (error) {
    copy.destroy(error instanceof Error ? error : undefined);
    await decoded;
    throw error;
  } finally {
    body.destroy();
  }
  const problem = await decoded;
  signal?.throwIfAborted();
  const sha256 = hash.digest('hex');
  if (problem === undefined) return { sizeBytes, sha256 };
  if (isArchiveProblem(problem)) return { sizeBytes, sha256, undecodable: problem };
  throw problem;
}

/** Whether pg_restore complained of the archive, or of its version, and of nothing else. */
export function isArchiveProblem(error: unknown): error is BackupError {
  return isBackupError(error, 'dump-corrupt') || isBackupError(error, 'version-mismatch');
}

async function roomIn(copy: PassThrough): Promise<void> {
  const done = new AbortController();
  try {
    await Promise.race(['drain', 'close'].map((event) => once(copy, event, { signal: done.signal })));
  } finally {
    done.abort();
  }
}
