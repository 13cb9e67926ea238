import { execFile } from 'node:child_process';
import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Programs that a PostgreSQL server is run with. */
export type PostgresServerTool = 'postgres' | 'initdb' | 'pg_ctl';
/** Programs of PostgreSQL's client side. */
export type PostgresClientTool = 'pg_dump' | 'pg_restore' | 'pg_basebackup' | 'psql';

/** A PostgreSQL installation. */
export interface PostgresBinaries {
  readonly directory: string;
  /** Such as `15.18`. */
  readonly version: string;
  readonly majorVersion: number;
  /** Which programs are there. Always `postgres` and `initdb`. */
  readonly tools: readonly (PostgresServerTool | PostgresClientTool)[];
}

/** Where to look. */
export interface FindPostgresOptions {
  /** Default `process.env`. `ZEPHYR_POSTGRES_BIN` names a directory of programs, and then there is no other. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Where Debian and Ubuntu keep a directory for each major version. Default `/usr/lib/postgresql`. */
  readonly versionsDirectory?: string | undefined;
}

/** Older servers lack roles and functions that a cluster is set up with. */
const oldestMajorVersion = 14;

const tools = ['postgres', 'initdb', 'pg_ctl', 'pg_dump', 'pg_restore', 'pg_basebackup', 'psql'] as const;

/**
 * Finds a PostgreSQL server, version 14 or later: in `ZEPHYR_POSTGRES_BIN` if set, else the newest below `/usr/lib/postgresql`, else
 * on `PATH`. Returns `undefined` if there is none.
 *
 * @example
 * ```ts
 * const postgres = await findPostgres();
 * if (postgres === undefined) throw new Error('install the package postgresql first');
 * ```
 */
export async function findPostgres(options: FindPostgresOptions = {}): Promise<PostgresBinaries | undefined> {
  const env = options.env ?? process.env;
  for (const directory of await candidates(env, options.versionsDirectory ?? '/usr/lib/postgresql')) {
    const found = await inspect(directory);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function candidates(env: Readonly<Record<string, string | undefined>>, versions: string): Promise<string[]> {
  const named = env.ZEPHYR_POSTGRES_BIN;
  // Named is meant: another installation would be another version than the one asked for.
  if (named !== undefined && named !== '') return [named];
  const onPath = (env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  return [...(await newestFirst(versions)), ...onPath];
}

async function newestFirst(versions: string): Promise<string[]> {
  try {
    const names = (await readdir(versions)).filter((name) => /^\d+$/.test(name));
    return names.sort((a, b) => Number(b) - Number(a)).map((name) => join(versions, name, 'bin'));
  } catch {
    // Not a Debian, or nothing installed.
    return [];
  }
}

async function inspect(directory: string): Promise<PostgresBinaries | undefined> {
  const there = await Promise.all(tools.map((tool) => isExecutable(join(directory, tool))));
  const present = tools.filter((_, index) => there[index]);
  if (!present.includes('postgres') || !present.includes('initdb')) return undefined;
  const version = await versionOf(join(directory, 'postgres'));
  const majorVersion = Number.parseInt(version ?? '', 10);
  if (version === undefined || !(majorVersion >= oldestMajorVersion)) return undefined;
  return { directory, version, majorVersion, tools: present };
}

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version']);
    return /\) (\d+(?:\.\d+|\w+)?)/.exec(stdout)?.[1];
  } catch {
    // Built for another machine: as good as absent.
    return undefined;
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
