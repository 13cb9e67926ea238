import type { DatabaseFingerprint } from '../checks/fingerprint.js';
import { type DatabaseStructure, structureKinds } from '../checks/structure.js';
import { BackupError } from '../core/errors.js';
import { countOf, instantOf, JsonMismatch, listOf, oneOf, optionalOf, recordOf, textOf } from '../core/json-fields.js';
import type { ArchiveCompression } from '../ports/postgres.js';

/** One archive of a dump, in pg_dump's custom format. */
export interface DumpArchive {
  /** Key of the object, below the archive's prefix; it lies beside its manifest. */
  readonly key: string;
  readonly sizeBytes: number;
  /** Of the whole object, lower-case hexadecimal: computed on the way, not by the store. */
  readonly sha256: string;
  /** Of the whole object, base64: computed on the way, and what S3 keeps with the object (facts G9). */
  readonly crc32: string;
  /** `schema`: all definitions, no rows; `data`: rows alone. A dump has one of `everything`, or one of `schema` and the data. */
  readonly content: 'everything' | 'schema' | 'data';
  /** Of a `data` archive: the tables whose rows it holds, `schema.table`. */
  readonly tables?: readonly string[] | undefined;
}

/**
 * What is known of a dump: a small JSON object written last beside it. A dump without one does not exist. It carries no
 * secrets and is JSON as it stands: instants are ISO texts.
 */
export interface DumpManifest {
  readonly version: 1;
  /** Identifies the dump: ends in `.dump`. With a single archive it is that archive's key; with several there is no such object. */
  readonly key: string;
  readonly database: string;
  /** When the dump was begun. */
  readonly createdAt: string;
  /** The instant whose data it holds: when its snapshot of the database was taken, by the server's clock. */
  readonly dataTime: string;
  /** Of all archives. */
  readonly sizeBytes: number;
  /** As `server_version_num` writes it: 150018. pg_restore must be at least this (facts H4). */
  readonly pgDumpVersion: number;
  readonly serverVersion: number;
  readonly compression: ArchiveCompression;
  /** Only these schemas are in it; absent: all. */
  readonly schemas?: readonly string[] | undefined;
  /** Only these tables, `schema.table`, are in it; absent: all. */
  readonly tables?: readonly string[] | undefined;
  /** Of every table in it, read in the very snapshot that pg_dump read. */
  readonly fingerprint?: DatabaseFingerprint | undefined;
  /** What the whole database was built of, without its grants, read in the very snapshot that pg_dump read. Absent of a dump of parts. */
  readonly structure?: DatabaseStructure | undefined;
  readonly archives: readonly DumpArchive[];
  readonly operationId: string;
  readonly reason?: string | undefined;
  readonly deploymentVersion?: string | undefined;
  readonly source: { readonly instance: string; readonly resourceId: string; readonly region: string };
}

/** The manifest's key for a dump's key, for that of one of its archives, or for itself. */
export function manifestKeyOf(key: string): string {
  if (key.endsWith('.manifest.json')) return key;
  // A database's name may hold dots too: an archive's own part of the key comes after the time.
  const stem = key.replace(/\.dump$/, '').replace(/(-\d{8}-\d{6}(?:-[a-z0-9]+)?)\.(?:schema|data-\d+)$/, '$1');
  return `${stem}.manifest.json`;
}

/** Key of the dump that a manifest describes, which is its identifier; `key` is the manifest's. */
export function dumpKeyOf(key: string): string {
  return key.replace(/\.manifest\.json$/, '.dump');
}

