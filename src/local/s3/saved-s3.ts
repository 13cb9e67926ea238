import { basename, join } from 'node:path';
import type { Body } from './body-store.js';
import { type ChecksumName, checksumAlgorithm } from './checksum-algorithm.js';
import {
  type Bucket,
  type DeleteMarker,
  type MultipartUpload,
  makeBucket,
  type S3State,
  type StoredChecksum,
  type StoredObject,
  type UploadedPart,
} from './s3-state.js';

/** The S3 of a region that has closed, as plain data: files by their names alone, algorithms too. */
export interface SavedS3 {
  /** How far the row of numbers had come. */
  readonly numbers: number;
  readonly buckets: readonly SavedBucket[];
}

type SavedObject = Omit<StoredObject, 'checksum'> & {
  readonly checksum: Omit<StoredChecksum, 'algorithm'> & { readonly algorithm: ChecksumName };
};
type SavedUpload = Omit<MultipartUpload, 'algorithm' | 'parts'> & {
  readonly algorithm: ChecksumName;
  readonly parts: readonly UploadedPart[];
};

interface SavedBucket extends Pick<Bucket, 'name' | 'owner' | 'created' | 'settings'> {
  /** The oldest of each key first. */
  readonly versions: readonly (SavedObject | DeleteMarker)[];
  readonly uploads: readonly SavedUpload[];
}

/** What there is. */
export function saveS3(state: S3State): SavedS3 {
  return {
    numbers: state.nextNumber(),
    buckets: [...state.buckets.values()].map(({ name, owner, created, settings, objects, uploads }) => ({
      name,
      owner,
      created,
      settings,
      versions: objects.allKeys().flatMap((key) => objects.versions(key).map(saveVersion).reverse()),
      uploads: [...uploads.values()].map(saveUpload),
    })),
  };
}

/** The names of the files that hold what was saved. */
export function filesOf({ buckets }: SavedS3): ReadonlySet<string> {
  const bodies = buckets.flatMap(({ versions, uploads }) => [
    ...versions.flatMap((version) => (version.kind === 'object' ? [version.body] : [])),
    ...uploads.flatMap(({ parts }) => parts.map(({ body }) => body)),
  ]);
  return new Set(bodies.flatMap(({ segments }) => segments.map(({ file }) => file)));
}

/** Puts what was saved into an empty state; its bodies lie in `directory`. */
export function restoreS3(state: S3State, saved: SavedS3, directory: string): void {
  const hold = (body: Body): Body => {
    const segments = body.segments.map(({ file, size }) => ({ file: join(directory, file), size }));
    const held = { ...body, segments };
    state.bodies.hold(held);
    return held;
  };
  for (const { name, owner, created, settings, versions, uploads } of saved.buckets) {
    const bucket: Bucket = { ...makeBucket(state, name, owner), created, settings };
    state.buckets.set(name, bucket);
    for (const version of versions) {
      bucket.objects.add(
        version.kind === 'marker'
          ? version
          : { ...version, body: hold(version.body), checksum: restoreChecksum(version.checksum) },
      );
    }
    for (const upload of uploads) {
      const parts = upload.parts.map((part) => [part.number, { ...part, body: hold(part.body) }] as const);
      const algorithm = checksumAlgorithm(upload.algorithm);
      bucket.uploads.set(upload.id, { ...upload, algorithm, parts: new Map(parts) });
    }
  }
}

function saveVersion(version: StoredObject | DeleteMarker): SavedObject | DeleteMarker {
  if (version.kind === 'marker') return version;
  const { checksum, body } = version;
  return { ...version, body: named(body), checksum: { ...checksum, algorithm: checksum.algorithm.name } };
}

function saveUpload(upload: MultipartUpload): SavedUpload {
  const parts = [...upload.parts.values()].map((part) => ({ ...part, body: named(part.body) }));
  return { ...upload, algorithm: upload.algorithm.name, parts };
}

function named(body: Body): Body {
  return { ...body, segments: body.segments.map(({ file, size }) => ({ file: basename(file), size })) };
}

function restoreChecksum(checksum: SavedObject['checksum']): StoredChecksum {
  return { ...checksum, algorithm: checksumAlgorithm(checksum.algorithm) };
}
