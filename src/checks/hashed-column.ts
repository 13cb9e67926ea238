import { createHash } from 'node:crypto';
import type { HashingServer } from './fingerprint-algorithm.js';
import { quoteIdentifier, quoteLiteral } from './quote-sql.js';

/** A column as far as hashing is concerned. */
export interface HashedColumn {
  readonly name: string;
  /** The built-in type it comes down to, through domains, as the catalog names it. Absent: none, or not a base type. */
  readonly baseType?: string | undefined;
}

/**
 * Types that are hashed as they are, by PostgreSQL's own functions, because these see every bit. Others do not, and what they hash is
 * taken as text: the hash of `numeric`, also inside `jsonb`, leaves out the sign, and has one for NaN and both infinities; that of `jsonb`
 * is the same where elements 32 places apart are swapped; those of `int8`, `time` and `timestamp` fold 64 bits to 32, so
 * that -1 is 4294967295; `interval` takes 24 hours for a day; enums and reg* hash object ids, which a restore numbers anew. Dates and
 * timestamps, which are in every table and slow to print, are hashed as the number they are: {@link hashOfInstant}.
 *
 * Fixed, and not read from the catalog: the formula must not change when a later version learns to hash one more type.
 */
const hashFunctions: Readonly<Record<string, string>> = {
  char: 'hashcharextended',
  cidr: 'hashinetextended',
  float4: 'hashfloat4extended',
  float8: 'hashfloat8extended',
  inet: 'hashinetextended',
  int2: 'hashint2extended',
  int4: 'hashint4extended',
  oid: 'hashoidextended',
  uuid: 'uuid_hash_extended',
};

/** Arrays whose binary form is exact and the same everywhere: long ones are read much faster so than as text. */
const sentArrays: readonly string[] = ['_float4', '_float8', '_int2', '_int4', '_int8', '_numeric', '_uuid'];

/** The value of a column of `t` in the form that is hashed: to be made once a row, however many hashes are taken of it. */
export function hashedForm({ name, baseType = '' }: HashedColumn, server: HashingServer): string {
  const value = `t.${quoteIdentifier(name)}`;
  if (baseType === 'int8' || baseType === 'bytea' || functionOf(baseType) !== undefined) {
    return `${value}::pg_catalog.${quoteIdentifier(baseType)}`;
  }
  if (baseType === 'date' || baseType === 'timestamp') return `${value}::pg_catalog.${baseType}`;
  if (baseType === 'timestamptz') return `(${value} AT TIME ZONE interval '0')`;
  if (baseType === 'bool') return `${value}::pg_catalog.int4`;
  if (sentArrays.includes(baseType)) return `pg_catalog.array_send(${value})`;
  return inUtf8(`${value}::pg_catalog.text`, server);
}

/**
 * A hash of 64 bits of a form, `place`d among the table's columns, or, of NULL, a number of its own. For each place and `word` it is
 * another function: by its seed; of int8, which takes the seed's part itself because a seed goes in whole, by what is hashed under it.
 */
export function hashOfForm({ baseType = '' }: HashedColumn, form: string, place: number, word: number): string {
  const { seed, key, missing } = numbersOf(place, word);
  // Nothing before PostgreSQL 18 hashes bytes alone. An array of one NULL would have a hash.
  if (baseType === 'bytea' || sentArrays.includes(baseType)) {
    return `CASE WHEN ${form} IS NULL THEN ${missing} ELSE pg_catalog.hash_array_extended(ARRAY[${form}], ${seed}) END`;
  }
  return `coalesce(${hashed()}, ${missing})`;

  function hashed(): string {
    if (baseType === 'int8') return `pg_catalog.hashint4extended(${key}, ${form})`;
    if (baseType === 'bool') return `pg_catalog.hashint4extended(${form}, ${seed})`;
    if (['date', 'timestamp', 'timestamptz'].includes(baseType)) return hashOfInstant(baseType, form, seed);
    const own = functionOf(baseType);
    if (own !== undefined) return `pg_catalog.${own}(${form}, ${seed})`;
    return `pg_catalog.hashtextextended(${form} COLLATE pg_catalog."C", ${seed})`;
  }
}

/**
 * PostgreSQL keeps days, or microseconds, since 2000, and gives their number fastest as the length of a range: a float8 of days or seconds. Of
 * dates, and of timestamps from 1728 to 2271, no two share one. Farther off some 2000 microseconds may, and these the folded hash tells
 * apart: their lower halves differ, and where the upper ones do as well, it is not by the same bits.
 */
function hashOfInstant(baseType: string, form: string, seed: string): string {
  if (baseType === 'date') {
    return `pg_catalog.hashfloat8extended(pg_catalog.daterange_subdiff(${form}, '2000-01-01'), ${seed})`;
  }
  const folded = `pg_catalog.timestamp_hash_extended(${form}, ${seed})`;
  return `pg_catalog.hashfloat8extended(pg_catalog.tsrange_subdiff(${form}, '2000-01-01'), ${folded})`;
}

function functionOf(baseType: string): string | undefined {
  return Object.hasOwn(hashFunctions, baseType) ? hashFunctions[baseType] : undefined;
}

/** As good as drawn by lot, and always the same. The one for NULL is not the seed, which is the hash of a float's zero. */
function numbersOf(place: number, word: number): { seed: string; key: string; missing: string } {
  const digest = createHash('sha256').update(`column ${place}, word ${word}`).digest();
  const int8 = (at: number): string => `'${digest.readBigInt64BE(at)}'::pg_catalog.int8`;
  return { seed: int8(0), missing: int8(8), key: `'${digest.readInt32BE(16)}'::pg_catalog.int4` };
}

/**
 * A text whose bytes are those of UTF-8. Hashes go by bytes, and in an encoding of one byte a character any bytes are a text. What a
 * server without an encoding holds is taken for UTF-8: its bytes are what a dump writes. One of several bytes a character keeps its own.
 */
function inUtf8(text: string, { encoding, bytesPerCharacter }: HashingServer): string {
  if (bytesPerCharacter > 1 || encoding === 'SQL_ASCII') return text;
  return `pg_catalog.convert_from(pg_catalog.convert_to(${text}, 'UTF8'), ${quoteLiteral(encoding)})`;
}
