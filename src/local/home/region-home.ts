import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { systemClock } from '../../core/clock.js';
import { BackupError, invalidInput } from '../../core/errors.js';
import { identifySelf, lookFor, type ProcessIdentity } from './process-identity.js';
import { findServerAccount, type ServerAccount } from './server-account.js';
import { cleanUpAfter, regionMarkerVariable, startWatchdog } from './watchdog.js';

/** How the name of a directory starts that a region makes for itself. */
const namePrefix = 'zephyr-region-';

/** In a directory that is kept: which one it is. */
const keptFile = 'kept';

/** Where a region keeps its servers' files, and whom its processes belong to. No process of it outlives the owner, and no file unless it is kept. */
export interface RegionHome {
  readonly directory: string;
  /** What a kept directory is known by, for as long as it is there; `undefined` for one that goes. */
  readonly keptId: string | undefined;
  /** The account to start servers under; `undefined` for our own. */
  readonly account: ServerAccount | undefined;
  /** The whole environment of every process started for the region: it is found by it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes a directory below this one, given by its name or whole path, that only the servers' account can enter. */
  makeDirectory(path: string): Promise<string>;
  /** Writes a file that belongs to the servers' account. */
  writeFile(path: string, text: string): Promise<void>;
  /** Stops every process of the region that still runs, and removes the directory or gives it back. Safe to call twice. */
  close(): Promise<void>;
}

/** What `owner.json` in a region's directory says. */
interface Owner extends ProcessIdentity {
  readonly marker: string;
  readonly keep: boolean;
}

/**
 * Makes the directory of a region: `directory`, which must be absent or empty, or one of its own in the system's directory
 * for temporary files. A watchdog removes it, and stops every server in it, should this process be killed. With `keep` it stays
 * in either case, and may be one that was kept before.
 *
 * Errors: `data-directory-in-use`, `invalid-input`, `server-failed`.
 */
export async function openRegionHome(options: {
  readonly directory?: string | undefined;
  readonly keep?: boolean | undefined;
}): Promise<RegionHome> {
  const { keep = false } = options;
  if (keep && options.directory === undefined)
    throw invalidInput('keep', 'needs a directory', 'Name the directory that stays.');

  const account = await findServerAccount();
  const marker = randomBytes(8).toString('hex');
  const parent = await temporaryDirectory(account);
  const directory = options.directory === undefined ? join(parent, namePrefix + marker) : resolve(options.directory);
  checkPath(directory);
  if (options.directory === undefined) await sweepAbandoned({ in: parent });
  else await claimable(directory, keep);
  if (account !== undefined && !(await isOpenToAll(dirname(directory)))) {
    const hint = 'PostgreSQL refuses to run as root: name a directory that everyone may enter the parents of.';
    throw invalidInput('directory', `cannot be reached by the account of the servers: ${directory}`, hint);
  }
  const owner: Owner = { ...(await identifySelf()), marker, keep };
  // Before there is anything to remove: killed at any moment, this process leaves nothing.
  const watchdog = await startWatchdog({ marker, directory, keep });
  let keptId: string | undefined;
  try {
    await mkdir(directory, { recursive: options.directory !== undefined });
    // The servers' account must get through, whatever the umask; what lies inside is closed to everyone else.
    await chmod(directory, 0o711);
    await writeFile(join(directory, 'owner.json'), JSON.stringify(owner), { flag: 'wx', mode: 0o600 });
    if (keep) keptId = await keptIdOf(directory, marker);
  } catch (error) {
    await watchdog.finish();
    if (hasCode(error, 'EEXIST')) throw inUse(directory, undefined);
    throw error;
  }
  const give = async (path: string): Promise<void> => {
    if (account !== undefined) await chown(path, account.uid, account.gid);
  };
  return {
    directory,
    keptId,
    account,
    environment: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC', [regionMarkerVariable]: marker },
    makeDirectory: async (name) => {
      const path = resolve(directory, name);
      await mkdir(path, { mode: 0o700 });
      await give(path);
      return path;
    },
    writeFile: async (path, text) => {
      await writeFile(path, text, { mode: 0o600 });
      await give(path);
    },
    close: async () => {
      await watchdog.finish();
      if (keep) await rm(join(directory, 'owner.json'), { force: true });
    },
  };
}

