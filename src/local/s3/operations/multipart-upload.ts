import { createHash } from 'node:crypto';
import type {
  AbortMultipartUploadCommandInput,
  CreateMultipartUploadCommandInput,
  CreateMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3';
import { type ChecksumAlgorithm, type ChecksumType, checksumAlgorithm } from '../checksum-algorithm.js';
import { readAttributes } from '../object-attributes.js';
import type { S3Answer } from '../s3-codec.js';
import { s3Error } from '../s3-error.js';
import type { OutputOf, S3Call } from '../s3-operation.js';
import { type Bucket, bucketOf, type MultipartUpload, nowOf } from '../s3-state.js';

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
    attributes: readAttributes(state, bucket, input),
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
