import type {
  DeletedObject,
  DeleteObjectCommandInput,
  DeleteObjectCommandOutput,
  DeleteObjectsCommandInput,
  DeleteObjectsCommandOutput,
  ObjectIdentifier,
  _Error as PerKeyError,
} from '@aws-sdk/client-s3';
import { checkDeleteCondition } from '../conditions.js';
import { type Unpublished, unpublish } from '../publish.js';
import { requireChecksum } from '../require-checksum.js';
import { asS3Error, s3Error } from '../s3-error.js';
import type { OutputOf, S3Call } from '../s3-operation.js';
import { type Bucket, bucketOf, type S3State } from '../s3-state.js';
import { checkVersionId } from '../version-id.js';

const maxKeys = 1000;

/** Takes one object away. That it was not there is no error. */
export async function deleteObject(
  input: DeleteObjectCommandInput,
  { state }: S3Call,
): Promise<OutputOf<DeleteObjectCommandOutput>> {
  if (input.IfMatchLastModifiedTime !== undefined || input.IfMatchSize !== undefined) throw s3Error('NotImplemented');
  const { versionId, isMarker } = deleteOne(state, bucketOf(state, input), {
    Key: input.Key,
    VersionId: input.VersionId,
    ETag: input.IfMatch,
    bypassGovernance: input.BypassGovernanceRetention ?? false,
  });
  return { output: { VersionId: versionId, ...(isMarker ? { DeleteMarker: true } : {}) } };
}

/** Takes up to 1,000 objects away. Each key has its own outcome: the answer is 200 whatever became of them (facts G15). */
export async function deleteObjects(
  input: DeleteObjectsCommandInput,
  { state, request }: S3Call,
): Promise<OutputOf<DeleteObjectsCommandOutput>> {
  const bucket = bucketOf(state, input);
  // S3 takes a list of things to destroy only with proof that it arrived as it was sent.
  requireChecksum(request.headers, 'Missing required header for this request: Content-MD5');
  const bypassGovernance = input.BypassGovernanceRetention ?? false;
  const objects = input.Delete?.Objects ?? [];
  if (objects.length === 0 || objects.length > maxKeys || objects.some(({ Key }) => !Key))
    throw s3Error('MalformedXML');
  const Deleted: DeletedObject[] = [];
  const Errors: PerKeyError[] = [];
  for (const object of objects) {
    const named = { Key: object.Key, VersionId: object.VersionId };
    try {
      if (object.LastModifiedTime !== undefined || object.Size !== undefined) throw s3Error('NotImplemented');
      const { versionId, isMarker } = deleteOne(state, bucket, { ...object, bypassGovernance });
      Deleted.push({ ...named, ...(isMarker ? { DeleteMarker: true, DeleteMarkerVersionId: versionId } : {}) });
    } catch (error) {
      const { code, message } = asS3Error(error);
      Errors.push({ ...named, Code: code, Message: message });
    }
  }
  return { output: { ...(input.Delete?.Quiet ? {} : { Deleted }), Errors } };
}

function deleteOne(
  state: S3State,
  bucket: Bucket,
  object: { readonly [Member in 'Key' | 'VersionId' | 'ETag']?: ObjectIdentifier[Member] | undefined } & {
    readonly bypassGovernance: boolean;
  },
): Unpublished {
  const { Key: key = '', VersionId: versionId, bypassGovernance } = object;
  checkVersionId(versionId);
  const named =
    versionId === undefined
      ? bucket.objects.get(key)
      : bucket.objects.versions(key).find((version) => version.versionId === versionId);
  checkDeleteCondition(object.ETag, named?.kind === 'object' ? named : undefined);
  return unpublish(state, bucket, { key, versionId, bypassGovernance });
}
