import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openRegionHome } from '../home/region-home.js';
import type { BodyDirectory } from './body-store.js';

/**
 * Opens the directory of a body store: a fresh one below `parent`, or one among the system's temporary files, which goes even when
 * this process is killed.
 */
export async function openBodyDirectory(parent: string | undefined): Promise<BodyDirectory> {
  if (parent === undefined) return openRegionHome({});
  await mkdir(parent, { recursive: true });
  const directory = await mkdtemp(join(parent, 'local-s3-'));
  return { directory, close: () => rm(directory, { recursive: true, force: true }) };
}

/** Opens a directory that stays, with the files that are saved there; others were left by a process that was killed. */
export async function keepBodyDirectory(directory: string, saved: ReadonlySet<string>): Promise<BodyDirectory> {
  const strays = (await readdir(directory)).filter((name) => !saved.has(name));
  await Promise.all(strays.map((name) => rm(join(directory, name), { recursive: true, force: true })));
  return { directory, close: async () => {} };
}
