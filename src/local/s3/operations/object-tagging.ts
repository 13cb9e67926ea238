import type {
  DeleteObjectTaggingCommandInput,
  GetObjectTaggingCommandInput,
  GetObjectTaggingCommandOutput,
  PutObjectTaggingCommandInput,
} from '@aws-sdk/client-s3';
import { objectOf, shownVersionId } from '../find-version.js';
import { checkTags } from '../object-attributes.js';
import type { S3Answer } from '../s3-codec.js';
import { s3Error } from '../s3-error.js';
import type { OutputOf, S3Call } from '../s3-operation.js';
import { bucketOf } from '../s3-state.js';

/** The tags of an object. */
export async function getObjectTagging(
  input: GetObjectTaggingCommandInput,
  { state }: S3Call,
): Promise<OutputOf<GetObjectTaggingCommandOutput>> {
  const bucket = bucketOf(state, input);
  const object = objectOf(bucket, input);
  const TagSet = Object.entries(object.tags).map(([Key, Value]) => ({ Key, Value }));
  return { output: { VersionId: shownVersionId(bucket, object), TagSet } };
}

/** Puts these tags in the place of all others. */
export async function putObjectTagging(input: PutObjectTaggingCommandInput, call: S3Call): Promise<S3Answer> {
  const set = input.Tagging?.TagSet;
  if (set === undefined) throw s3Error('MalformedXML');
  const tags = checkTags(set.map(({ Key = '', Value = '' }) => [Key, Value] as const));
  return retag(input, call, tags);
}

/** Takes all tags away. */
export async function deleteObjectTagging(input: DeleteObjectTaggingCommandInput, call: S3Call): Promise<S3Answer> {
  return retag(input, call, {});
}

/** Tags are the one thing about an object that changes without a new one: bytes, ETag and time stay as they are. */
function retag(
  input: PutObjectTaggingCommandInput | DeleteObjectTaggingCommandInput,
  { state }: S3Call,
  tags: Readonly<Record<string, string>>,
): S3Answer {
  const bucket = bucketOf(state, input);
  const object = objectOf(bucket, input);
  bucket.objects.amend(object, { tags });
  return { output: { VersionId: shownVersionId(bucket, object) } };
}
