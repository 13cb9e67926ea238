import type { HashedColumn } from './hashed-column.js';
import { quoteIdentifier, quoteLiteral } from './quote-sql.js';

/**
 * The formulas. `record` hashes values in PostgreSQL's own binary form: fast, but promised to be stable only within one
 * major version, and of texts as the server encodes them: on servers of other encodings than UTF8 it carries their name. `text`
 * hashes what a value prints as, in UTF-8 everywhere: three times slower, comparable across major versions and encodings.
 */
export type FingerprintAlgorithm =
  | `record-hash-${64 | 128}/1`
  | `record-hash-${64 | 128}/1/${string}`
  | `text-hash-${64 | 128}/1`;

/** Whether `name` is a formula of this release. */
export function isFingerprintAlgorithm(name: string): name is FingerprintAlgorithm {
  return /^(?:text-hash-(?:64|128)\/1|record-hash-(?:64|128)\/1(?:\/[A-Z0-9_]+)?)$/.test(name);
}

/** The encoding of the servers that compute the formula; `undefined`: of any. */
export function encodingOf(algorithm: FingerprintAlgorithm): string | undefined {
  return isPortable(algorithm) ? undefined : (algorithm.split('/')[2] ?? 'UTF8');
}

/** Whether the formula can be compared between servers of different major versions. */
export function isPortable(algorithm: FingerprintAlgorithm): boolean {
  return algorithm.startsWith('text');
}

/** A server as far as it bears on what can be computed on it. */
export interface HashingServer {
  readonly serverVersion: number;
  /** As PostgreSQL names it: `UTF8`, `LATIN1`. */
  readonly encoding: string;
}

/** The formula's name. A server before 14 cannot hash records, so there it is always the portable one. */
export function chooseAlgorithm(
  wish: { readonly bits?: 64 | 128 | undefined; readonly portable?: boolean | undefined },
  { serverVersion, encoding }: HashingServer,
): FingerprintAlgorithm {
  const bits = wish.bits ?? 64;
  if (wish.portable === true || serverVersion < 140_000) return `text-hash-${bits}/1`;
  return encoding === 'UTF8' ? `record-hash-${bits}/1` : `record-hash-${bits}/1/${encoding}`;
}

/**
 * The SQL expressions whose sum over all rows of `t` is the content hash, one for each 64 bits.
 *
 * A sum, because rows have no order and XOR would miss rows that come in pairs; over a second hash, because record hashes
 * are linear in their last column, and a sum of them would miss values swapped between rows.
 */
export function hashTerms(
  algorithm: FingerprintAlgorithm,
  columns: readonly HashedColumn[],
  encoding: string,
): readonly string[] {
  const seeds = algorithm.includes('-128/') ? [0, 1] : [0];
  const row = `ROW(${columns.flatMap((column) => columnTerms(algorithm, column)).join(', ')})`;
  return seeds.map((seed) =>
    isPortable(algorithm)
      ? `pg_catalog.hashtextextended(${inUtf8(`${row}::pg_catalog.text`, encoding)} COLLATE pg_catalog."C", ${seed})`
      : `pg_catalog.hashint8extended(pg_catalog.hash_record_extended(${row}, ${seed}), ${seed})`,
  );
}

/**
 * A text whose bytes are those of UTF-8. Hashes go by bytes, and in an encoding of one byte a character any bytes are a text. What a
 * server without an encoding holds is taken for UTF-8: its bytes are what a dump writes.
 */
function inUtf8(text: string, encoding: string): string {
  if (encoding === 'UTF8' || encoding === 'SQL_ASCII') return text;
  return `pg_catalog.convert_from(pg_catalog.convert_to(${text}, 'UTF8'), ${quoteLiteral(encoding)})`;
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
