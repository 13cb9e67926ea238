import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** A redis-server. */
export interface RedisBinary {
  readonly path: string;
  /** Such as `7.0.15`. */
  readonly version: string;
}

/** Where to look. */
export interface FindRedisOptions {
  /** Default `process.env`. `ZEPHYR_REDIS_SERVER` names the program, and then there is no other. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Finds a redis-server: `ZEPHYR_REDIS_SERVER`, else on `PATH`, else in `/usr/bin`. Returns `undefined` if there is none. */
export async function findRedisServer(options: FindRedisOptions = {}): Promise<RedisBinary | undefined> {
  const env = options.env ?? process.env;
  const named = env.ZEPHYR_REDIS_SERVER;
  const onPath = (env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  const paths = [...onPath, '/usr/bin'].map((directory) => join(directory, 'redis-server'));
  for (const path of named === undefined || named === '' ? paths : [named]) {
    const version = await versionOf(path);
    if (version !== undefined) return { path, version };
  }
  return undefined;
}

async function versionOf(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    const { stdout } = await promisify(execFile)(path, ['--version']);
    return /v=(\S+)/.exec(stdout)?.[1];
  } catch {
    // Not there, or built for another machine.
    return undefined;
  }
}
