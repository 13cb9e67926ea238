import type { PutObjectCommandInput, PutObjectCommandOutput } from '@aws-sdk/client-s3';
import { checksumAlgorithm } from '../checksum-algorithm.js';
import { checkWriteConditions } from '../conditions.js';
import { shownVersionId } from '../find-version.js';
import { etagOf, readAttributes } from '../object-attributes.js';
import { requireProofForLock } from '../object-lock.js';
import { publish } from '../publish.js';
import { s3Error } from '../s3-error.js';
import type { OutputOf, S3Call } from '../s3-operation.js';
import { bucketOf } from '../s3-state.js';
import { storeBody } from '../store-body.js';

/** The largest object that one request can put: 5 GiB (facts G1). */
export const maxPutBytes: number = 5_368_709_120;

/** Puts an object: it is there, whole, once the last byte is in and everything said about it is true. */
export async function putObject(
  input: PutObjectCommandInput,
  { state, request }: S3Call,
): Promise<OutputOf<PutObjectCommandOutput>> {
  const bucket = bucketOf(state, input);
  const { Key: key = '' } = input;
  if (input.WriteOffsetBytes !== undefined) throw s3Error('NotImplemented');
  const attributes = readAttributes(state, bucket, input);
  requireProofForLock(attributes.lock, request);
  const watch = bucket.objects.watch(key);
  try {
    const { body, received } = await storeBody(state.bodies, request, {
      maxBytes: maxPutBytes,
      checksum: { algorithm: checksumAlgorithm('CRC64NVME'), inAnyCase: false },
      checksumIsOfBody: true,
    });
    try {
      checkWriteConditions(input, bucket.objects.get(key), watch);
      // The bucket may have been deleted while the body came in.
      bucketOf(state, input);
    } catch (error) {
      state.bodies.release(body);
      throw error;
    }
    const { algorithm, digest } = received.checksum;
    const checksum = { algorithm, type: 'FULL_OBJECT', value: digest.toString('base64') } as const;
    const etag = etagOf(received.md5, attributes.encryption);
    const object = publish(state, bucket, { ...attributes, key, etag, body, checksum, parts: [] });
    return {
      output: {
        ETag: etag,
        VersionId: shownVersionId(bucket, object),
        ...attributes.encryption,
        [algorithm.member]: checksum.value,
        ChecksumType: checksum.type,
      },
    };
  } finally {
    watch.end();
  }
}
