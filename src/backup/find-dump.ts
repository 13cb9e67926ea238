import { BackupError, isBackupError } from '../core/errors.js';
import type { ObjectStorePort } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';
import { readText } from '../system/read-text.js';
import { type DumpManifest, dumpKeyOf, manifestKeyOf, parseManifest } from './dump-manifest.js';

/** A manifest of a thousand tables has some 150 kB; what is far beyond was not written by us. */
const largestManifestBytes = 33_554_432;

/**
 * Reads the manifest of a dump; `key` is the dump's or the manifest's own.
 *
 * Errors: `dump-not-found`, `dump-corrupt`, `version-mismatch`, and what the store answers.
 */
export async function readManifest(store: ObjectStorePort, key: string, call?: PortCall): Promise<DumpManifest> {
  const manifestKey = manifestKeyOf(key);
  const limit = {
    largestBytes: largestManifestBytes,
    tooLarge: (sizeBytes: number) => tooLarge(manifestKey, sizeBytes),
  };
  const text = await readText(store, manifestKey, limit, call).catch((error: unknown) => {
    throw isBackupError(error, 'object-not-found') ? notFound(store, manifestKey, error) : error;
  });
  return parseManifest(text, manifestKey);
}

/**
 * The manifests' keys of one database's dumps, newest first, month by month, back to `notBefore`. Keys carry their UTC day,
 * so that nothing older is ever listed (facts G16), and no more than a month's keys are held at once.
 */
export async function* listManifestKeys(
  store: ObjectStorePort,
  filter: { readonly database: string; readonly now: Date; readonly notBefore: Date },
  call?: PortCall,
): AsyncGenerator<string, void, undefined> {
  const name = `/${encodeURIComponent(filter.database)}-backup-`;
  const first = monthOf(filter.notBefore);
  for (let month = monthOf(filter.now); month >= first; month -= 1) {
    const prefix = `manual/${Math.floor(month / 12)}/${String((month % 12) + 1).padStart(2, '0')}/`;
    const keys: string[] = [];
    for await (const { key } of store.list({ prefix }, call)) {
      if (key.endsWith('.manifest.json') && key.includes(name)) keys.push(key);
    }
    // By what comes before the ending: a second dump within one second has a suffix, and comes after the first.
    yield* keys.sort((a, b) => (stemOf(a) < stemOf(b) ? 1 : -1));
  }
}

/**
 * The newest dump of a database that has a manifest; `undefined` where there is none within the time looked back over. A
 * manifest that cannot be read is an error, not passed over: an older dump in its place would be a silent loss of data.
 *
 * Errors: as {@link readManifest}.
 */
export async function findLatestDump(
  store: ObjectStorePort,
  filter: { readonly database: string; readonly now: Date; readonly notBefore: Date },
  call?: PortCall,
): Promise<DumpManifest | undefined> {
  for await (const key of listManifestKeys(store, filter, call)) {
    const manifest = await readManifest(store, key, call);
    // A database named `a-backup-b` has keys that look like those of `a`; the manifest knows.
    if (manifest.database === filter.database) return manifest;
  }
  return undefined;
}

function stemOf(manifestKey: string): string {
  return manifestKey.slice(0, -'.manifest.json'.length);
}

/** Months since the year 0, in UTC. */
function monthOf(instant: Date): number {
  return instant.getUTCFullYear() * 12 + instant.getUTCMonth();
}

function notFound(store: ObjectStorePort, key: string, cause: unknown): BackupError {
  return new BackupError({
    code: 'dump-not-found',
    message: `there is no dump ${dumpKeyOf(key)} in ${store.location}`,
    hint: 'A dump without a manifest does not exist. List the dumps and name one of them, or none for the latest.',
    details: { key, location: store.location },
    cause,
  });
}

function tooLarge(key: string, sizeBytes: number): BackupError {
  return new BackupError({
    code: 'dump-corrupt',
    message: `the manifest ${key} has ${sizeBytes} bytes`,
    hint: 'No manifest is that large: find out who wrote to the archive.',
    details: { key, sizeBytes },
  });
}
