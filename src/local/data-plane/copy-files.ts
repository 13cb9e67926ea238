import { rm } from 'node:fs/promises';
import type { RegionHome } from '../home/region-home.js';
import { runTool } from './run-tool.js';

/** Gone is as good as copied; caches of the catalogue are written anew at every start. */
const harmless = /: No such file or directory$|pg_internal\.init.* replaced while being copied$/;

/** Copies files and directories into a directory, keeping owners and modes, by reference where the file system can. */
export async function copyInto(
  home: RegionHome,
  sources: readonly string[],
  target: string,
  options: {
    /** Files that vanish while they are copied are no failure: a server may be writing there. */
    readonly mayVanish?: boolean | undefined;
    readonly signal?: AbortSignal | undefined;
  } = {},
): Promise<void> {
  const how = process.platform === 'darwin' ? ['-c', '-R', '-p'] : ['-a', '--reflink=auto'];
  await runTool({
    program: 'cp',
    arguments: [...how, '--', ...sources, target],
    home,
    ignorable: options.mayVanish === true ? harmless : undefined,
    signal: options.signal,
  });
}

/** Removes a directory and all in it, though a process that is about to end may still write there. */
export async function removeDirectory(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}