/** The manifest as it is stored. */
export function serializeManifest(manifest: DumpManifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/**
 * Reads a manifest's text, every field of it; `key` is where it was found. What a later version of this library adds is
 * passed over, what it requires differently carries another version.
 *
 * Errors: `dump-corrupt` names the field; `version-mismatch`.
 */
export function parseManifest(text: string, key: string): DumpManifest {
  try {
    const manifest = recordOf(JSON.parse(text), 'manifest');
    if (Number.isInteger(manifest.version) && manifest.version !== 1) throw laterVersion(key, manifest.version);
    return manifestOf(manifest, manifestKeyOf(key));
  } catch (error) {
    if (!(error instanceof JsonMismatch || error instanceof SyntaxError)) throw error;
    throw new BackupError({
      code: 'dump-corrupt',
      message: `the manifest ${key} cannot be read: ${error.message}`,
      hint: 'Name another dump: what this one holds cannot be told. Find out who wrote to the archive.',
      details: { key },
      cause: error,
    });
  }
}

function manifestOf(manifest: Readonly<Record<string, unknown>>, key: string): DumpManifest {
  const compression = recordOf(manifest.compression, 'compression');
  const source = recordOf(manifest.source, 'source');
  const archives = listOf(manifest.archives, 'archives', archiveOf);
  const stem = key.slice(0, -'.manifest.json'.length);
  const parsed: DumpManifest = {
    version: oneOf(manifest.version, 'version', [1]),
    key: textOf(manifest.key, 'key'),
    database: textOf(manifest.database, 'database'),
    createdAt: instantOf(manifest.createdAt, 'createdAt'),
    dataTime: instantOf(manifest.dataTime, 'dataTime'),
    sizeBytes: countOf(manifest.sizeBytes, 'sizeBytes'),
    pgDumpVersion: countOf(manifest.pgDumpVersion, 'pgDumpVersion'),
    serverVersion: countOf(manifest.serverVersion, 'serverVersion'),
    compression: {
      method: oneOf(compression.method, 'compression.method', ['none', 'gzip', 'zstd']),
      level: countOf(compression.level, 'compression.level'),
    },
    ...optionalOf('schemas', manifest.schemas, (value, at) => listOf(value, at, textOf)),
    ...optionalOf('tables', manifest.tables, (value, at) => listOf(value, at, textOf)),
    ...optionalOf('fingerprint', manifest.fingerprint, fingerprintOf),
    ...optionalOf('structure', manifest.structure, structureOf),
    archives,
    operationId: textOf(manifest.operationId, 'operationId'),
    ...optionalOf('reason', manifest.reason, textOf),
    ...optionalOf('deploymentVersion', manifest.deploymentVersion, textOf),
    source: {
      instance: textOf(source.instance, 'source.instance'),
      resourceId: textOf(source.resourceId, 'source.resourceId'),
      region: textOf(source.region, 'source.region'),
    },
  };
  if (parsed.key !== `${stem}.dump`)
    throw new JsonMismatch('key', `is ${JSON.stringify(parsed.key)}, not ${stem}.dump`);
  // A manifest speaks for what lies beside it and for nothing else in the bucket.
  const stranger = archives.find((archive) => archive.key !== `${stem}.dump` && !archive.key.startsWith(`${stem}.`));
  if (archives.length === 0) throw new JsonMismatch('archives', 'is empty');
  if (stranger !== undefined) throw new JsonMismatch('archives', `names ${JSON.stringify(stranger.key)}`);
  const kinds = archives.map(({ content }) => content).filter((content) => content !== 'data');
  if (kinds.length !== 1 || (kinds[0] === 'everything' && archives.length > 1))
    throw new JsonMismatch('archives', 'are not everything in one, nor one schema and its data');
  const total = archives.reduce((sum, archive) => sum + archive.sizeBytes, 0);
  if (total !== parsed.sizeBytes)
    throw new JsonMismatch('sizeBytes', `is ${parsed.sizeBytes}, its archives have ${total}`);
  return parsed;
}

function archiveOf(value: unknown, at: string): DumpArchive {
  const archive = recordOf(value, at);
  const sha256 = textOf(archive.sha256, `${at}.sha256`);
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new JsonMismatch(`${at}.sha256`, 'is not a SHA-256');
  const crc32 = textOf(archive.crc32, `${at}.crc32`);
  if (!/^[0-9A-Za-z+/]{6}==$/.test(crc32)) throw new JsonMismatch(`${at}.crc32`, 'is not a CRC-32');
  return {
    key: textOf(archive.key, `${at}.key`),
    sizeBytes: countOf(archive.sizeBytes, `${at}.sizeBytes`),
    sha256,
    crc32,
    content: oneOf(archive.content, `${at}.content`, ['everything', 'schema', 'data']),
    ...optionalOf('tables', archive.tables, (tables, field) => listOf(tables, field, textOf), at),
  };
}

function fingerprintOf(value: unknown, at: string): DatabaseFingerprint {
  const fingerprint = recordOf(value, at);
  const { slice } = fingerprint;
  return {
    algorithm: textOf(fingerprint.algorithm, `${at}.algorithm`),
    serverVersion: countOf(fingerprint.serverVersion, `${at}.serverVersion`),
    ...optionalOf(
      'slice',
      slice,
      (inner, where) => {
        const { column, notAfter } = recordOf(inner, where);
        return { column: textOf(column, `${where}.column`), notAfter: instantOf(notAfter, `${where}.notAfter`) };
      },
      at,
    ),
    tables: listOf(fingerprint.tables, `${at}.tables`, (inner, where) => {
      const table = recordOf(inner, where);
      return {
        table: textOf(table.table, `${where}.table`),
        rows: countOf(table.rows, `${where}.rows`),
        hash: textOf(table.hash, `${where}.hash`),
        ...optionalOf('partitionOf', table.partitionOf, textOf, where),
      };
    }),
  };
}

function structureOf(value: unknown, at: string): DatabaseStructure {
  const structure = recordOf(value, at);
  return {
    format: oneOf(structure.format, `${at}.format`, ['structure/1']),
    serverVersion: countOf(structure.serverVersion, `${at}.serverVersion`),
    kinds: listOf(structure.kinds, `${at}.kinds`, (kind, where) => oneOf(kind, where, structureKinds)),
    objects: listOf(structure.objects, `${at}.objects`, (inner, where) => {
      const { kind, name, properties } = recordOf(inner, where);
      const read = Object.entries(recordOf(properties, `${where}.properties`)).map(([property, one]) => {
        if (typeof one === 'string' || typeof one === 'boolean') return [property, one] as const;
        throw new JsonMismatch(`${where}.properties.${property}`, 'is neither a text nor true or false');
      });
      return {
        kind: oneOf(kind, `${where}.kind`, structureKinds),
        name: textOf(name, `${where}.name`),
        properties: Object.fromEntries(read),
      };
    }),
  };
}

function laterVersion(key: string, version: unknown): BackupError {
  return new BackupError({
    code: 'version-mismatch',
    message: `the manifest ${key} has version ${String(version)}, which this release does not know`,
    hint: 'Use the release of @zephyr/backup that wrote it, or a later one.',
    details: { key, version },
  });
}
