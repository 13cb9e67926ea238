import type { ChecksumName } from './checksum-algorithm.js';

interface Field {
  readonly polynomial: bigint;
  readonly bits: bigint;
}

/** The reflected polynomials. */
const fields: Readonly<Partial<Record<ChecksumName, Field>>> = {
  CRC32: { polynomial: 0xedb88320n, bits: 32n },
  CRC32C: { polynomial: 0x82f63b78n, bits: 32n },
  CRC64NVME: { polynomial: 0x9a6c9329ac4bc9b5n, bits: 64n },
};

/** The checksum of one part, and how many bytes it covers. */
export interface PartialCrc {
  readonly digest: Uint8Array;
  readonly size: number;
}

/**
 * The CRC of a whole out of the CRCs of its parts, without reading a byte again: the CRC of `a` followed by `b` is that of
 * `a` times x^(8·|b|), plus that of `b`, in the CRC's field. This is what makes a full-object checksum of a multipart
 * upload possible (facts G9). `undefined` for an algorithm that is not a CRC.
 */
export function combineCrcs(name: ChecksumName, parts: readonly PartialCrc[]): Uint8Array | undefined {
  const field = fields[name];
  if (field === undefined) return undefined;
  // Parts mostly have one size, and the shift depends on nothing else.
  const shifts = new Map<number, bigint>();
  let whole = 0n;
  for (const { digest, size } of parts) {
    const shift = shifts.get(size) ?? powerOfX(field, 8n * BigInt(size));
    shifts.set(size, shift);
    whole = multiply(field, whole, shift) ^ BigInt(`0x${Buffer.from(digest).toString('hex')}`);
  }
  return Buffer.from(whole.toString(16).padStart(Number(field.bits / 4n), '0'), 'hex');
}

/** x^exponent; the lowest power is the highest bit, as the CRC is reflected. */
function powerOfX(field: Field, exponent: bigint): bigint {
  let result = 1n << (field.bits - 1n);
  let square = 1n << (field.bits - 2n);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(field, result, square);
    square = multiply(field, square, square);
  }
  return result;
}

function multiply(field: Field, left: bigint, right: bigint): bigint {
  let product = 0n;
  let term = right;
  for (let bit = field.bits - 1n; bit >= 0n; bit -= 1n) {
    if ((left >> bit) & 1n) product ^= term;
    term = term & 1n ? (term >> 1n) ^ field.polynomial : term >> 1n;
  }
  return product;
}
