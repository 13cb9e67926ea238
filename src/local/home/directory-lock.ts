import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError } from '../../core/errors.js';
import { identifySelf, lookFor, type ProcessIdentity } from './process-identity.js';

/**
 * Takes a directory for this region alone; the returned function gives it back. What a process held that is gone is free.
 *
 * Errors: `data-directory-in-use`.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const file = join(directory, 'owner.json');
  const self = JSON.stringify(await identifySelf());
  // Twice: the lock of a process that is gone is removed, and then somebody else may be quicker.
  for (const isLast of [false, true]) {
    try {
      await writeFile(file, self, { flag: 'wx', mode: 0o600 });
      return () => rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const owner = await readOwner(file);
      if (isLast || (owner !== undefined && (await lookFor(owner)) !== 'gone')) throw inUse(directory, owner?.pid);
      await rm(file, { force: true });
    }
  }
  throw inUse(directory, undefined);
}

async function readOwner(file: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ProcessIdentity;
  } catch {
    // Its owner died while it wrote it, or has just given it back.
    return undefined;
  }
}

function inUse(directory: string, pid: number | undefined): BackupError {
  return new BackupError({
    code: 'data-directory-in-use',
    message: `another local region keeps its state in ${directory}`,
    hint: 'Close the other region, or name another directory.',
    details: { directory, ...(pid === undefined ? {} : { pid }) },
  });
}
