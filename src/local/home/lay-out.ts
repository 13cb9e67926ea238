import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidInput } from '../../core/errors.js';
import { removeDirectory } from '../data-plane/copy-files.js';
import type { RegionHome } from './region-home.js';

/**
 * Makes what the files of a data plane lie in, as far as it is not there, and removes what each data plane has anew. The first
 * of the directories tells whose files they are.
 *
 * Errors: `invalid-input` for files of another account.
 */
export async function layOut(home: RegionHome, directories: readonly [string, ...string[]]): Promise<void> {
  // Sockets and certificates belong to the addresses of one life.
  for (const name of ['s', 'tls']) await removeDirectory(join(home.directory, name));
  for (const name of ['s', ...directories]) {
    await home.makeDirectory(name).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  }
  const { uid } = await stat(join(home.directory, directories[0]));
  if (uid === (home.account?.uid ?? process.getuid?.())) return;
  const hint = 'Servers run under one account: reopen it as the user who made it, or name another directory.';
  throw invalidInput('directory', `belongs to another account: ${home.directory}`, hint);
}
