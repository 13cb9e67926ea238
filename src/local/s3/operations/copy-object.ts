import type { CopyObjectCommandInput, CopyObjectCommandOutput } from '@aws-sdk/client-s3';
import type { BodyStore } from '../body-store.js';
import { type ChecksumAlgorithm, checksumAlgorithm, startHash } from '../checksum-algorithm.js';
import { checkWriteConditions } from '../conditions.js';
import { findCopySource } from '../copy-source.js';
import { shownVersionId } from '../find-version.js';
import { etagOf, readAttributes } from '../object-attributes.js';
import { publish } from '../publish.js';
import { s3Error } from '../s3-error.js';
import type { OutputOf, S3Call } from '../s3-operation.js';
import { type Bucket, bucketOf, type ObjectAttributes, type S3State, type StoredObject } from '../s3-state.js';
import { maxPutBytes } from './put-object.js';

/** Copies an object inside S3. The bytes are shared, not copied; `LastModified` is that of the copy (facts G16). */
export async function copyObject(
  input: CopyObjectCommandInput,
  { state }: S3Call,
): Promise<OutputOf<CopyObjectCommandOutput>> {
  const bucket = bucketOf(state, input);
  const { Key: key = '' } = input;
  const watch = bucket.objects.watch(key);
  const source = findCopySource(state, input);
  const { object } = source;
  if (object.body.size > maxPutBytes)
    throw s3Error(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${maxPutBytes}`,
    );
  if (source.bucket === bucket.name && object.key === key && source.isCurrent) refuseIdleCopy(input);
  state.bodies.hold(object.body);
  try {
    const wanted =
      input.ChecksumAlgorithm === undefined ? object.checksum.algorithm : checksumAlgorithm(input.ChecksumAlgorithm);
    const attributes = attributesOfCopy(state, bucket, input, object);
    const { md5, digest } = await digestsOf(state.bodies, object, wanted);
    checkWriteConditions(input, bucket.objects.get(key), watch);
    const checksum = { algorithm: wanted, type: 'FULL_OBJECT', value: digest } as const;
    const etag = etagOf(md5, attributes.encryption);
    const copy = publish(state, bucket, { ...attributes, key, etag, body: object.body, checksum, parts: [] });
    return {
      output: {
        ...attributes.encryption,
        VersionId: shownVersionId(bucket, copy),
        CopySourceVersionId: source.versionId,
        CopyObjectResult: {
          ETag: copy.etag,
          LastModified: copy.lastModified,
          ChecksumType: checksum.type,
          [wanted.member]: digest,
        },
      },
    };
  } catch (error) {
    state.bodies.release(object.body);
    throw error;
  } finally {
    watch.end();
  }
}

/** S3 refuses to copy an object to itself unless something about it changes. */
function refuseIdleCopy(input: CopyObjectCommandInput): void {
  const changes = [input.StorageClass, input.ServerSideEncryption, input.SSEKMSKeyId, input.WebsiteRedirectLocation];
  if (input.MetadataDirective === 'REPLACE' || changes.some((change) => change !== undefined)) return;
  throw s3Error(
    'InvalidRequest',
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

/** Metadata and tags come along unless replaced; storage class and encryption never do. */
function attributesOfCopy(
  state: S3State,
  bucket: Bucket,
  input: CopyObjectCommandInput,
  source: StoredObject,
): ObjectAttributes {
  const asked = readAttributes(state, bucket, input);
  const replaced = input.MetadataDirective === 'REPLACE';
  return {
    ...asked,
    content: replaced ? asked.content : source.content,
    metadata: replaced ? asked.metadata : source.metadata,
    tags: input.TaggingDirective === 'REPLACE' ? asked.tags : source.tags,
  };
}

/** MD5 and checksum of all bytes: a copy is one object, however many parts its source came in. */
async function digestsOf(
  bodies: BodyStore,
  { body }: StoredObject,
  algorithm: ChecksumAlgorithm,
): Promise<{ readonly md5: Uint8Array; readonly digest: string }> {
  const md5 = startHash('md5');
  const running = algorithm.start();
  for await (const block of bodies.read(body, 0, body.size)) {
    md5.update(block as Buffer);
    running.update(block as Buffer);
  }
  return { md5: await md5.digest(), digest: Buffer.from(await running.digest()).toString('base64') };
}
