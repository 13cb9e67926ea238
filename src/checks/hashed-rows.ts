import type { HashingServer } from './fingerprint-algorithm.js';
import { type HashedColumn, hashedForm, hashOfForm } from './hashed-column.js';

/** SQL that hashes the rows of a table `t`. */
export interface HashedRows {
  /** What to select of `t`, in a subquery `s`. */
  readonly forms: string;
  /** Of `s`: a hash of the whole row, one for each 64 bits. Their sum over all rows is the content hash. */
  readonly hashes: readonly string[];
}

/**
 * Why this sees what happens by accident, but for one case in 2^64 (or 2^128, the words being drawn apart):
 *
 * - Every column's form holds all bits of its value, and its hash all of their 64: one that changes changes the hash of its row.
 * - They are joined by XOR, each under a function of its own, so that it matters which value stands in which column. Within a row that
 *   is as good as any mixing, and nothing overflows.
 * - Then they are mixed once more, as a seed, which goes in whole. Without that, values swapped between rows would often leave the
 *   sum as it was, since addition and XOR are much the same.
 * - Rows are added up, since they have no order, modulo 2^64; under XOR, rows that come in pairs would cancel each other.
 *
 * A column's place is that of its name among the names, not that in the table: pg_dump writes the inherited columns of a table before
 * its own, so that one that was added to the parent later stands elsewhere after a restore.
 */
export function hashedRows(unordered: readonly HashedColumn[], words: number, server: HashingServer): HashedRows {
  const columns = [...unordered].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = columns.map((_, place) => `c${place}`);
  const forms = columns.map((column, place) => `${hashedForm(column, server)} AS ${names[place]}`).join(', ');
  const hashes = Array.from({ length: words }, (_, word) => {
    const parts = columns.map((column, place) => hashOfForm(column, `s.${names[place]}`, place, word));
    return `pg_catalog.hashint4extended(${word}, ${joined(parts)})`;
  });
  return { forms, hashes };
}

/** In halves of halves: a table may have more columns than expressions may be nested. */
function joined(parts: readonly string[]): string {
  const [first = '0', ...rest] = parts;
  if (rest.length === 0) return first;
  const middle = Math.ceil(parts.length / 2);
  return `(${joined(parts.slice(0, middle))} # ${joined(parts.slice(middle))})`;
}

/** The sums PostgreSQL printed, as fixed-width hexadecimal: 16 digits for each 64 bits. */
export function hashText(sums: readonly string[]): string {
  return sums.map((sum) => BigInt.asUintN(64, BigInt(sum)).toString(16).padStart(16, '0')).join('');
}
