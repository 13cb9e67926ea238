import type { HashedColumn } from './hashed-column.js';
import { quoteIdentifier } from './quote-sql.js';

/**
 * The formulas. `record` hashes values in PostgreSQL's own binary form: fast, but promised to be stable only within one
 * major version. `text` hashes what a value prints as: three times slower, comparable across major versions.
 */
export type FingerprintAlgorithm = 'record-hash-64/1' | 'record-hash-128/1' | 'text-hash-64/1' | 'text-hash-128/1';

/** Whether `name` is a formula of this release. */
export function isFingerprintAlgorithm(name: string): name is FingerprintAlgorithm {
  return /^(?:record|text)-hash-(?:64|128)\/1$/.test(name);
}

/** Whether the formula can be compared between servers of different major versions. */
export function isPortable(algorithm: FingerprintAlgorithm): boolean {
  return algorithm.startsWith('text');
}

/** The formula's name. A server before 14 cannot hash records, so there it is always the portable one. */
export function chooseAlgorithm(
  wish: { readonly bits?: 64 | 128 | undefined; readonly portable?: boolean | undefined },
  serverVersion: number,
): FingerprintAlgorithm {
  const kind = wish.portable === true || serverVersion < 140_000 ? 'text' : 'record';
  return `${kind}-hash-${wish.bits ?? 64}/1`;
}

/**
 * The SQL expressions whose sum over all rows of `t` is the content hash, one for each 64 bits.
 *
 * A sum, because rows have no order and XOR would miss rows that come in pairs; over a second hash, because record hashes
 * are linear in their last column, and a sum of them would miss values swapped between rows.
 */
export function hashTerms(algorithm: FingerprintAlgorithm, columns: readonly HashedColumn[]): readonly string[] {
  const seeds = algorithm.includes('-128/') ? [0, 1] : [0];
  const row = `ROW(${columns.flatMap((column) => columnTerms(algorithm, column)).join(', ')})`;
  return seeds.map((seed) =>
    isPortable(algorithm)
      ? `pg_catalog.hashtextextended(${row}::pg_catalog.text COLLATE pg_catalog."C", ${seed})`
      : `pg_catalog.hashint8extended(pg_catalog.hash_record_extended(${row}, ${seed}), ${seed})`,
  );
}

function columnTerms(algorithm: FingerprintAlgorithm, column: HashedColumn): readonly string[] {
  const value = `t.${quoteIdentifier(column.name)}`;
  if (isPortable(algorithm) || column.hashedAs === 'value') return [value];
  // An array's hash sees its elements only: {{1,2},{3,4}} and {1,2,3,4} would be the same.
  if (column.hashedAs === 'array') return [value, `pg_catalog.array_dims(${value})`];
  return [`${value}::pg_catalog.text COLLATE pg_catalog."C"`];
}

/** The sums PostgreSQL printed, as fixed-width hexadecimal: 16 digits for each 64 bits. */
export function hashText(sums: readonly string[]): string {
  return sums.map((sum) => BigInt.asUintN(64, BigInt(sum)).toString(16).padStart(16, '0')).join('');
}
