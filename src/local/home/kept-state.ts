import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { invalidInput } from '../../core/errors.js';
import type { SavedElastiCache } from '../elasticache/saved-elasticache.js';
import type { SavedRds } from '../rds/saved-rds.js';
import type { SavedS3 } from '../s3/saved-s3.js';
import { lockDirectory } from './directory-lock.js';

/** What a region was when it closed. */
export interface SavedRegion {
  readonly region: string;
  readonly accountId: string;
  /** Without it there were real servers behind the instances, which went with the region. */
  readonly rds: SavedRds | undefined;
  /** The `id` of the servers that were kept and belong to `rds`. */
  readonly servers?: string | undefined;
  /** As `rds`. */
  readonly elastiCache: SavedElastiCache | undefined;
  /** As `servers`, of `elastiCache`. */
  readonly caches?: string | undefined;
  readonly s3: SavedS3;
}

/** A directory that a region keeps its state in, and has for itself. */
export interface KeptState {
  /** Where S3 keeps the bodies of its objects. */
  readonly bodies: string;
  /** What the region was when it closed last; `undefined` in a new directory. */
  readonly saved: SavedRegion | undefined;
  /** Puts this in the place of what was saved, whole or not at all. */
  save(region: SavedRegion): Promise<void>;
  /** Gives the directory back. */
  release(): Promise<void>;
}

/** Told apart from what other versions write. */
const format = 1;

/**
 * Opens a directory, which is made if it is not there.
 *
 * Errors: `data-directory-in-use`, `invalid-input` for a state that cannot be read.
 */
export async function openKeptState(path: string): Promise<KeptState> {
  const directory = resolve(path);
  const bodies = join(directory, 'bodies');
  await mkdir(bodies, { recursive: true }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidInput('directory', `cannot be had: ${reason}`, 'Name a directory that this process may write to.');
  });
  const unlock = await lockDirectory(directory);
  const file = join(directory, 'region.state');
  try {
    const saved = await readState(file);
    return { bodies, saved, save: (region) => writeState(file, region), release: unlock };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function readState(file: string): Promise<SavedRegion | undefined> {
  const bytes = await readFile(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (bytes === undefined) return undefined;
  const unreadable = (): Error =>
    invalidInput(
      'directory',
      `holds a state that cannot be read: ${file}`,
      'Name another directory, or empty this one.',
    );
  let content: { readonly format: unknown; readonly region: SavedRegion };
  try {
    content = deserialize(bytes);
  } catch {
    throw unreadable();
  }
  if (content?.format !== format) throw unreadable();
  return content.region;
}

async function writeState(file: string, region: SavedRegion): Promise<void> {
  const next = `${file}.next`;
  const handle = await open(next, 'w', 0o600);
  try {
    // Not JSON: dates, and things that are in two places, come back as they were.
    await handle.writeFile(serialize({ format, region }));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(next, file);
}
