import type { DumpManifest } from '../../src/backup/dump-manifest.js';
import type { DumpCheckLevel } from '../../src/integrity/dump-check-request.js';

/** A damage done to a dump, and the level whose check has to see it. */
export interface DumpDamage {
  readonly name: string;
  readonly level: DumpCheckLevel;
  readonly caughtBy: string;
  readonly says: RegExp;
  /** Of the archive with data as pg_dump wrote it, compressed or not. */
  readonly compression: 'none' | 'gzip';
  readonly archive?: (archive: Buffer) => Buffer;
  /** The archive was damaged before it was hashed and stored: sizes and sums of its manifest are those of the damaged one. */
  readonly before?: true;
  /** Somebody wrote over it: the store's own checksum changes too. Otherwise it rots below the store. */
  readonly overwritten?: true;
  readonly manifest?: (manifest: DumpManifest) => Partial<DumpManifest> | string;
}

/** Places to cut an archive at, as parts of its length: from nothing at all to all but the last byte. */
export const cuts: readonly number[] = Array.from({ length: 20 }, (_, place) => (place === 19 ? 1 : place / 19));

/** A cut that leaves at least the header is one that only the data's end can tell. */
export function cutAt(archive: Buffer, part: number): Buffer {
  return archive.subarray(0, Math.min(Math.floor(archive.length * part), archive.length - 1));
}

export function flip(archive: Buffer, at: number, bit = 0x01): Buffer {
  const flipped = Buffer.from(archive);
  flipped[at] = (flipped[at] ?? 0) ^ bit;
  return flipped;
}

/** In the last letter of a value: `p17` becomes `p16`. */
function inText(archive: Buffer, text: string, bit?: number): Buffer {
  const at = archive.lastIndexOf(text);
  if (at < 0) throw new RangeError(`the archive does not hold ${text}`);
  return flip(archive, at + text.length - 1, bit);
}

/** In the middle of what is compressed. */
const inTheMiddle = (archive: Buffer): Buffer => flip(archive, Math.floor(archive.length * 0.8));

type Tables = NonNullable<DumpManifest['fingerprint']>['tables'];
const withTables =
  (change: (tables: Tables) => Tables) =>
  ({ fingerprint }: DumpManifest): Partial<DumpManifest> =>
    fingerprint === undefined ? {} : { fingerprint: { ...fingerprint, tables: change(fingerprint.tables) } };

