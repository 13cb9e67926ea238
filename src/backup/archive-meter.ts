import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { crc32 } from 'node:zlib';
import { BackupError } from '../core/errors.js';

/** What an archive is known by once all of it has passed. */
export interface ArchiveTotal {
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Base64 of its four bytes, as S3 writes it (facts G9). */
  readonly crc32: string;
}

/** An archive on its way: passes every byte on and knows, once it has ended, how many there were and their checksums. */
export interface ArchiveMeter {
  readonly stream: Transform;
  /** `undefined` until the archive has ended as a whole. */
  readonly total: () => ArchiveTotal | undefined;
}

/** What every archive in pg_dump's custom format starts with. */
const magic = 'PGDMP';

/**
 * Meters an archive. What does not start like one is refused with `dump-failed`, so that an empty or foreign output is never
 * stored as a backup (facts G3).
 */
export function meterArchive(): ArchiveMeter {
  const hash = createHash('sha256');
  let head = '';
  let sizeBytes = 0;
  let crc = 0;
  let total: ArchiveTotal | undefined;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (head.length < magic.length) head += chunk.toString('latin1', 0, magic.length - head.length);
      if (!magic.startsWith(head)) return done(notAnArchive(head));
      hash.update(chunk);
      crc = crc32(chunk, crc);
      sizeBytes += chunk.length;
      return done(null, chunk);
    },
    flush(done) {
      if (head !== magic) return done(notAnArchive(head));
      total = { sizeBytes, sha256: hash.digest('hex'), crc32: base64Of(crc) };
      return done();
    },
  });
  return { stream, total: () => total };
}

function base64Of(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
}

function notAnArchive(head: string): BackupError {
  return new BackupError({
    code: 'dump-failed',
    message: head === '' ? 'pg_dump wrote nothing' : `pg_dump wrote something else than an archive`,
    hint: 'Check that the pg_dump found is PostgreSQL’s own: it must write its custom format to its output.',
    details: { startsWith: head },
  });
}
