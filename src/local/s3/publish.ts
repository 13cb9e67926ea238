import { checkNotLocked, defaultLock } from './object-lock.js';
import { type Bucket, nowOf, type S3State, type StoredObject, type StoredVersion } from './s3-state.js';
import { makeVersionId, nullVersion } from './version-id.js';

/** An object that is not in its bucket yet. */
export type NewObject = Omit<StoredObject, 'kind' | 'versionId' | 'order' | 'lastModified'>;

/**
 * Makes an object the current one of its key. Where there is no versioning, the body of the one it replaces goes once nobody
 * reads it. Readers see one or the other.
 */
export function publish(state: S3State, bucket: Bucket, object: NewObject): StoredObject {
  const lock = object.lock ?? defaultLock(bucket, state.clock.now());
  const version: StoredObject = { ...object, kind: 'object', lock, ...newVersion(state, bucket, object.key) };
  letGo(state, bucket.objects.add(version));
  return version;
}

/** What a delete came to. */
export interface Unpublished {
  /** The version that was taken away, or the marker that was made; none in a bucket without versioning. */
  readonly versionId: string | undefined;
  readonly isMarker: boolean;
}

/**
 * Takes an object away, if it is there: a named version for good; without a name, where there is versioning, by a marker on
 * top of it (facts G13).
 */
export function unpublish(
  state: S3State,
  bucket: Bucket,
  target: { readonly key: string; readonly versionId?: string | undefined; readonly bypassGovernance: boolean },
): Unpublished {
  const { key, versionId } = target;
  const { versioning } = bucket.settings;
  if (versionId === undefined && versioning !== undefined) {
    const marker = { kind: 'marker', key, ...newVersion(state, bucket, key) } as const;
    letGo(state, bucket.objects.add(marker));
    return { versionId: marker.versionId, isMarker: true };
  }
  const wanted = versionId ?? nullVersion;
  const version = bucket.objects.versions(key).find((other) => other.versionId === wanted);
  if (version !== undefined) {
    checkNotLocked(version, target.bypassGovernance, state.clock.now());
    bucket.objects.remove(version);
    letGo(state, version);
  }
  return { versionId: versioning && wanted, isMarker: version?.kind === 'marker' };
}

function newVersion(
  state: S3State,
  bucket: Bucket,
  key: string,
): Pick<StoredVersion, 'versionId' | 'order' | 'lastModified'> {
  const order = state.nextNumber();
  const versionId = bucket.settings.versioning === 'Enabled' ? makeVersionId(key, order) : nullVersion;
  return { versionId, order, lastModified: nowOf(state) };
}

function letGo(state: S3State, version: StoredVersion | undefined): void {
  if (version?.kind === 'object') state.bodies.release(version.body);
}
