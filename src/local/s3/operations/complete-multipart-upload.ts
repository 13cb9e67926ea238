import { createHash } from 'node:crypto';
import type {
  CompletedPart,
  CompleteMultipartUploadCommandInput,
  CompleteMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3';
import type { Body } from '../body-store.js';
import { checkWriteConditions, unquoted } from '../conditions.js';
import { combineCrcs } from '../crc-combine.js';
import { shownVersionId } from '../find-version.js';
import { publish } from '../publish.js';
import { s3Error } from '../s3-error.js';
import type { OutputOf, S3Call } from '../s3-operation.js';
import { bucketOf, type MultipartUpload, type S3State, type StoredChecksum, type UploadedPart } from '../s3-state.js';
import { uploadOf } from './multipart-upload.js';

/** The smallest part but the last: 5 MiB (facts G1). */
const minPartBytes = 5_242_880;

/** Makes an object of the parts. Nothing is copied: the object is its parts, one after the other. */
export async function completeMultipartUpload(
  input: CompleteMultipartUploadCommandInput,
  { state }: S3Call,
): Promise<OutputOf<CompleteMultipartUploadCommandOutput>> {
  const bucket = bucketOf(state, input);
  const { Key: key = '' } = input;
  const watch = bucket.objects.watch(key);
  try {
    // Ahead of everything: a repeated Complete of a write-once key must say 412, not NoSuchUpload (facts G6).
    checkWriteConditions(input, bucket.objects.get(key), watch);
    const upload = uploadOf(bucket, input);
    const parts = chooseParts(upload, input.MultipartUpload?.Parts ?? []);
    const body = joinBodies(parts);
    checkSize(input.MpuObjectSize, body.size);
    const checksum = await checksumOf(upload, parts);
    checkClaim(input, upload, checksum);
    // Others may have come between: a second Complete of this upload, or another write of the key.
    uploadOf(bucket, input);
    checkWriteConditions(input, bucket.objects.get(key), watch);
    const etag = etagOf(parts);
    releaseUnused(state, upload, parts);
    bucket.uploads.delete(upload.id);
    const { attributes } = upload;
    const sizes = parts.map((part) => part.body.size);
    const object = publish(state, bucket, { ...attributes, key, etag, body, checksum, parts: sizes });
    return {
      output: {
        Location: `/${bucket.name}/${key}`,
        Bucket: bucket.name,
        Key: key,
        ETag: etag,
        VersionId: shownVersionId(bucket, object),
        ...attributes.encryption,
        [checksum.algorithm.member]: checksum.value,
        ChecksumType: checksum.type,
      },
    };
  } finally {
    watch.end();
  }
}

/** The bytes of all parts; whoever held the parts now holds the whole. */
function joinBodies(parts: readonly UploadedPart[]): Body {
  return {
    segments: parts.flatMap((part) => part.body.segments),
    size: parts.reduce((sum, part) => sum + part.body.size, 0),
  };
}

function checkSize(claimed: number | undefined, size: number): void {
  if (claimed === undefined || claimed === size) return;
  throw s3Error(
    'InvalidRequest',
    `The provided 'x-amz-mp-object-size' header value ${claimed} does not match what was computed: ${size}`,
  );
}

/** The uploaded parts that the client names, each as the client knows it. */
function chooseParts(upload: MultipartUpload, named: readonly CompletedPart[]): readonly UploadedPart[] {
  if (named.length === 0 || named.some(({ PartNumber }) => !Number.isInteger(PartNumber)))
    throw s3Error('MalformedXML');
  let previous = 0;
  const parts = named.map((claim) => {
    const { PartNumber: number = 0, ETag: etag = '' } = claim;
    if (number <= previous) throw s3Error('InvalidPartOrder');
    previous = number;
    const part = upload.parts.get(number);
    if (part === undefined || unquoted(etag) !== unquoted(part.etag)) throw s3Error('InvalidPart');
    checkPartChecksum(upload, part, claim);
    return part;
  });
  if (parts.slice(0, -1).some((part) => part.body.size < minPartBytes)) throw s3Error('EntityTooSmall');
  return parts;
}

function checkPartChecksum(upload: MultipartUpload, part: UploadedPart, claim: CompletedPart): void {
  const { algorithm, checksumType, chosenChecksum } = upload;
  const claimed = claim[algorithm.member];
  if (claimed !== undefined && claimed !== part.digest.toString('base64')) throw s3Error('InvalidPart');
  if (claimed === undefined && chosenChecksum && checksumType === 'COMPOSITE')
    throw s3Error(
      'InvalidRequest',
      `The upload was created using a ${algorithm.name.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
}

async function checksumOf(upload: MultipartUpload, parts: readonly UploadedPart[]): Promise<StoredChecksum> {
  const { algorithm, checksumType: type } = upload;
  const whole = type === 'FULL_OBJECT' ? combineCrcs(algorithm.name, parts.map(sized)) : undefined;
  if (whole !== undefined) return { algorithm, type, value: Buffer.from(whole).toString('base64') };
  const running = algorithm.start();
  for (const { digest } of parts) running.update(digest);
  const value = Buffer.from(await running.digest()).toString('base64');
  return { algorithm, type, value: `${value}-${parts.length}` };
}

/** What the client says of the whole must be so. */
function checkClaim(
  input: CompleteMultipartUploadCommandInput,
  upload: MultipartUpload,
  checksum: StoredChecksum,
): void {
  if (input.ChecksumType !== undefined && input.ChecksumType !== checksum.type)
    throw s3Error(
      'InvalidRequest',
      `The upload was created using the ${checksum.type} checksum mode. The complete request must use the same checksum mode.`,
    );
  const claimed = input[upload.algorithm.member];
  if (claimed !== undefined && claimed !== checksum.value && claimed !== checksum.value.split('-')[0])
    throw s3Error(
      'BadDigest',
      `The ${upload.algorithm.name.toLowerCase()} you specified did not match the calculated checksum.`,
    );
}

/** Lets go of the parts that were uploaded but not named. */
function releaseUnused(state: S3State, upload: MultipartUpload, used: readonly UploadedPart[]): void {
  for (const part of upload.parts.values()) if (!used.includes(part)) state.bodies.release(part.body);
}

function sized(part: UploadedPart): { readonly digest: Buffer; readonly size: number } {
  return { digest: part.digest, size: part.body.size };
}

/** The MD5 of the parts' MD5s, and their number: not an MD5 of the object (facts G10). */
function etagOf(parts: readonly UploadedPart[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part.md5);
  return `"${hash.digest('hex')}-${parts.length}"`;
}
