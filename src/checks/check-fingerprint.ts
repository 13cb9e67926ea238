import type { CheckResult } from '../core/check-result.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { attempt, reasonOf } from './attempt.js';
import { compareFingerprints, type TableDifference } from './compare-fingerprints.js';
import { inconclusive } from './findings.js';
import type { DatabaseFingerprint, KeyRanges, TableFingerprint } from './fingerprint.js';
import { isFingerprintAlgorithm } from './fingerprint-algorithm.js';
import { largestFirst } from './fingerprint-database.js';
import { type FingerprintFormula, fingerprintTable } from './fingerprint-tables.js';
import { readHashingServer, requireComputable } from './hashing-server.js';
import { spreadOver } from './spread-over.js';
import type { UserTable } from './user-tables.js';

const check = 'fingerprint';

/** Differences that evidence names one by one; beyond, only their number. */
const named = 100;

/**
 * Computes the expected tables' fingerprints anew, by the formula and over the slice and the ranges of keys they were taken with. One table that
 * differs fails the check even where another could not be read; one that could not be read keeps it from passing.
 */
export async function checkFingerprint(
  sessions: readonly [SqlSession, ...SqlSession[]],
  tables: readonly UserTable[],
  expected: DatabaseFingerprint,
  call: PortCall,
): Promise<CheckResult> {
  const { algorithm, slice } = expected;
  const [first] = sessions;
  const { serverVersion } = first;
  const cannot = (reason: string): CheckResult => ({
    check,
    verdict: 'inconclusive',
    summary: `the fingerprint cannot be compared: ${reason}`,
    evidence: { algorithm, serverVersion, expectedServerVersion: expected.serverVersion },
  });
  if (!isFingerprintAlgorithm(algorithm)) return cannot(`${algorithm} is not known to this release`);
  if (expected.tables.length === 0) return cannot('it names no table');
  const blank: DatabaseFingerprint = { algorithm, serverVersion, slice, tables: [] };
  const beforehand = compareFingerprints(expected, blank);
  if (beforehand.outcome === 'not-comparable') return cannot(beforehand.reason);

  const formula = await attempt(first, call, async (): Promise<FingerprintFormula> => {
    const server = await readHashingServer(first, call);
    requireComputable(algorithm, server);
    return { algorithm, server, slice };
  });
  if (!formula.known) return inconclusive(check, formula, { algorithm });
  const wanted = new Map(expected.tables.map(({ table, coverage }) => [table, coverage]));
  const present = tables.filter((table) => table.kind === 'ordinary' && wanted.has(table.name));
  const { taken, unread } = await readTables(sessions, present, { formula: formula.value, parts: wanted }, call);
  const read = expected.tables.filter(({ table }) => !unread.has(table));
  const comparison = compareFingerprints({ ...expected, tables: read }, { ...blank, tables: taken });
  const differences = comparison.outcome === 'different' ? comparison.differences : [];
  return verdictOf(expected, serverVersion, differences, unread);
}

async function readTables(
  sessions: readonly SqlSession[],
  tables: readonly UserTable[],
  {
    formula,
    parts,
  }: { readonly formula: FingerprintFormula; readonly parts: ReadonlyMap<string, KeyRanges | undefined> },
  call: PortCall,
): Promise<{ taken: readonly TableFingerprint[]; unread: ReadonlyMap<string, Readonly<Record<string, string>>> }> {
  const taken: TableFingerprint[] = [];
  const unread = new Map<string, Readonly<Record<string, string>>>();
  await spreadOver(sessions, largestFirst(tables), call.signal, async (session, table) => {
    const outcome = await attempt(session, call, () =>
      fingerprintTable(session, table, formula, call, parts.get(table.name)),
    );
    if (outcome.known) taken.push(outcome.value);
    else unread.set(table.name, reasonOf(outcome.error));
  });
  return { taken, unread };
}

function verdictOf(
  expected: DatabaseFingerprint,
  serverVersion: number,
  differences: readonly TableDifference[],
  unread: ReadonlyMap<string, Readonly<Record<string, string>>>,
): CheckResult {
  const { algorithm, slice, tables } = expected;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const sampled = tables.flatMap(({ table, rows: hashed, coverage }) =>
    coverage === undefined ? [] : [[table, { rows: hashed, of: coverage.of, ranges: coverage.ranges.length }] as const],
  );
  const evidence = {
    algorithm,
    serverVersion,
    ...(slice === undefined ? {} : { slice }),
    tables: tables.length,
    rows,
    ...(sampled.length === 0 ? {} : { hashedInPart: Object.fromEntries(sampled) }),
    ...(differences.length === 0 ? {} : { differences: differences.slice(0, named), different: differences.length }),
    ...(unread.size === 0 ? {} : { unread: Object.fromEntries(unread) }),
  };
  const [worst] = differences;
  if (worst !== undefined) {
    const summary = `${differences.length} of ${tables.length} tables differ: ${describe(worst)}`;
    return { check, verdict: 'failed', summary, evidence };
  }
  const [unreadTable] = unread.keys();
  if (unreadTable !== undefined) {
    const summary = `${unread.size} of ${tables.length} tables could not be read: ${unreadTable}: ${unread.get(unreadTable)?.message}`;
    return { check, verdict: 'inconclusive', summary, evidence };
  }
  const parts = sampled.map(([table, { rows: hashed, of }]) => `of ${table} ${hashed} of ${of} rows were compared`);
  const summary = [`${tables.length} tables with ${rows} rows are equal`, ...parts.slice(0, 3)].join('; ');
  return { check, verdict: 'passed', summary, evidence };
}

function describe({ table, kind, expected, actual }: TableDifference): string {
  if (kind === 'missing') return `${table} is missing`;
  const [has, instead] = [actual, expected].map((side) => side?.coverage?.of ?? side?.rows);
  if (kind === 'rows' && has !== instead) return `${table} has ${has} rows instead of ${instead}`;
  if (kind === 'rows') return `${table} has ${actual?.rows} rows in its sample instead of ${expected?.rows}`;
  if (kind === 'detached') return `${table} no longer belongs to ${expected?.partitionOf}`;
  return `${table} has other content in as many rows`;
}
