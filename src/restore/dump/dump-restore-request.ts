import type { DatabaseExpectation } from '../../checks/expectation.js';
import { checkObject } from '../../core/check-shape.js';
import { invalidInput } from '../../core/errors.js';
import { checkInstanceIdentifier } from '../../core/names.js';
import { managedBy, type Tags, tagKeys } from '../../core/tags.js';
import { checkDate } from '../plan/check-date.js';

/** Which dump to restore, and into what. */
export interface DumpRestoreRequest {
  /** Key of a dump below the archive's prefix, or the newest one of the system's database that has a manifest. */
  readonly dump: string | 'latest';
  readonly into: {
    /** The database; it must be absent or empty. */
    readonly database: string;
    /** Identifier of an RDS instance. Default: the system's. */
    readonly instance?: string | undefined;
    /** A server that RDS does not know, instead of an instance. */
    readonly endpoint?: { readonly address: string; readonly port: number } | undefined;
  };
  /**
   * Only these tables, `schema.table`, with their rows, keys, indexes, triggers and the position of their sequences. All else is
   * there as definitions, empty. Foreign keys to rows that are not there are left out. Of a dump in several archives only those are
   * fetched that hold the rows. Of a partitioned table name the partitions. Default: everything.
   */
  readonly tables?: readonly string[] | undefined;
  /** Whether the database may be made if absent. Default `true`. */
  readonly createDatabase?: boolean | undefined;
  /**
   * How many pg_restores run at once, 1 to 16, where the dump is in several archives (`createDump({ parallel })`). About as many as
   * the server has processors is best. Default 2.
   */
  readonly workers?: number | undefined;
  /**
   * Compares every table with the fingerprint, and all that was restored with the structure, in the manifest. Default: wherever the
   * manifest has them. `true` insists on the fingerprint, `false` does without both.
   */
  readonly proveEqual?: boolean | undefined;
  /** The database is for a look or a drill and will be dropped: its comment says until when, for whoever clears up. Default: it is to stay. */
  readonly temporary?:
    | {
        readonly expiresAt: Date;
        /** Default `drill`. */
        readonly purpose?: string | undefined;
        readonly tags?: Tags | undefined;
      }
    | undefined;
  /** What else the restored database has to be like. Default: foreign keys, sequences and indexes are sound. */
  readonly expectation?: DatabaseExpectation | undefined;
}

/** A request that has been checked, with its defaults. */
export interface CheckedDumpRestoreRequest {
  /** `undefined`: the latest. */
  readonly dump: string | undefined;
  readonly database: string;
  readonly place:
    | { readonly kind: 'instance'; readonly identifier: string }
    | { readonly kind: 'endpoint'; readonly address: string; readonly port: number };
  readonly tables: readonly string[] | undefined;
  readonly createDatabase: boolean;
  readonly workers: number;
  readonly proveEqual: boolean | undefined;
  readonly temporary: { readonly tags: Tags } | undefined;
  readonly expectation: DatabaseExpectation;
}

/** Checks all of a request that can be checked without a call. Errors: `invalid-input` names the field. */
export function checkDumpRestoreRequest(request: DumpRestoreRequest, production: string): CheckedDumpRestoreRequest {
  checkObject(request, 'request');
  const { dump, into } = request;
  if (typeof dump !== 'string' || dump === '' || dump.startsWith('/')) {
    throw invalidInput(
      'dump',
      `is not a key: ${JSON.stringify(dump)}`,
      "Give the dump's key below the archive's prefix, or 'latest'.",
    );
  }
  checkObject(into, 'into');
  return {
    dump: dump === 'latest' ? undefined : dump,
    database: checkDatabase(into.database),
    place: checkPlace(into, production),
    tables: checkTables(request.tables),
    createDatabase: request.createDatabase ?? true,
    workers: checkWorkers(request.workers),
    proveEqual: request.proveEqual,
    temporary: checkTemporary(request),
    expectation: request.expectation ?? { consistency: ['foreign-keys', 'sequences', 'indexes'] },
  };
}

function checkTemporary({ temporary, createDatabase }: DumpRestoreRequest): CheckedDumpRestoreRequest['temporary'] {
  if (temporary === undefined) return undefined;
  const { expiresAt, purpose = 'drill', tags } = temporary;
  checkDate(expiresAt, 'temporary.expiresAt');
  if (createDatabase === false) {
    throw invalidInput(
      'createDatabase',
      'is false where the database is temporary',
      'Only what the plan makes is dropped again.',
    );
  }
  const own = {
    [tagKeys.managedBy]: managedBy,
    [tagKeys.purpose]: purpose,
    [tagKeys.expiresAt]: expiresAt.toISOString(),
  };
  return { tags: { ...tags, ...own } };
}

function checkTables(tables: readonly string[] | undefined): readonly string[] | undefined {
  if (tables === undefined) return undefined;
  const fits = Array.isArray(tables) && tables.length > 0 && tables.every((table) => /^[^.]+\..+$/.test(String(table)));
  if (fits) return [...new Set(tables)].sort();
  throw invalidInput('tables', `is not a list of tables: ${JSON.stringify(tables)}`, "Write ['public.votes'].");
}

function checkWorkers(workers = 2): number {
  if (Number.isInteger(workers) && workers >= 1 && workers <= 16) return workers;
  throw invalidInput('workers', `is not a number of workers: ${String(workers)}`, 'Give 1 to 16.');
}

function checkDatabase(database: string): string {
  const fits =
    typeof database === 'string' && database !== '' && Buffer.byteLength(database) <= 63 && !database.includes('\0');
  if (!fits || ['postgres', 'template0', 'template1', 'rdsadmin'].includes(database)) {
    throw invalidInput(
      'into.database',
      `cannot be restored into: ${JSON.stringify(database)}`,
      'Name a database of its own, 1 to 63 bytes long.',
    );
  }
  return database;
}

function checkPlace(into: DumpRestoreRequest['into'], production: string): CheckedDumpRestoreRequest['place'] {
  const { instance, endpoint } = into;
  if (endpoint === undefined) {
    return {
      kind: 'instance',
      identifier: instance === undefined ? production : checkInstanceIdentifier(instance, 'into.instance'),
    };
  }
  if (instance !== undefined) {
    throw invalidInput('into.endpoint', 'and into.instance cannot both be given', 'Name one of them.');
  }
  const { address, port } = endpoint;
  if (typeof address !== 'string' || address === '' || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw invalidInput('into.endpoint', 'is not an address and a port', "Write { address: 'db.example', port: 5432 }.");
  }
  return { kind: 'endpoint', address, port };
}
