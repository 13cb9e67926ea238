import type {
  DeleteMarkerEntry,
  ListObjectVersionsCommandInput,
  ListObjectVersionsCommandOutput,
  ObjectVersion,
} from '@aws-sdk/client-s3';
import { listPage } from '../list-page.js';
import { keyWriter } from '../listing-text.js';
import { s3Error } from '../s3-error.js';
import { type OutputOf, pageSize, type S3Call } from '../s3-operation.js';
import { ownerOf } from '../s3-owner.js';
import { type Bucket, bucketOf, type S3State, type StoredVersion } from '../s3-state.js';
import { checkVersionId, orderOfVersion } from '../version-id.js';

/** Separates a key from the place of its version, and sorts before all that a key can go on with. */
const separator = '\0';

/** All versions and delete markers, by key and then the newest first. The next page needs both markers (facts 0.9). */
export async function listObjectVersions(
  input: ListObjectVersionsCommandInput,
  { state }: S3Call,
): Promise<OutputOf<ListObjectVersionsCommandOutput>> {
  const bucket = bucketOf(state, input);
  const write = keyWriter(input.EncodingType);
  const { Prefix: prefix = '', Delimiter: delimiter = '', KeyMarker: keyMarker = '' } = input;
  const places = placesOf(bucket, prefix);
  const limit = pageSize('max-keys', input.MaxKeys);
  const page = listPage({ keys: [...places.keys()], prefix, delimiter, after: markerOf(bucket, input), limit });
  const listed = page.keys.map((place) => places.get(place)).filter((version) => version !== undefined);
  const last = page.last === undefined ? undefined : places.get(page.last);
  return {
    output: {
      Name: bucket.name,
      Prefix: write(prefix),
      Delimiter: input.Delimiter === undefined ? undefined : write(delimiter),
      KeyMarker: write(keyMarker),
      VersionIdMarker: input.VersionIdMarker ?? '',
      // A page may end with a group of keys, which has no version.
      ...(page.truncated
        ? { NextKeyMarker: write(last?.key ?? page.last ?? ''), NextVersionIdMarker: last?.versionId }
        : {}),
      MaxKeys: limit,
      EncodingType: input.EncodingType,
      IsTruncated: page.truncated,
      Versions: listed.flatMap((version) => describeVersion(state, bucket, version, write)),
      DeleteMarkers: listed.flatMap((version) => describeMarker(state, bucket, version, write)),
      CommonPrefixes: page.groups.map((group) => ({ Prefix: write(group) })),
    },
  };
}

/** Every version under a text that sorts as S3 lists it. */
function placesOf({ objects }: Bucket, prefix: string): ReadonlyMap<string, StoredVersion> {
  const places = new Map<string, StoredVersion>();
  for (const key of objects.allKeys()) {
    if (!key.startsWith(prefix)) continue;
    for (const version of objects.versions(key)) places.set(placeOf(key, version.order), version);
  }
  return places;
}

/** The newest come first, so the places count down. */
function placeOf(key: string, order: number): string {
  return key + separator + String(Number.MAX_SAFE_INTEGER - order).padStart(16, '0');
}

/** Where a listing goes on: behind one version, or behind all versions of a key, or behind a group of keys. */
function markerOf({ objects }: Bucket, input: ListObjectVersionsCommandInput): string {
  const { KeyMarker: key, VersionIdMarker: id, Delimiter: delimiter } = input;
  if (id && !key) throw s3Error('InvalidArgument', 'A version-id marker cannot be specified without a key marker.');
  if (!key) return '';
  if (!id) return delimiter && key.endsWith(delimiter) ? key : `${key}${separator}\u{10ffff}`;
  checkVersionId(id);
  // The id tells its place even if the version has gone meanwhile; only the null version has to be looked for.
  const order = orderOfVersion(id) ?? objects.versions(key).find(({ versionId }) => versionId === id)?.order;
  return order === undefined ? `${key}${separator}\u{10ffff}` : placeOf(key, order);
}

function describeVersion(
  state: S3State,
  { objects }: Bucket,
  version: StoredVersion,
  write: (key: string) => string,
): ObjectVersion[] {
  if (version.kind !== 'object') return [];
  return [
    {
      Key: write(version.key),
      VersionId: version.versionId,
      IsLatest: objects.versions(version.key)[0] === version,
      LastModified: version.lastModified,
      ETag: version.etag,
      ChecksumAlgorithm: [version.checksum.algorithm.name],
      ChecksumType: version.checksum.type,
      Size: version.body.size,
      // The SDK's type has no other class, the service lists them all.
      StorageClass: version.storageClass as 'STANDARD',
      Owner: ownerOf(state),
    },
  ];
}

function describeMarker(
  state: S3State,
  { objects }: Bucket,
  version: StoredVersion,
  write: (key: string) => string,
): DeleteMarkerEntry[] {
  if (version.kind !== 'marker') return [];
  const { key, versionId, lastModified } = version;
  const isLatest = objects.versions(key)[0] === version;
  return [
    { Key: write(key), VersionId: versionId, IsLatest: isLatest, LastModified: lastModified, Owner: ownerOf(state) },
  ];
}
