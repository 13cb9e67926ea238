import { BackupError, invalidInput } from '../core/errors.js';
import type { ArchiveCompression } from '../ports/postgres.js';

/**
 * How pg_dump compresses the rows of an archive, as it writes it itself: a method, and a level where another than 1 is wanted.
 * gzip takes 1 to 9, zstd 1 to 22. zstd needs a pg_dump of version 16 or later, and as late a pg_restore (facts H2).
 */
export type DumpCompression = 'none' | 'gzip' | 'zstd' | `${'gzip' | 'zstd'}:${number}`;

const highestLevel = { gzip: 9, zstd: 22 } as const;

/** The first pg_dump that knows other methods than gzip (facts H2). */
const methodsSince = 160_000;

/** Reads a compression. Errors: `invalid-input`. */
export function parseDumpCompression(compression: DumpCompression): ArchiveCompression {
  if (compression === 'none') return { method: 'none', level: 0 };
  const match = /^(gzip|zstd)(?::(\d{1,2}))?$/.exec(String(compression));
  const method = match?.[1] as keyof typeof highestLevel | undefined;
  const level = Number(match?.[2] ?? 1);
  if (method === undefined || level < 1 || level > highestLevel[method]) {
    throw invalidInput(
      'compression',
      `is not one of pg_dump's: ${JSON.stringify(compression)}`,
      "Give 'none', 'gzip', 'zstd', or one of the two with its level: 'gzip:1' to 'gzip:9', 'zstd:1' to 'zstd:22'.",
    );
  }
  return { method, level };
}

/**
 * The compression of a dump: the one that was asked for, or the fastest that this pg_dump has. zstd writes a smaller archive than
 * gzip in half of the time; what both need of pg_restore is the version of pg_dump, which every archive needs (facts H2, H4).
 *
 * Errors: `version-mismatch` where zstd was asked of a pg_dump that has none.
 */
export function chooseCompression(asked: ArchiveCompression | undefined, pgDumpVersion: number): ArchiveCompression {
  if (asked === undefined) return { method: pgDumpVersion < methodsSince ? 'gzip' : 'zstd', level: 1 };
  if (asked.method !== 'zstd' || pgDumpVersion >= methodsSince) return asked;
  throw new BackupError({
    code: 'version-mismatch',
    message: `pg_dump ${Math.floor(pgDumpVersion / 10_000)} cannot compress with zstd`,
    hint: "Install the client tools of PostgreSQL 16 or later, which dump older servers too, or dump with compression: 'gzip'.",
    details: { pgDumpVersion },
  });
}
