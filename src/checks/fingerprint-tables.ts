import { invalidInput } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import type { FingerprintSlice, KeyCoverage, KeyRanges, TableFingerprint } from './fingerprint.js';
import { type FingerprintAlgorithm, type HashingServer, wordsOf } from './fingerprint-algorithm.js';
import { hashedRows, hashText } from './hashed-rows.js';
import { onlyRow } from './only-row.js';
import { quoteIdentifier } from './quote-sql.js';
import type { UserTable } from './user-tables.js';

/** How to fingerprint every table of one database alike: by an algorithm that its server can compute. */
export interface FingerprintFormula {
  readonly algorithm: FingerprintAlgorithm;
  readonly server: HashingServer;
  readonly slice?: FingerprintSlice | undefined;
}

/** Which rows a statement reads, as a condition with its parameters. */
interface RowFilter {
  readonly where: string;
  readonly parameters: readonly string[];
}

/** The fingerprint of one table, in a session whose settings are pinned: of all of it, or of the rows in some ranges of a key. */
export async function fingerprintTable(
  session: SqlSession,
  table: UserTable,
  formula: FingerprintFormula,
  call: PortCall,
  part?: KeyRanges | undefined,
): Promise<TableFingerprint> {
  const coverage = part === undefined ? undefined : await coverageOf(session, table, formula, part, call);
  const { where, parameters } = filterOf(table, formula, part);
  const { forms, hashes } = hashedRows(table.columns, wordsOf(formula.algorithm), formula.server);
  const sums = hashes.map((hash, word) => `coalesce(pg_catalog.sum(${hash}), 0)::text AS hash_${word}`);
  // The offset keeps the subquery, and with it each form, from being computed once for each word. As a literal of no type it is the
  // number of rows itself and not a cast of it, by which the planner sees that nothing is skipped: workers may share the table.
  const found = await session.query<{ rows: string; hash_0: string; hash_1?: string }>(
    `SELECT pg_catalog.count(*)::text AS rows, ${sums.join(', ')}
     FROM (SELECT ${forms} FROM ${table.from} AS t${where} OFFSET '0') AS s`,
    parameters,
    call,
  );
  const { rows, hash_0, hash_1 } = onlyRow(found, `the fingerprint of ${table.name}`);
  return {
    table: table.name,
    rows: Number(rows),
    hash: hashText(hash_1 === undefined ? [hash_0] : [hash_0, hash_1]),
    ...(coverage === undefined ? {} : { coverage }),
    ...(table.partitionOf === undefined ? {} : { partitionOf: table.partitionOf }),
  };
}

/** Counts the rows that a fingerprint of some ranges is a part of. */
export async function countRows(
  session: SqlSession,
  table: UserTable,
  formula: FingerprintFormula,
  call: PortCall,
): Promise<number> {
  const { where, parameters } = filterOf(table, formula, undefined);
  const query = `SELECT pg_catalog.count(*)::text AS rows FROM ${table.from} AS t${where}`;
  const found = await session.query<{ rows: string }>(query, parameters, call);
  return Number(onlyRow(found, `the count of ${table.name}`).rows);
}

async function coverageOf(
  session: SqlSession,
  table: UserTable,
  formula: FingerprintFormula,
  { column, ranges }: KeyRanges,
  call: PortCall,
): Promise<KeyCoverage> {
  return { column, ranges, of: await countRows(session, table, formula, call) };
}

function filterOf(table: UserTable, { slice }: FingerprintFormula, part: KeyRanges | undefined): RowFilter {
  const parameters: string[] = [];
  const parameter = (value: string, type: string): string =>
    `$${parameters.push(value)}::pg_catalog.${quoteIdentifier(type)}`;
  const conditions: string[] = [];
  if (slice !== undefined && isSliced(table, slice)) {
    conditions.push(`t.${quoteIdentifier(slice.column)} <= ${parameter(slice.notAfter, 'timestamptz')}`);
  }
  if (part !== undefined) {
    const baseType = keyType(table, part);
    const key = `t.${quoteIdentifier(part.column)}`;
    const ranges = part.ranges.map(
      ({ from, to }) => `${key} BETWEEN ${parameter(from, baseType)} AND ${parameter(to, baseType)}`,
    );
    conditions.push(`(${ranges.join(' OR ')})`);
  }
  return { where: conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`, parameters };
}

/** If the table has that column, and the column holds instants. */
function isSliced(table: UserTable, slice: FingerprintSlice): boolean {
  const column = table.columns.find(({ name }) => name === slice.column);
  return column?.baseType !== undefined && ['timestamptz', 'timestamp', 'date'].includes(column.baseType);
}

const rangedTypes: readonly string[] = ['int2', 'int4', 'int8', 'uuid', 'date', 'timestamp', 'timestamptz'];

/** The type of the column that ranges are of. Errors: `invalid-input` where the table has none of that name and kind. */
function keyType(table: UserTable, { column, ranges }: KeyRanges): string {
  const baseType = table.columns.find(({ name }) => name === column)?.baseType;
  if (baseType !== undefined && rangedTypes.includes(baseType) && ranges.length > 0) return baseType;
  throw invalidInput(
    `ranges.${table.name}`,
    ranges.length === 0
      ? 'names no range'
      : `names ${JSON.stringify(column)}, which is no column to divide the table by`,
    "Write { column: 'id', ranges: [{ from: '1', to: '1000' }] }, of whole numbers, uuids, dates or timestamps.",
  );
}
