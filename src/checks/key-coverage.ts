import type { KeyRange } from './fingerprint.js';

/** How to sample large tables. */
export interface SampleOptions {
  /** Tables that take more bytes on disk are sampled. Default 1 GiB. */
  readonly above?: number | undefined;
  /** About how many rows of a table to hash. Default 200,000. */
  readonly rows?: number | undefined;
  /** In how many ranges of the key they lie, 1 to 100; the last one holds the newest keys. Default 16. */
  readonly ranges?: number | undefined;
  /** Another whole number gives other ranges: over many runs, everything gets its turn. Default 1. */
  readonly seed?: number | undefined;
}

/** Types of keys that ranges can be chosen of, with how they are counted. */
const keyTypes: Readonly<
  Record<string, { readonly read: (text: string) => bigint; readonly write: (key: bigint) => string }>
> = {
  int2: { read: BigInt, write: String },
  int4: { read: BigInt, write: String },
  int8: { read: BigInt, write: String },
  uuid: {
    read: (text) => BigInt(`0x${text.replaceAll('-', '')}`),
    write: (key) =>
      key
        .toString(16)
        .padStart(32, '0')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  },
};

/** Whether ranges of keys of a built-in type can be chosen. */
export function isCountable(baseType: string): boolean {
  return Object.hasOwn(keyTypes, baseType);
}

/**
 * Ranges of keys that hold about `rows` of a table's rows, spread over all of it; `undefined` where that is all of them. Always
 * the same for the same table and seed. Pure.
 */
export function chooseRanges(
  key: { readonly baseType: string; readonly lowest: string; readonly highest: string },
  table: { readonly name: string; readonly rows: number },
  { rows = 200_000, ranges = 16, seed = 1 }: SampleOptions,
): readonly KeyRange[] | undefined {
  const type = keyTypes[key.baseType];
  if (type === undefined || table.rows <= rows) return undefined;
  const [lowest, highest] = [type.read(key.lowest), type.read(key.highest)];
  const span = highest - lowest + 1n;
  const count = BigInt(ranges);
  // Counted in millionths of a row, since the share of a large table is a small number.
  const width = (span * BigInt(Math.round(rows * 1e6))) / (BigInt(table.rows) * 1_000_000n * count) || 1n;
  if (width * count >= span) return undefined;
  return Array.from({ length: ranges }, (_, index) => {
    const [from, to] = [lowest + (span * BigInt(index)) / count, lowest + (span * BigInt(index + 1)) / count];
    const last = index === ranges - 1;
    const room = to - from - width;
    const start = last ? highest - width + 1n : from + (room * chance(table.name, seed, index)) / 2n ** 32n;
    return { from: type.write(start), to: type.write(start + width - 1n) };
  });
}

/** 0 to 2^32 - 1: by FNV-1a over what tells one range from another, stirred until every bit depends on every one. */
function chance(table: string, seed: number, index: number): bigint {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${table}\0${seed}\0${index}`)) hash = Math.imul(hash ^ byte, 0x01000193);
  for (const shift of [16, 13, 16]) hash = Math.imul(hash ^ (hash >>> shift), 0x85ebca6b);
  return BigInt(hash >>> 0);
}
