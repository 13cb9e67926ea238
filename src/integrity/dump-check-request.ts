import { checkObject } from '../core/check-shape.js';
import { invalidInput } from '../core/errors.js';
import type { DatabasePlace } from '../system/database-target.js';
import { checkSubset, type DumpSubset } from './dump-subset.js';

/** How far a dump is proven: {@link provenBy} says what each level proves. Each includes those before it. */
export type DumpCheckLevel = 0 | 1 | 2 | 3 | 4;

/** Where a dump is restored to for levels 3 and 4: a database that is not there before and, always, not there afterwards. */
export interface ScratchDatabase extends Pick<DatabasePlace, 'instance' | 'endpoint'> {
  /** Its name, not in use. Restoring is work for the server: let it be one that production does not need. */
  readonly database: string;
}

/** Which dump to check, and how far. */
export interface CheckDumpRequest {
  /** Key of a dump below the archive's prefix, or the newest one of the system's database that has a manifest. */
  readonly dump: string | 'latest';
  /** Default 2: everything that can be proven without a server. */
  readonly level?: DumpCheckLevel | undefined;
  /**
   * Reads a part of the archives only: of a large dump, every day another. What is said of size and checksum by the store, and of the
   * tables of contents, is still of all of them. Levels 3 and 4 restore everything that is defined, and the rows of the part's tables. Default: all.
   */
  readonly subset?: DumpSubset | undefined;
  /** For levels 3 and 4. */
  readonly scratch?: ScratchDatabase | undefined;
}

/** Checks all of a request that can be checked without a call. Errors: `invalid-input` names the field. */
export function checkDumpCheckRequest(
  request: CheckDumpRequest,
): CheckDumpRequest & { readonly level: DumpCheckLevel } {
  checkObject(request, 'request');
  const { dump, level = 2, scratch, subset } = request;
  if (typeof dump !== 'string' || dump === '' || dump.startsWith('/')) {
    throw invalidInput(
      'dump',
      `is not a key: ${JSON.stringify(dump)}`,
      "Give the dump's key below the archive's prefix, or 'latest'.",
    );
  }
  if (![0, 1, 2, 3, 4].includes(level)) {
    throw invalidInput('level', `is not a level: ${JSON.stringify(level)}`, 'Use 0, 1, 2, 3 or 4.');
  }
  if (subset !== undefined) checkSubset(subset);
  if (level > 2 && scratch === undefined) {
    throw invalidInput(
      'scratch',
      `is needed for level ${level}`,
      "Name a database to restore into, that is not there: { database: 'dump_check' }.",
    );
  }
  return { ...request, level };
}
