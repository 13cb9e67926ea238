import type { CallOptions } from '../core/call-options.js';
import { type Clock, systemClock } from '../core/clock.js';
import { invalidInput } from '../core/errors.js';
import type { SqlSession } from '../ports/postgres.js';
import { checkInstant } from './check-instant.js';
import type { DatabaseFingerprint, FingerprintSlice, KeyRanges, TableFingerprint } from './fingerprint.js';
import { chooseAlgorithm } from './fingerprint-algorithm.js';
import { type FingerprintFormula, fingerprintTable } from './fingerprint-tables.js';
import { readHashingServer, requireComputable } from './hashing-server.js';
import type { SampleOptions } from './key-coverage.js';
import { withPinnedSettings } from './pinned-settings.js';
import { spreadOver } from './spread-over.js';
import { checkParts, type PartOptions, partOf } from './table-parts.js';
import { readUserTables, type UserTable } from './user-tables.js';
import { withinDeadline } from './within-deadline.js';

/** What to fingerprint, and how. */
export interface FingerprintOptions extends CallOptions {
  /** Only these, `schema.table` each. Default: all. A partitioned table stands for its partitions. */
  readonly tables?: readonly string[] | undefined;
  /** Only tables of these schemas. Default: all. */
  readonly schemas?: readonly string[] | undefined;
  /** Only rows up to an instant. Default: all. */
  readonly slice?: FingerprintSlice | undefined;
  /** Of some tables, `schema.table`, only the rows in ranges of a key. The result says which; no other rows are proven. */
  readonly ranges?: Readonly<Record<string, KeyRanges>> | undefined;
  /**
   * Of large tables only the rows in some ranges of the primary key, and the count of all. The result says which, so that a
   * comparison reads the same ones; no other rows are proven. Default: every row of every table.
   */
  readonly sample?: SampleOptions | undefined;
  /** Length of the hash. Default 64: enough against accidents. Neither guards against an adversary. */
  readonly bits?: 64 | 128 | undefined;
  /** Tells time for progress and the deadline. Default: the machine's own. */
  readonly clock?: Clock | undefined;
}

/**
 * Row count and content hash of every table, read by all `sessions` at once, the largest tables first. The sessions must be
 * in transactions on one snapshot (see `withDatabaseSnapshot`); they are left as they were.
 *
 * Taken are ordinary tables and partitions of all schemas, unlogged ones too; not the system's, not an extension's, no
 * temporary and no foreign tables. Left unseen are a float's `-0` for `0`, and blanks at the end of a `char`.
 *
 * Errors: `invalid-input` (also for a table or schema that is not there), `permission-denied`, `statement-timeout`,
 * `version-mismatch` before PostgreSQL 11, `deadline-exceeded`, `query-failed` where row security would hide rows.
 *
 * @example
 * ```ts
 * const before = await withDatabaseSnapshot(connect, { sessions: 2 }, ({ sessions }) => fingerprintDatabase(sessions));
 * ```
 */
export async function fingerprintDatabase(
  sessions: readonly SqlSession[],
  options: FingerprintOptions = {},
): Promise<DatabaseFingerprint> {
  const [first] = sessions;
  if (first === undefined) throw invalidInput('sessions', 'is empty', 'Give at least one session.');
  const { slice, bits = 64, clock = systemClock, deadline, signal } = options;
  if (bits !== 64 && bits !== 128) throw invalidInput('bits', `is ${JSON.stringify(bits)}`, 'Use 64 or 128.');
  if (slice !== undefined) checkInstant(slice.notAfter, 'slice.notAfter');
  checkParts(options);
  return withinDeadline('taking fingerprints', { clock, deadline, signal }, async (until) => {
    const call = { signal: until };
    const { chosen, formula } = await withPinnedSettings(first, call, async () => {
      const server = await readHashingServer(first, call);
      const algorithm = chooseAlgorithm(bits, server);
      requireComputable(algorithm, server);
      const chosen = chooseTables(await readUserTables(first, call), options);
      return { chosen, formula: { algorithm, server, slice } };
    });
    const tables = await fingerprintAll(sessions, chosen, formula, { ...options, clock, signal: until });
    const taken = { algorithm: formula.algorithm, serverVersion: first.serverVersion, tables };
    return slice === undefined ? taken : { ...taken, slice };
  });
}

async function fingerprintAll(
  sessions: readonly SqlSession[],
  tables: readonly UserTable[],
  formula: FingerprintFormula,
  options: CallOptions & PartOptions & { readonly clock: Clock },
): Promise<readonly TableFingerprint[]> {
  const { clock, signal, onProgress } = options;
  const startedAt = clock.now().getTime();
  const total = tables.reduce((sum, table) => sum + table.bytes, 0);
  const taken: TableFingerprint[] = [];
  let bytes = 0;
  await spreadOver(sessions, largestFirst(tables), signal, async (session, table) => {
    taken.push(
      await withPinnedSettings(session, { signal }, async () => {
        const part = await partOf(session, table, formula, options, { signal });
        return fingerprintTable(session, table, formula, { signal }, part);
      }),
    );
    bytes += table.bytes;
    const at = clock.now();
    onProgress?.({
      operation: 'fingerprint',
      phase: 'reading-tables',
      subject: table.name,
      at,
      elapsedMilliseconds: at.getTime() - startedAt,
      percent: (100 * bytes) / total,
      bytes,
    });
  });
  return taken.sort((a, b) => (a.table < b.table ? -1 : 1));
}

/** The tables that hold the rows of what was asked for. */
function chooseTables(all: readonly UserTable[], options: FingerprintOptions): readonly UserTable[] {
  const { tables, schemas, ranges = {} } = options;
  const unranged = Object.keys(ranges).find(
    (name) => !all.some((table) => table.name === name && table.kind === 'ordinary'),
  );
  if (unranged !== undefined) {
    throw invalidInput(
      `ranges.${unranged}`,
      'names a table that is not there',
      'Write schema.table, in the case the database has it; of a partitioned table name its partitions.',
    );
  }
  const unknown = tables?.find((name) => !all.some((table) => table.name === name));
  if (unknown !== undefined) {
    throw invalidInput(
      'tables',
      `names ${JSON.stringify(unknown)}, which is not there`,
      'Write schema.table, in the case the database has it.',
    );
  }
  const strange = schemas?.find((name) => !all.some((table) => table.schema === name));
  if (strange !== undefined) {
    throw invalidInput(
      'schemas',
      `names ${JSON.stringify(strange)}, which holds no table`,
      'Write the name in the case the database has it.',
    );
  }
  const byName = new Map(all.map((table) => [table.name, table]));
  const named = (table: UserTable | undefined): boolean =>
    table !== undefined &&
    (tables?.includes(table.name) || (table.partitionOf !== undefined && named(byName.get(table.partitionOf))));
  return all.filter(
    (table) =>
      table.kind === 'ordinary' &&
      (tables === undefined || named(table)) &&
      (schemas === undefined || schemas.includes(table.schema)),
  );
}

/** So that no session is left with the one large table at the end. */
export function largestFirst(tables: readonly UserTable[]): readonly UserTable[] {
  return [...tables].sort((a, b) => b.bytes - a.bytes);
}
