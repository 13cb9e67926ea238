import { BackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { SqlSession } from '../ports/postgres.js';
import { readColumnTypes } from './column-types.js';
import type { FingerprintSlice, TableFingerprint } from './fingerprint.js';
import { type FingerprintAlgorithm, hashTerms, hashText, isPortable } from './fingerprint-algorithm.js';
import { type ColumnType, type HashedColumn, hashedAs } from './hashed-column.js';
import { onlyRow } from './only-row.js';
import { quoteIdentifier } from './quote-sql.js';
import type { UserTable } from './user-tables.js';

/** How to fingerprint every table of one database alike. */
export interface FingerprintFormula {
  readonly algorithm: FingerprintAlgorithm;
  readonly types: ReadonlyMap<string, ColumnType>;
  readonly slice?: FingerprintSlice | undefined;
}

/** Reads what the formula has to know of the database's types. Errors: `version-mismatch` where the server cannot compute it. */
export async function prepareFormula(
  session: SqlSession,
  algorithm: FingerprintAlgorithm,
  slice: FingerprintSlice | undefined,
  call: PortCall,
): Promise<FingerprintFormula> {
  const least = isPortable(algorithm) ? 110_000 : 140_000;
  if (session.serverVersion < least) {
    throw new BackupError({
      code: 'version-mismatch',
      message: `server version ${session.serverVersion} cannot compute ${algorithm}, which needs ${least}`,
      hint: 'Take the fingerprint with { portable: true }, on PostgreSQL 11 or later.',
      details: { serverVersion: session.serverVersion, algorithm },
    });
  }
  const types = isPortable(algorithm) ? new Map<string, ColumnType>() : await readColumnTypes(session, call);
  return { algorithm, types, slice };
}

/** The statement that fingerprints one table; its parameters are those of {@link fingerprintTable}. */
function fingerprintQuery(table: UserTable, formula: FingerprintFormula): string {
  const columns = table.columns.map(
    (column): HashedColumn => ({
      name: column.name,
      hashedAs: hashedAs(column.type, column.looseCollation, formula.types),
    }),
  );
  const sums = hashTerms(formula.algorithm, columns).map(
    (term, index) => `coalesce(pg_catalog.sum(${term}), 0)::text AS hash_${index}`,
  );
  const bounded = sliced(table, formula.slice);
  const where = bounded ? ` WHERE t.${quoteIdentifier(bounded.column)} <= $1::timestamptz` : '';
  return `SELECT pg_catalog.count(*)::text AS rows, ${sums.join(', ')} FROM ${table.from} AS t${where}`;
}

/** The fingerprint of one table, in a session whose settings are pinned. */
export async function fingerprintTable(
  session: SqlSession,
  table: UserTable,
  formula: FingerprintFormula,
  call: PortCall,
): Promise<TableFingerprint> {
  const slice = sliced(table, formula.slice);
  const found = await session.query<{ rows: string; hash_0: string; hash_1?: string }>(
    fingerprintQuery(table, formula),
    slice === undefined ? [] : [slice.notAfter],
    call,
  );
  const { rows, hash_0, hash_1 } = onlyRow(found, `the fingerprint of ${table.name}`);
  return {
    table: table.name,
    rows: Number(rows),
    hash: hashText(hash_1 === undefined ? [hash_0] : [hash_0, hash_1]),
    ...(table.partitionOf === undefined ? {} : { partitionOf: table.partitionOf }),
  };
}

/** The slice, if it bounds this table: if the table has that column, and the column holds instants. */
function sliced(table: UserTable, slice: FingerprintSlice | undefined): FingerprintSlice | undefined {
  const column = table.columns.find(({ name }) => name === slice?.column);
  return column !== undefined && ['timestamptz', 'timestamp', 'date'].includes(column.baseType) ? slice : undefined;
}
