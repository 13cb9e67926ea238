import { createHash } from 'node:crypto';
import type {
  AbortMultipartUploadCommandInput,
  CreateMultipartUploadCommandInput,
  CreateMultipartUploadCommandOutput,
  UploadPartCommandInput,
  UploadPartCommandOutput,
} from '@aws-sdk/client-s3';
import { type ChecksumAlgorithm, type ChecksumType, checksumAlgorithm } from '../checksum-algorithm.js';
import { readAttributes } from '../object-attributes.js';
import type { S3Answer } from '../s3-codec.js';
import { s3Error } from '../s3-error.js';
import type { OutputOf, S3Call } from '../s3-operation.js';
import { type Bucket, bucketOf, type MultipartUpload, nowOf } from '../s3-state.js';
import { storeBody } from '../store-body.js';
import { maxPutBytes } from './put-object.js';

const maxPartNumber = 10_000;

/** Begins an upload in parts. */
export async function createMultipartUpload(
  input: CreateMultipartUploadCommandInput,
  { state }: S3Call,
): Promise<OutputOf<CreateMultipartUploadCommandOutput>> {
  const bucket = bucketOf(state, input);
  const { Key: key = '' } = input;
  const { algorithm, type } = chooseChecksum(input);
  const number = state.nextNumber();
  const upload: MultipartUpload = {
    // Ids of one key sort by age, which is how ListMultipartUploads pages through them.
    id: number.toString(16).padStart(12, '0') + createHash('sha256').update(`${bucket.name}/${key}`).digest('hex'),
    key,
    initiated: nowOf(state),
    attributes: readAttributes(state, input),
    algorithm,
    checksumType: type,
    chosenChecksum: input.ChecksumAlgorithm !== undefined,
    parts: new Map(),
  };
  bucket.uploads.set(upload.id, upload);
  return {
    output: {
      Bucket: bucket.name,
      Key: key,
      UploadId: upload.id,
      ...upload.attributes.encryption,
      ...(upload.chosenChecksum ? { ChecksumAlgorithm: algorithm.name, ChecksumType: type } : {}),
    },
  };
}

/** Takes one part in; a part of the same number is replaced. */
export async function uploadPart(
  input: UploadPartCommandInput,
  { state, request }: S3Call,
): Promise<OutputOf<UploadPartCommandOutput>> {
  const bucket = bucketOf(state, input);
  const upload = uploadOf(bucket, input);
  const { PartNumber: number = 0 } = input;
  if (number < 1 || number > maxPartNumber)
    throw s3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  const { body, received } = await storeBody(state.bodies, request, {
    maxBytes: maxPutBytes,
    checksum: { algorithm: upload.algorithm, inAnyCase: true },
    checksumIsOfBody: true,
  });
  try {
    // It may have been completed or aborted while the part came in.
    uploadOf(bucket, input);
    checkAlgorithm(upload, received.sent?.algorithm);
  } catch (error) {
    state.bodies.release(body);
    throw error;
  }
  const { md5, sent } = received;
  const { digest } = received.checksum;
  const etag = `"${md5.toString('hex')}"`;
  const before = upload.parts.get(number);
  upload.parts.set(number, { number, body, md5, etag, digest, lastModified: nowOf(state) });
  if (before !== undefined) state.bodies.release(before.body);
  const checksum = sent === undefined ? {} : { [sent.algorithm.member]: sent.digest.toString('base64') };
  return { output: { ETag: etag, ...upload.attributes.encryption, ...checksum } };
}

/** Gives an upload up; its parts are gone at once, but for those still on their way in (facts G19). */
export async function abortMultipartUpload(
  input: AbortMultipartUploadCommandInput,
  { state }: S3Call,
): Promise<S3Answer> {
  const bucket = bucketOf(state, input);
  const upload = uploadOf(bucket, input);
  bucket.uploads.delete(upload.id);
  for (const part of upload.parts.values()) state.bodies.release(part.body);
  return { output: {} };
}

/** The upload a request names. */
export function uploadOf(
  bucket: Bucket,
  input: { readonly Key?: string | undefined; readonly UploadId?: string | undefined },
): MultipartUpload {
  const upload = bucket.uploads.get(input.UploadId ?? '');
  if (upload === undefined || upload.key !== input.Key) throw s3Error('NoSuchUpload');
  return upload;
}

/** The checksum of an upload (facts G9): what was asked for, or else what S3 makes of its own. */
function chooseChecksum(input: CreateMultipartUploadCommandInput): {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
} {
  const { ChecksumAlgorithm: name, ChecksumType: asked } = input;
  if (name === undefined && asked !== undefined)
    throw s3Error(
      'InvalidRequest',
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  const algorithm = checksumAlgorithm(name ?? 'CRC64NVME');
  const type = algorithm.multipartTypes.find((possible) => asked === undefined || possible === asked);
  if (type === undefined)
    throw s3Error(
      'InvalidRequest',
      `The ${asked} checksum type cannot be used with the ${algorithm.name.toLowerCase()} checksum algorithm.`,
    );
  return { algorithm, type };
}

/**
 * A part must carry the checksum that the upload was begun with. Without one it is taken where the whole can be computed
 * all the same; and where S3 chose, any checksum is as good as none.
 */
function checkAlgorithm(upload: MultipartUpload, sent: ChecksumAlgorithm | undefined): void {
  if (!upload.chosenChecksum || sent === upload.algorithm) return;
  if (sent === undefined && upload.checksumType === 'FULL_OBJECT') return;
  throw s3Error(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm.name.toLowerCase()}, actual checksum Type: ${sent?.name.toLowerCase() ?? 'null'}`,
  );
}
