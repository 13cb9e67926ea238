import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BackupError } from '../../core/errors.js';

/** The operating system account that the servers run under. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root: then its servers run as `postgres`, or as `nobody` where there is none. Everyone else
 * runs them as themselves: `undefined`.
 */
export async function findServerAccount(): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([accountNumber('-u', name), accountNumber('-g', name)]);
    if (uid !== undefined && gid !== undefined && uid !== 0) return { uid, gid };
  }
  throw new BackupError({
    code: 'server-failed',
    message: 'no unprivileged account to run PostgreSQL under',
    hint: 'PostgreSQL refuses to run as root: run as an ordinary user, or create the account postgres or nobody.',
  });
}

async function accountNumber(flag: '-u' | '-g', name: string): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)('id', [flag, name]);
    return Number.parseInt(stdout, 10);
  } catch {
    // `id` says with its exit code that there is no such account.
    return undefined;
  }
}
