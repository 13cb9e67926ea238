import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { BackupError } from '../core/errors.js';

/** Programs of PostgreSQL that this library runs. */
export type PostgresTool = 'pg_dump' | 'pg_restore';

/** Where Debian and Ubuntu keep one directory for each major version. */
const versionedDirectories = '/usr/lib/postgresql';

/** The path of a program: in the directory given, else in the environment's, else the newest installed, else on `PATH`. */
export async function findTool(tool: PostgresTool, binDirectory: string | undefined): Promise<string> {
  // A directory that was named is meant: falling back would run another version than the one asked for.
  const named = binDirectory ?? process.env.ZEPHYR_POSTGRES_BIN;
  const directories = named === undefined || named === '' ? await usualDirectories() : [named];
  for (const directory of directories) {
    const path = join(directory, tool);
    if (await isExecutable(path)) return path;
  }
  throw new BackupError({
    code: 'postgres-tool-missing',
    message: `${tool} is not in ${directories.join(', ') || 'any directory of PATH'}`,
    hint: 'Install the PostgreSQL client programs (postgresql-client), or name their directory with binDirectory or ZEPHYR_POSTGRES_BIN.',
    details: { tool, directories },
  });
}

async function usualDirectories(): Promise<readonly string[]> {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  return [...(await versionsNewestFirst()), ...onPath];
}

async function versionsNewestFirst(): Promise<readonly string[]> {
  try {
    const names = await readdir(versionedDirectories);
    return names
      .filter((name) => /^\d+(?:\.\d+)?$/.test(name))
      .sort((a, b) => Number(b) - Number(a))
      .map((name) => join(versionedDirectories, name, 'bin'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
