import { s3Error } from './s3-error.js';
import type { Bucket, StoredObject, StoredVersion } from './s3-state.js';
import { checkVersionId } from './version-id.js';

/** What names an object, or one version of it. */
export interface VersionInput {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

/** The object that a request names: the current one, or that of the version it asks for (facts G13). */
export function objectOf(bucket: Bucket, { Key: key = '', VersionId: id }: VersionInput): StoredObject {
  checkVersionId(id);
  const row = bucket.objects.versions(key);
  const version = id === undefined ? row[0] : row.find(({ versionId }) => versionId === id);
  if (version?.kind === 'object') return version;
  if (version === undefined)
    throw s3Error(id === undefined ? 'NoSuchKey' : bucket.settings.versioning ? 'NoSuchVersion' : 'NoSuchKey');
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId };
  if (id === undefined) throw s3Error('NoSuchKey', undefined, headers);
  throw s3Error('MethodNotAllowed', undefined, { ...headers, allow: 'DELETE' });
}

/** The id by which an answer names a version: buckets that were never versioned do not speak of versions. */
export function shownVersionId(bucket: Bucket, { versionId }: StoredVersion): string | undefined {
  return bucket.settings.versioning === undefined ? undefined : versionId;
}
