import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import { s3Error } from './s3-error.js';

/** A checksum that S3 keeps with an object. */
export type ChecksumName = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

/** Over the bytes of the whole object, or over the checksums of its parts (facts G9). */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** The member names under which the model carries a checksum's value. */
export type ChecksumMember = `Checksum${ChecksumName}`;

/** Takes bytes one block at a time. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  digest(): Promise<Uint8Array>;
}

/** One algorithm and what may be done with it. */
export interface ChecksumAlgorithm {
  readonly name: ChecksumName;
  readonly member: ChecksumMember;
  readonly header: string;
  readonly bytes: number;
  /** The kinds that a multipart upload may choose from; the first is what it gets unless it says otherwise. */
  readonly multipartTypes: readonly ChecksumType[];
  readonly start: () => RunningChecksum;
}

const algorithms: readonly ChecksumAlgorithm[] = [
  {
    name: 'CRC32',
    member: 'ChecksumCRC32',
    header: 'x-amz-checksum-crc32',
    bytes: 4,
    multipartTypes: ['COMPOSITE', 'FULL_OBJECT'],
    start: startCrc32,
  },
  {
    name: 'CRC32C',
    member: 'ChecksumCRC32C',
    header: 'x-amz-checksum-crc32c',
    bytes: 4,
    multipartTypes: ['COMPOSITE', 'FULL_OBJECT'],
    start: () => new Crc32c(),
  },
  {
    name: 'CRC64NVME',
    member: 'ChecksumCRC64NVME',
    header: 'x-amz-checksum-crc64nvme',
    bytes: 8,
    multipartTypes: ['FULL_OBJECT'],
    start: () => new Crc64Nvme(),
  },
  {
    name: 'SHA1',
    member: 'ChecksumSHA1',
    header: 'x-amz-checksum-sha1',
    bytes: 20,
    multipartTypes: ['COMPOSITE'],
    start: () => startHash('sha1'),
  },
  {
    name: 'SHA256',
    member: 'ChecksumSHA256',
    header: 'x-amz-checksum-sha256',
    bytes: 32,
    multipartTypes: ['COMPOSITE'],
    start: () => startHash('sha256'),
  },
];

/** All algorithms that the local S3 knows. */
export function checksumAlgorithms(): readonly ChecksumAlgorithm[] {
  return algorithms;
}

/** The algorithm of that name, in whatever case; what S3 does not have is `InvalidRequest`. */
export function checksumAlgorithm(name: string): ChecksumAlgorithm {
  const found = algorithms.find((algorithm) => algorithm.name === name.toUpperCase());
  if (found === undefined)
    throw s3Error(
      'InvalidRequest',
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  return found;
}

/** A hash of node's crypto as a running checksum. */
export function startHash(name: 'md5' | 'sha1' | 'sha256'): RunningChecksum {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: async () => hash.digest() };
}

function startCrc32(): RunningChecksum {
  let value = 0;
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    digest: async () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}