/**
 * Removes what regions of the past left whose process and watchdog were both killed, and stops their servers. Looks at
 * directories of this account only. Returns the directories it removed.
 */
export async function sweepAbandoned(options: { readonly in?: string | undefined } = {}): Promise<readonly string[]> {
  const parent = options.in ?? (await temporaryDirectory(await findServerAccount()));
  const removed: string[] = [];
  for (const name of await readdir(parent)) {
    if (!name.startsWith(namePrefix)) continue;
    const directory = join(parent, name);
    const marker = name.slice(namePrefix.length);
    if (!(await isAbandoned(directory, marker))) continue;
    await cleanUpAfter({ marker, directory });
    removed.push(directory);
  }
  return removed;
}

async function isAbandoned(directory: string, marker: string): Promise<boolean> {
  try {
    const { uid, mtimeMs } = await stat(directory);
    if (uid !== process.getuid?.()) return false;
    const owner = await readOwner(directory);
    // No owner yet: it is being made this very moment, or was killed at that.
    if (owner === undefined) return systemClock.now().getTime() - mtimeMs > 30_000;
    return owner.marker === marker && (await lookFor(owner)) === 'gone';
  } catch (error) {
    // Someone else removed it.
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function readOwner(directory: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(join(directory, 'owner.json'), 'utf8')) as Owner;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What a directory is known by: what is new gets the marker of its first owner. */
async function keptIdOf(directory: string, marker: string): Promise<string> {
  const file = join(directory, keptFile);
  try {
    await writeFile(file, marker, { flag: 'wx', mode: 0o600 });
    return marker;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    // Killed while it was written, it is empty: then nothing else was there yet.
    return (await readFile(file, 'utf8')) || marker;
  }
}

async function claimable(directory: string, keep: boolean): Promise<void> {
  const owner = await readOwner(directory);
  if (owner !== undefined) {
    if ((await lookFor(owner)) !== 'gone') throw inUse(directory, owner.pid);
    await cleanUpAfter({ marker: owner.marker, directory, keep: owner.keep });
    if (!owner.keep) return;
    await rm(join(directory, 'owner.json'), { force: true });
  }
  const entries: readonly string[] = await readdir(directory).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  if (entries.length > 0 && !(keep && entries.includes(keptFile))) {
    throw invalidInput(
      'directory',
      `is not empty: ${directory}`,
      'Name a directory that does not exist yet, or an empty one.',
    );
  }
}

function checkPath(directory: string): void {
  // The path stands in PostgreSQL's configuration, and a socket's path must fit into 107 bytes.
  if (!/^[\p{L}\p{N}_+@./ -]+$/u.test(directory)) {
    throw invalidInput(
      'directory',
      `has characters that a server's configuration cannot hold: ${directory}`,
      'Use letters, digits and _ + @ . - only.',
    );
  }
  if (Buffer.byteLength(directory) > 80) {
    throw invalidInput(
      'directory',
      `is longer than 80 bytes: ${directory}`,
      'Name a shorter path: the sockets of the servers lie below it.',
    );
  }
}

/** The system's directory for temporary files, if the servers' account can reach it. */
async function temporaryDirectory(account: ServerAccount | undefined): Promise<string> {
  const preferred = resolve(tmpdir());
  if (account === undefined) return preferred;
  return (await isOpenToAll(preferred)) ? preferred : '/tmp';
}

/** Whether every account can get into a directory, as far as it exists. */
async function isOpenToAll(directory: string): Promise<boolean> {
  for (let path = directory; path !== dirname(path); path = dirname(path)) {
    const found = await stat(path).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    });
    if (found !== undefined && (found.mode & 0o001) === 0) return false;
  }
  return true;
}

function inUse(directory: string, pid: number | undefined): BackupError {
  return new BackupError({
    code: 'data-directory-in-use',
    message: `another local region keeps its data in ${directory}`,
    hint: 'Close the other region, or name another directory.',
    details: { directory, ...(pid === undefined ? {} : { pid }) },
  });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
