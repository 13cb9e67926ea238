import { s3Error } from './s3-error.js';

/** Bytes from `start` up to and without `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The bytes that a `Range` header asks for. `undefined` for the whole object: no header, or one that is not a single byte
 * range, which HTTP says to ignore. A range that begins behind the end is `InvalidRange`.
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') return checked({ start: Math.max(0, size - Number(last)), end: size }, size);
  const end = last === '' ? size : Math.min(size, Number(last) + 1);
  if (last !== '' && Number(last) < Number(first)) return undefined;
  return checked({ start: Number(first), end }, size);
}

/** The bytes of one part of an object that was uploaded in parts. */
export function rangeOfPart(parts: readonly number[], size: number, number: number): ByteRange {
  const sizes = parts.length === 0 ? [size] : parts;
  const length = sizes[number - 1];
  if (length === undefined) throw s3Error('InvalidRange', 'The requested partnumber is not satisfiable');
  const start = sizes.slice(0, number - 1).reduce((sum, part) => sum + part, 0);
  return { start, end: start + length };
}

function checked(range: ByteRange, size: number): ByteRange {
  if (range.start >= size || range.end <= range.start) throw s3Error('InvalidRange');
  return range;
}
