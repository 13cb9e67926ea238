import type {
  DeleteObjectTaggingCommandInput,
  GetObjectTaggingCommandInput,
  GetObjectTaggingCommandOutput,
  PutObjectTaggingCommandInput,
} from '@aws-sdk/client-s3';
import { checkTags } from '../object-attributes.js';
import type { S3Answer } from '../s3-codec.js';
import { s3Error } from '../s3-error.js';
import { type OutputOf, refuseVersion, type S3Call } from '../s3-operation.js';
import { bucketOf, objectOf } from '../s3-state.js';

/** The tags of an object. */
export async function getObjectTagging(
  input: GetObjectTaggingCommandInput,
  { state }: S3Call,
): Promise<OutputOf<GetObjectTaggingCommandOutput>> {
  refuseVersion(input.VersionId);
  const { tags } = objectOf(bucketOf(state, input), input.Key);
  return { output: { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } };
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
  refuseVersion(input.VersionId);
  const bucket = bucketOf(state, input);
  bucket.objects.retag(objectOf(bucket, input.Key).key, tags);
  return { output: {} };
}