export const dumpDamages: readonly DumpDamage[] = [
  {
    name: 'an empty archive',
    level: 0,
    caughtBy: 'dump-object',
    says: /is empty/,
    compression: 'gzip',
    before: true,
    archive: () => Buffer.alloc(0),
  },
  {
    name: 'a bit flipped in uncompressed data',
    level: 0,
    caughtBy: 'dump-checksum',
    says: /its SHA-256 differs/,
    compression: 'none',
    archive: (all) => inText(all, 'p17'),
  },
  {
    name: 'a bit flipped in compressed data',
    level: 0,
    caughtBy: 'dump-checksum',
    says: /its SHA-256 differs/,
    compression: 'gzip',
    archive: inTheMiddle,
  },
  {
    name: 'an archive of another length',
    level: 0,
    caughtBy: 'dump-object',
    says: /bytes, its manifest says/,
    compression: 'gzip',
    archive: (all) => Buffer.concat([all, Buffer.from('x')]),
  },
  {
    name: 'an archive overwritten by another one of its length',
    level: 0,
    caughtBy: 'dump-object',
    says: /has another checksum than when it was stored/,
    overwritten: true,
    compression: 'gzip',
    archive: (all) => Buffer.alloc(all.length, 'PGDMP'),
  },
  {
    name: 'a manifest cut off',
    level: 0,
    caughtBy: 'dump-manifest',
    says: /cannot be read/,
    compression: 'gzip',
    manifest: (manifest) => JSON.stringify(manifest).slice(0, 300),
  },
  {
    name: 'a manifest without a field',
    level: 0,
    caughtBy: 'dump-manifest',
    says: /dataTime is not/,
    compression: 'gzip',
    manifest: ({ dataTime: _, ...rest }) => JSON.stringify(rest),
  },
  {
    name: 'a manifest of another dump',
    level: 0,
    caughtBy: 'dump-manifest',
    says: /key is/,
    compression: 'gzip',
    manifest: (manifest) => ({ key: manifest.key.replace('manual', 'other') }),
  },
  {
    name: 'a manifest with another checksum',
    level: 0,
    caughtBy: 'dump-checksum',
    says: /its SHA-256 differs/,
    compression: 'gzip',
    manifest: ({ archives }) => ({ archives: archives.map((archive) => ({ ...archive, sha256: 'f'.repeat(64) })) }),
  },
  {
    name: 'something else than an archive, stored as one',
    level: 1,
    caughtBy: 'dump-contents',
    says: /./,
    compression: 'gzip',
    before: true,
    archive: () => Buffer.from('-- PostgreSQL database dump\n'),
  },
  {
    name: 'a table of contents cut off before it was stored',
    level: 1,
    caughtBy: 'dump-contents',
    says: /./,
    compression: 'gzip',
    before: true,
    archive: (all) => all.subarray(0, 2_000),
  },
  {
    name: 'a wrong table in the manifest',
    level: 1,
    caughtBy: 'dump-contents',
    says: /no data of 1 of the manifest's \d+ tables: public\.vote$/,
    compression: 'gzip',
    manifest: withTables((tables) =>
      tables.map((one) => (one.table === 'public.votes' ? { ...one, table: 'public.vote' } : one)),
    ),
  },
  {
    name: 'a table missing from the manifest',
    level: 1,
    caughtBy: 'dump-contents',
    says: /1 tables that the manifest does not know: public\.votes/,
    compression: 'gzip',
    manifest: withTables((tables) => tables.filter(({ table }) => table !== 'public.votes')),
  },
  {
    name: 'an archive of another server',
    level: 1,
    caughtBy: 'dump-contents',
    says: /the archive is of server/,
    compression: 'gzip',
    manifest: ({ serverVersion }) => ({ serverVersion: serverVersion - 1 }),
  },
  {
    name: 'a bit flipped in compressed data before it was stored',
    level: 2,
    caughtBy: 'dump-decode',
    says: /uncompress|corrupt/,
    compression: 'gzip',
    before: true,
    archive: inTheMiddle,
  },
  {
    name: 'a row that its table refuses, before it was stored',
    level: 3,
    caughtBy: 'dump-restore',
    says: /./,
    compression: 'none',
    before: true,
    archive: (all) => inText(all, '2025-11-09 14:00:17+0', 0x40),
  },
  {
    name: 'a key that points to nothing, before it was stored',
    level: 3,
    caughtBy: 'dump-restore',
    says: /violates foreign key/,
    compression: 'none',
    before: true,
    archive: (all) => orphan(all),
  },
  {
    name: 'an index over another column, before it was stored',
    level: 3,
    caughtBy: 'structure',
    says: /index public\.votes_poll has definition/,
    compression: 'gzip',
    before: true,
    archive: (all) => rewrite(all, 'btree (poll_id)', 'btree (     id)'),
  },
  {
    name: 'a column that may be empty, before it was stored',
    level: 3,
    caughtBy: 'structure',
    says: /column public\.polls\.room_code has/,
    compression: 'gzip',
    before: true,
    archive: (all) => rewrite(all, 'room_code text NOT NULL', 'room_code text         '),
  },
  {
    name: 'a trigger in the manifest that the archive does not bring',
    level: 3,
    caughtBy: 'structure',
    says: /trigger public\.votes\.audited is missing/,
    compression: 'gzip',
    manifest: ({ structure }) =>
      structure === undefined
        ? {}
        : {
            structure: {
              ...structure,
              objects: [...structure.objects, { kind: 'trigger', name: 'public.votes.audited', properties: {} }],
            },
          },
  },
  {
    name: 'a manifest whose structure is none',
    level: 0,
    caughtBy: 'dump-manifest',
    says: /structure\.objects is not a list/,
    compression: 'gzip',
    manifest: (manifest) => JSON.stringify({ ...manifest, structure: { ...manifest.structure, objects: 'none' } }),
  },
  {
    name: 'a bit flipped in uncompressed data before it was stored',
    level: 4,
    caughtBy: 'fingerprint',
    says: /public\.participants has other content/,
    compression: 'none',
    before: true,
    archive: (all) => inText(all, 'p17'),
  },
  {
    name: 'other rows in the manifest than in the archive',
    level: 4,
    caughtBy: 'fingerprint',
    says: /public\.votes has 500 rows instead of 501/,
    compression: 'gzip',
    manifest: withTables((tables) =>
      tables.map((one) => (one.table === 'public.votes' ? { ...one, rows: one.rows + 1 } : one)),
    ),
  },
];

/** Writes over a text of the table of contents, which is never compressed, by one as long. */
function rewrite(archive: Buffer, text: string, by: string): Buffer {
  const at = archive.indexOf(text);
  if (at < 0 || by.length !== text.length) throw new RangeError(`the archive does not hold ${text}`);
  const changed = Buffer.from(archive);
  changed.write(by, at, 'latin1');
  return changed;
}

/** `149\t149` of the last table's rows: 149 points to 148, and then to a row of its own table that is not there. */
function orphan(archive: Buffer): Buffer {
  const at = archive.indexOf('149\t149\n');
  if (at < 0) throw new RangeError('the archive does not hold the row');
  const changed = Buffer.from(archive);
  changed.write('149\t949\n', at, 'latin1');
  return changed;
}
