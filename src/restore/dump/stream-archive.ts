import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BackupError, isBackupError } from '../../core/errors.js';
import type { ObjectStorePort } from '../../ports/object-store.js';
import type { PortCall } from '../../ports/port-call.js';
import type { DatabaseTarget, PostgresToolsPort } from '../../ports/postgres.js';
import type { RestoreArchiveStep } from '../plan/restore-step.js';
import { type HashStream, hashStream } from './hash-stream.js';

type Found = ReturnType<HashStream['total']>;

/** An archive as the plan knows it. */
export type RestoredArchive = RestoreArchiveStep['archives'][number];

/** After a failed restore an archive up to this size is read once more, to tell whether it is the archive that is broken. */
const rereadAtMostBytes = 1_073_741_824;

/**
 * Streams an archive from the store into pg_restore and hashes every byte on the way: pg_restore itself does not notice a
 * flipped bit in uncompressed data (facts H9). What it no longer wants is read all the same, to be hashed.
 *
 * Errors: `dump-corrupt`, `restore-failed`, and those of the store and of the database.
 */
export async function streamArchive(
  store: ObjectStorePort,
  tools: PostgresToolsPort,
  restore: {
    readonly archive: RestoredArchive;
    readonly target: DatabaseTarget;
    /** Default: all that the archive holds. */
    readonly entries?: readonly number[] | undefined;
    readonly onBytes: (bytes: number) => void;
  },
  call: PortCall,
): Promise<void> {
  const { archive, target, entries } = restore;
  const { body } = await store.get(archive.key, undefined, call);
  const meter = hashStream(restore.onBytes);
  const flow = pipeline(body, meter.stream, { signal: call.signal }).catch((error: unknown) => error);
  const feed = new PassThrough();
  meter.stream.pipe(feed);
  meter.stream.once('error', (error) => feed.destroy(error));
  // pg_restore ends with the last entry it wants.
  feed.once('close', () => meter.stream.unpipe(feed).resume());
  try {
    await tools.restore(target, { source: { kind: 'stream', stream: feed }, jobs: 1, entries }, call);
  } catch (error) {
    meter.stream.destroy();
    const broken = await flow;
    call.signal?.throwIfAborted();
    // A body that broke off is the cause, pg_restore's complaint about it the consequence.
    const cause = isBackupError(broken) ? broken : error;
    const passing = isBackupError(cause) && cause.retryable;
    if (!passing && archive.sizeBytes <= rereadAtMostBytes) await requireIntact(store, archive, call, cause);
    throw cause;
  }
  const broken = await flow;
  call.signal?.throwIfAborted();
  const found = meter.total();
  // When all has passed, how the stream was closed does not matter.
  if (found.sizeBytes >= archive.sizeBytes) requireSame(archive, found);
  else await requireIntact(store, archive, call, broken);
}

/** Reads an archive once more: if it is not what its manifest says, that is why pg_restore failed, or stopped early. */
async function requireIntact(
  store: ObjectStorePort,
  archive: RestoredArchive,
  call: PortCall,
  cause?: unknown,
): Promise<void> {
  // By range, which the store's own checksum does not cover: that one would keep the last bytes back.
  const range = { from: 0, to: Math.max(0, archive.sizeBytes - 1) };
  const { body } = await store.get(archive.key, { range }, call);
  const meter = hashStream(() => undefined);
  meter.stream.resume();
  await pipeline(body, meter.stream, { signal: call.signal });
  requireSame(archive, meter.total(), cause);
}

/** Compares what has passed with what the manifest says. Errors: `dump-corrupt`. */
export function requireSame(archive: RestoredArchive, found: Found, cause?: unknown): void {
  if (found.sizeBytes !== archive.sizeBytes || found.sha256 !== archive.sha256) throw corrupt(archive, found, cause);
}

function corrupt(archive: RestoredArchive, found: Found, cause?: unknown): BackupError {
  return new BackupError({
    code: 'dump-corrupt',
    message: `the archive ${archive.key} is not what was dumped: ${
      found.sizeBytes === archive.sizeBytes
        ? 'its SHA-256 differs'
        : `it has ${found.sizeBytes} bytes of ${archive.sizeBytes}`
    }`,
    hint: 'Restore another dump; the database made for this one has been dropped again.',
    details: { key: archive.key, expected: { sizeBytes: archive.sizeBytes, sha256: archive.sha256 }, found },
    cause,
  });
}
