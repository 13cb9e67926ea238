import type { GetObjectCommandInput, HeadObjectCommandInput } from '@aws-sdk/client-s3';
import { type ByteRange, rangeOfPart, readRange } from '../byte-range.js';
import { judgeRead } from '../conditions.js';
import { objectOf, shownVersionId } from '../find-version.js';
import { describeObject } from '../object-attributes.js';
import type { S3Answer } from '../s3-codec.js';
import { s3Error } from '../s3-error.js';
import type { S3Call } from '../s3-operation.js';
import { type Bucket, bucketOf, type StoredObject } from '../s3-state.js';

/** An object with its bytes, or some of them. */
export async function getObject(input: GetObjectCommandInput, { state }: S3Call): Promise<S3Answer> {
  const { bucket, object } = findObject(input, state);
  if (object.storageClass === 'GLACIER' || object.storageClass === 'DEEP_ARCHIVE') throw s3Error('InvalidObjectState');
  const answer = describeRead(input, bucket, object);
  if (answer.range === undefined) return answer;
  const body = state.bodies.read(object.body, answer.range.start, answer.range.end);
  return { ...answer, output: { ...answer.output, ...overrides(input), Body: body } };
}

/** All about an object but its bytes. */
export async function headObject(input: HeadObjectCommandInput, { state }: S3Call): Promise<S3Answer> {
  const { bucket, object } = findObject(input, state);
  return describeRead(input, bucket, object);
}

function findObject(
  input: GetObjectCommandInput | HeadObjectCommandInput,
  state: S3Call['state'],
): { readonly bucket: Bucket; readonly object: StoredObject } {
  const bucket = bucketOf(state, input);
  return { bucket, object: objectOf(bucket, input) };
}

function describeRead(
  input: GetObjectCommandInput | HeadObjectCommandInput,
  bucket: Bucket,
  object: StoredObject,
): S3Answer & { readonly range?: ByteRange } {
  const judgement = judgeRead(input, object);
  if (judgement === 'failed') throw s3Error('PreconditionFailed');
  if (judgement === 'not-modified')
    return { status: 304, output: { ETag: object.etag, LastModified: object.lastModified } };
  const { size } = object.body;
  const asked =
    input.PartNumber === undefined ? readRange(input.Range, size) : rangeOfPart(object.parts, size, input.PartNumber);
  const range = asked ?? { start: 0, end: size };
  return {
    range,
    status: asked === undefined ? undefined : 206,
    output: {
      // The checksum is that of the whole object; beside a part of it, clients would compare it with the wrong bytes.
      ...describeObject(object, { withChecksum: input.ChecksumMode === 'ENABLED' && asked === undefined }),
      VersionId: shownVersionId(bucket, object),
      ContentLength: range.end - range.start,
      ContentRange: asked === undefined ? undefined : `bytes ${range.start}-${range.end - 1}/${size}`,
      PartsCount: input.PartNumber === undefined || object.parts.length === 0 ? undefined : object.parts.length,
    },
  };
}

/** Headers that a request may set on its own answer, such as the file name of a download. */
function overrides(input: GetObjectCommandInput): object {
  const wanted = {
    CacheControl: input.ResponseCacheControl,
    ContentDisposition: input.ResponseContentDisposition,
    ContentEncoding: input.ResponseContentEncoding,
    ContentLanguage: input.ResponseContentLanguage,
    ContentType: input.ResponseContentType,
    Expires: input.ResponseExpires,
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}
