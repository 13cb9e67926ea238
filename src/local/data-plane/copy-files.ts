import type { RegionHome } from './region-home.js';
import { runTool } from './run-tool.js';

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
    ignorable: options.mayVanish === true ? /: No such file or directory$/ : undefined,
    signal: options.signal,
  });
}
