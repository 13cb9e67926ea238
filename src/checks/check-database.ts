import type { CallOptions } from '../core/call-options.js';
import { type CheckReport, type CheckResult, overallVerdict } from '../core/check-result.js';
import type { Clock } from '../core/clock.js';
import type { Duration } from '../core/duration.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { checkAmcheck } from './check-amcheck.js';
import { checkBoundary } from './check-boundary.js';
import { checkCollations } from './check-collations.js';
import { checkCustom } from './check-custom.js';
import { checkExpectation } from './check-expectation.js';
import { checkFingerprint } from './check-fingerprint.js';
import { checkForeignKeys } from './check-foreign-keys.js';
import { checkFunction, checkFunctionChecks, type FunctionCheck } from './check-function.js';
import { checkIndexes, checkPrimaryKeys } from './check-indexes.js';
import { checkRows } from './check-rows.js';
import { type ConnectTo, checkSameAs } from './check-same-as.js';
import { checkSequences } from './check-sequences.js';
import { checkStructure } from './check-structure.js';
import { checkUniqueness } from './check-uniqueness.js';
import { withDatabaseSnapshot } from './database-snapshot.js';
import type { DatabaseExpectation } from './expectation.js';
import { withPinnedSettings } from './pinned-settings.js';
import { spreadOver } from './spread-over.js';
import { readUserTables, type UserTable } from './user-tables.js';
import { withinDeadline } from './within-deadline.js';

/** How to check a database. */
export interface CheckDatabaseOptions extends CallOptions {
  readonly clock: Clock;
  /** Connections that read in parallel, 1 to 64. Default 2. */
  readonly sessions?: number | undefined;
  /** No statement runs longer; what it was to find out is then inconclusive. Default `'30m'`. */
  readonly statementTimeout?: Duration | undefined;
  /** Checks as functions of the caller's own, beside what the expectation says. */
  readonly checks?: readonly FunctionCheck[] | undefined;
  /** How another database is reached, for `expectation.sameAs`; without it that is inconclusive. */
  readonly connectTo?: ConnectTo | undefined;
}

/** One check, made on one session. */
type Check = (session: SqlSession, call: PortCall) => Promise<CheckResult>;

/**
 * Holds a database against what is expected of it: read-only, in one snapshot. A check that cannot be made, because a
 * table is not there, a statement takes too long or the connection is lost, is `inconclusive` with the reason, never passed.
 *
 * Errors: `invalid-input` for an expectation that cannot be right, those of `connect`, `deadline-exceeded`.
 *
 * @example
 * ```ts
 * const report = await checkDatabase(connect, { fingerprint: manifest.fingerprint, consistency: ['foreign-keys'] }, { clock });
 * if (report.verdict !== 'passed') console.error(report.checks);
 * ```
 */
export async function checkDatabase(
  connect: (call: PortCall) => Promise<SqlSession>,
  expectation: DatabaseExpectation,
  options: CheckDatabaseOptions,
): Promise<CheckReport> {
  checkExpectation(expectation);
  checkFunctionChecks(options.checks ?? []);
  const { clock, deadline, signal, sessions: wanted = 2, statementTimeout = '30m' } = options;
  const startedAt = clock.now();
  const checks = await withinDeadline('checking a database', { clock, deadline, signal }, (until) =>
    withDatabaseSnapshot(connect, { sessions: wanted, statementTimeout, signal: until }, async ({ sessions }) =>
      makeChecks(sessions, expectation, { ...options, signal: until }),
    ),
  );
  return {
    verdict: overallVerdict(checks),
    checks,
    startedAt: startedAt.toISOString(),
    finishedAt: clock.now().toISOString(),
  };
}

async function makeChecks(
  sessions: readonly [SqlSession, ...SqlSession[]],
  expectation: DatabaseExpectation,
  options: CheckDatabaseOptions,
): Promise<readonly CheckResult[]> {
  const call: PortCall = { signal: options.signal };
  const [first] = sessions;
  const tables = await withPinnedSettings(first, call, () => readUserTables(first, call));
  const report = reporter(options);
  const results: CheckResult[] = [];
  if (expectation.fingerprint !== undefined) {
    results.push(report(await checkFingerprint(sessions, tables, expectation.fingerprint, call)));
  }
  if (expectation.sameAs !== undefined) {
    const { clock, connectTo, statementTimeout = '30m' } = options;
    const reading = { clock, connectTo, statementTimeout };
    results.push(report(await checkSameAs(sessions, tables, expectation.sameAs, reading, call)));
  }
  const own = (options.checks ?? []).map(
    (check): Check =>
      (session, on) =>
        checkFunction(session, check, on),
  );
  const others = [...checksOf(expectation, tables), ...own];
  const found: CheckResult[] = [];
  await spreadOver(sessions, [...others.entries()], options.signal, async (session, [place, check]) => {
    found[place] = report(await check(session, call));
  });
  return [...results, ...found];
}

function checksOf(expectation: DatabaseExpectation, tables: readonly UserTable[]): readonly Check[] {
  const { structure, atLeastRows = {}, atMostRows = {}, boundaries = [], consistency = [], custom = [] } = expectation;
  const byName = new Map(tables.map((table) => [table.name, table]));
  const sound = {
    'foreign-keys': checkForeignKeys,
    sequences: checkSequences,
    indexes: checkIndexes,
    'primary-keys': checkPrimaryKeys,
    uniqueness: checkUniqueness,
    collations: checkCollations,
    amcheck: checkAmcheck,
  };
  return [
    ...(structure === undefined
      ? []
      : [(session: SqlSession, call: PortCall): Promise<CheckResult> => checkStructure(session, structure, call)]),
    ...[...new Set([...Object.keys(atLeastRows), ...Object.keys(atMostRows)])].map(
      (table): Check =>
        (session, call) => {
          const bounds = { table, atLeast: atLeastRows[table] ?? 0, atMost: atMostRows[table] };
          return checkRows(session, byName.get(table), bounds, call);
        },
    ),
    ...boundaries.map(
      (boundary): Check =>
        (session, call) =>
          checkBoundary(session, byName.get(boundary.table), boundary, call),
    ),
    ...[...new Set(consistency)].map(
      (name): Check =>
        (session, call) =>
          sound[name](session, tables.length, call, structure),
    ),
    ...custom.map(
      (one): Check =>
        (session, call) =>
          checkCustom(session, one, call),
    ),
  ];
}

function reporter({ clock, onProgress }: CheckDatabaseOptions): (result: CheckResult) => CheckResult {
  const startedAt = clock.now().getTime();
  return (result) => {
    const at = clock.now();
    onProgress?.({
      operation: 'check-database',
      phase: 'checking',
      subject: result.summary,
      status: `${result.check}: ${result.verdict}`,
      at,
      elapsedMilliseconds: at.getTime() - startedAt,
    });
    return result;
  };
}
