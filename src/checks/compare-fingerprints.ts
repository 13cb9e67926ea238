import type { DatabaseFingerprint, TableFingerprint } from './fingerprint.js';
import { isFingerprintAlgorithm } from './fingerprint-algorithm.js';

/**
 * How one table differs: it is `missing` or `extra`, has other `rows` in number or other `content` in as many rows, or was
 * `detached` from the partitioned table it belonged to.
 */
export interface TableDifference {
  readonly table: string;
  readonly kind: 'missing' | 'extra' | 'rows' | 'content' | 'detached';
  readonly expected?: TableFingerprint | undefined;
  readonly actual?: TableFingerprint | undefined;
}

/** What comparing two fingerprints says. Only `equal` says that nothing was lost. */
export type FingerprintComparison =
  | { readonly outcome: 'equal'; readonly tables: number; readonly rows: number }
  | { readonly outcome: 'different'; readonly differences: readonly TableDifference[] }
  | { readonly outcome: 'not-comparable'; readonly reason: string };

/**
 * Compares two fingerprints table by table, sorted by name. Only like with like: where formula, slice or the part of a table that was
 * hashed differ, equal contents have different hashes; by a formula that is not this release's, also where the server's major version does.
 *
 * @example
 * ```ts
 * const comparison = compareFingerprints(manifest.fingerprint, restored);
 * if (comparison.outcome !== 'equal') throw new Error(JSON.stringify(comparison));
 * ```
 */
export function compareFingerprints(expected: DatabaseFingerprint, actual: DatabaseFingerprint): FingerprintComparison {
  const reason = whyNotComparable(expected, actual);
  if (reason !== undefined) return { outcome: 'not-comparable', reason };
  const found = byTable(actual);
  const differences: TableDifference[] = [];
  for (const table of expected.tables) {
    const difference = differenceOf(table, found.get(table.table));
    if (difference !== undefined) differences.push(difference);
    found.delete(table.table);
  }
  for (const table of found.values()) differences.push({ table: table.table, kind: 'extra', actual: table });
  if (differences.length > 0) {
    return { outcome: 'different', differences: differences.sort((a, b) => (a.table < b.table ? -1 : 1)) };
  }
  const rows = expected.tables.reduce((sum, table) => sum + table.rows, 0);
  return { outcome: 'equal', tables: expected.tables.length, rows };
}

function differenceOf(expected: TableFingerprint, actual: TableFingerprint | undefined): TableDifference | undefined {
  const { table, partitionOf } = expected;
  if (actual === undefined) return { table, kind: 'missing', expected };
  if (expected.rows !== actual.rows || expected.coverage?.of !== actual.coverage?.of)
    return { table, kind: 'rows', expected, actual };
  if (expected.hash !== actual.hash) return { table, kind: 'content', expected, actual };
  // Where nothing was recorded about it, nothing is expected.
  if (partitionOf === undefined || partitionOf === actual.partitionOf) return undefined;
  return { table, kind: 'detached', expected, actual };
}

function whyNotComparable(expected: DatabaseFingerprint, actual: DatabaseFingerprint): string | undefined {
  const { algorithm } = expected;
  if (algorithm !== actual.algorithm) {
    return `one was taken with ${algorithm}, the other with ${actual.algorithm}`;
  }
  const versions = [expected.serverVersion, actual.serverVersion].map((version) => Math.floor(version / 10_000));
  if (versions[0] !== versions[1] && !isFingerprintAlgorithm(algorithm)) {
    return `${algorithm} is not known to be the same on PostgreSQL ${versions[0]} and ${versions[1]}`;
  }
  if (expected.slice?.column !== actual.slice?.column || expected.slice?.notAfter !== actual.slice?.notAfter) {
    return `one was taken of ${sliceText(expected)}, the other of ${sliceText(actual)}`;
  }
  const found = byTable(actual);
  const apart = expected.tables.find((table) => {
    const other = found.get(table.table);
    return other !== undefined && partText(table) !== partText(other);
  });
  if (apart !== undefined) return `of ${apart.table} they hash different parts`;
  const twice = [expected, actual].find((fingerprint) => byTable(fingerprint).size !== fingerprint.tables.length);
  return twice === undefined ? undefined : 'one of them names a table twice';
}

/** The ranges that were hashed, as a text to compare. */
function partText({ coverage }: TableFingerprint): string {
  return coverage === undefined
    ? ''
    : JSON.stringify([coverage.column, coverage.ranges.map(({ from, to }) => [from, to])]);
}

function sliceText({ slice }: DatabaseFingerprint): string {
  return slice === undefined ? 'all rows' : `rows with ${slice.column} up to ${slice.notAfter}`;
}

function byTable(fingerprint: DatabaseFingerprint): Map<string, TableFingerprint> {
  return new Map(fingerprint.tables.map((table) => [table.table, table]));
}
