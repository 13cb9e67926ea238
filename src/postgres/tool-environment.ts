import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidInput } from '../core/errors.js';
import { makeTemporaryDirectory } from '../core/temporary-directory.js';
import type { DatabaseTarget } from '../ports/postgres.js';
import { rootCertificates } from './root-certificates.js';

/** What one run of a program connects with. */
export interface ToolEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** `application_name` of this run alone: what it leaves on the server can be told from all else (facts H20). */
  readonly applicationName: string;
  /** Writes a file that only this user can read, gone with the rest; gives its path. */
  readonly writeFile: (name: string, text: string) => Promise<string>;
  /** Removes the password from the disk. Safe to call twice. */
  readonly remove: () => Promise<void>;
}

/** Messages in English, which are read, and nothing of the parent's `PG*` variables, which would redirect the program. */
export function plainEnvironment(): Readonly<Record<string, string>> {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LANG: 'C', LC_ALL: 'C' };
}

/**
 * The environment of a program that connects. The password is in a file that only this user can read, in a directory that
 * only this user can enter: arguments show in the process list, and libpq ignores a file that others can read (facts H16).
 */
export async function toolEnvironment(target: DatabaseTarget): Promise<ToolEnvironment> {
  const { path: directory, remove } = await makeTemporaryDirectory('postgres');
  try {
    const passwordFile = join(directory, 'password');
    await writeFile(passwordFile, passwordLine(target.credentials.password), { mode: 0o600, flag: 'wx' });
    const applicationName = `${target.applicationName.slice(0, 50)}/${randomBytes(6).toString('hex')}`;
    const env = {
      ...plainEnvironment(),
      PGPASSFILE: passwordFile,
      PGAPPNAME: applicationName,
      PGCONNECT_TIMEOUT: '10',
      // No Kerberos, no certificates of whoever runs this.
      PGGSSENCMODE: 'disable',
      PGSSLCERT: join(directory, 'no-client-certificate'),
      PGSSLKEY: join(directory, 'no-client-key'),
      ...(await tlsEnvironment(target, directory)),
    };
    const write = async (name: string, text: string): Promise<string> => {
      const path = join(directory, name);
      await writeFile(path, text, { mode: 0o600, flag: 'wx' });
      return path;
    };
    return { env, applicationName, writeFile: write, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function tlsEnvironment({ tls }: DatabaseTarget, directory: string): Promise<Readonly<Record<string, string>>> {
  if (tls.mode === 'off') return { PGSSLMODE: 'disable' };
  const rootFile = join(directory, 'root.crt');
  await writeFile(rootFile, await rootCertificates(tls), { mode: 0o600, flag: 'wx' });
  return { PGSSLMODE: 'verify-full', PGSSLROOTCERT: rootFile };
}

/** One line of a password file; it is for this run alone, so it fits every server. */
function passwordLine(password: string): string {
  if (/[\r\n\0]/.test(password)) {
    throw invalidInput(
      'credentials.password',
      'holds a line break',
      'Set one without: libpq cannot read it from a file.',
    );
  }
  return `*:*:*:*:${password.replace(/[\\:]/g, '\\$&')}\n`;
}
