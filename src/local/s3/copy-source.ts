import { judgeRead } from './conditions.js';
import { objectOf, shownVersionId } from './find-version.js';
import { s3Error } from './s3-error.js';
import { bucketOf, type S3State, type StoredObject } from './s3-state.js';

/** The members that say what is copied, and on which conditions. */
export interface CopySourceInput {
  readonly CopySource?: string | undefined;
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
  readonly ExpectedSourceBucketOwner?: string | undefined;
}

/** An object to copy from, and the bucket it is in. */
export interface CopySource {
  readonly bucket: string;
  readonly object: StoredObject;
  /** Its version as answers name it. */
  readonly versionId: string | undefined;
  readonly isCurrent: boolean;
}

/** The object that `bucket/key?versionId=...` names, if the request's conditions let it be copied. */
export function findCopySource(state: S3State, input: CopySourceInput): CopySource {
  const [path = '', version] = (input.CopySource ?? '').split('?versionId=');
  const [, bucket, key] = /^([^/]+)\/(.+)$/s.exec(decoded(path).replace(/^\//, '')) ?? [];
  if (bucket === undefined || key === undefined)
    throw s3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  const home = bucketOf(state, { Bucket: bucket, ExpectedBucketOwner: input.ExpectedSourceBucketOwner });
  const object = objectOf(home, { Key: key, VersionId: version });
  const judgement = judgeRead(
    {
      IfMatch: input.CopySourceIfMatch,
      IfNoneMatch: input.CopySourceIfNoneMatch,
      IfModifiedSince: input.CopySourceIfModifiedSince,
      IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
    object,
  );
  if (judgement !== 'go') throw s3Error('PreconditionFailed');
  if (object.storageClass === 'GLACIER' || object.storageClass === 'DEEP_ARCHIVE') throw s3Error('InvalidObjectState');
  return { bucket, object, versionId: shownVersionId(home, object), isCurrent: home.objects.get(key) === object };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw s3Error('InvalidArgument', 'Copy Source is not a well-formed URL-encoded path');
  }
}
