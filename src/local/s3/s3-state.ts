import type { Clock } from '../../core/clock.js';
import type { Body, BodyStore } from './body-store.js';
import { type BucketSettings, newBucketSettings } from './bucket-settings.js';
import type { ChecksumAlgorithm, ChecksumType } from './checksum-algorithm.js';
import { createObjectIndex, type ObjectIndex } from './object-index.js';
import type { ObjectLock } from './object-lock.js';
import { s3Error } from './s3-error.js';

/** A checksum kept with an object. */
export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  /** As it goes over the wire: base64, and `-N` behind it if composite. */
  readonly value: string;
}

/** How an object is encrypted: told back to whoever asks, not done. */
export interface StoredEncryption {
  readonly ServerSideEncryption: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  readonly SSEKMSKeyId?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

/** Headers that S3 gives back as they were put. */
export interface ContentHeaders {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly Expires?: Date | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
}

/** What is said about an object when it is put, beyond its bytes. */
export interface ObjectAttributes {
  readonly content: ContentHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  readonly encryption: StoredEncryption;
  readonly tags: Readonly<Record<string, string>>;
  readonly lock: ObjectLock | undefined;
}

/** What every version of a key has. */
interface VersionFacts {
  readonly key: string;
  readonly versionId: string;
  /** Counts up over all versions: the one that came last is the current one. */
  readonly order: number;
  readonly lastModified: Date;
}

/** An object. Plain data, never changed: a new one takes its place. */
export interface StoredObject extends ObjectAttributes, VersionFacts {
  readonly kind: 'object';
  readonly etag: string;
  readonly body: Body;
  readonly checksum: StoredChecksum;
  /** Sizes of the parts, if it came in parts. */
  readonly parts: readonly number[];
}

/** Stands on top of a key's versions and says that the key is deleted. */
export interface DeleteMarker extends VersionFacts {
  readonly kind: 'marker';
}

/** What a key has one or more of, one after the other. */
export type StoredVersion = StoredObject | DeleteMarker;

/** A part of an upload that is not an object yet. */
export interface UploadedPart {
  readonly number: number;
  readonly body: Body;
  readonly md5: Buffer;
  readonly etag: string;
  readonly digest: Buffer;
  readonly lastModified: Date;
}

/** An upload in parts that has neither been completed nor aborted. */
export interface MultipartUpload {
  readonly id: string;
  readonly key: string;
  readonly initiated: Date;
  readonly attributes: ObjectAttributes;
  readonly algorithm: ChecksumAlgorithm;
  readonly checksumType: ChecksumType;
  /** Whether the client chose the checksum, rather than leaving it to S3. */
  readonly chosenChecksum: boolean;
  readonly parts: Map<number, UploadedPart>;
}

/** A bucket. */
export interface Bucket {
  readonly name: string;
  /** The account it belongs to. */
  readonly owner: string;
  readonly created: Date;
  settings: BucketSettings;
  readonly objects: ObjectIndex;
  readonly uploads: Map<string, MultipartUpload>;
}

/** Everything the local S3 knows, and what it works with. */
export interface S3State {
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  readonly buckets: Map<string, Bucket>;
  readonly bodies: BodyStore;
  /** The next of a row of numbers: ids made from them sort by age. */
  nextNumber(): number;
}

/** Makes an empty bucket. */
export function makeBucket(state: S3State, name: string, owner: string = state.accountId): Bucket {
  const bucket: Bucket = {
    name,
    owner,
    created: nowOf(state),
    settings: newBucketSettings(),
    objects: createObjectIndex(),
    uploads: new Map(),
  };
  state.buckets.set(name, bucket);
  return bucket;
}

/** The bucket a request names, if it is there, is ours, and belongs to whom the request expects (facts G18). */
export function bucketOf(
  state: S3State,
  input: { readonly Bucket?: string | undefined; readonly ExpectedBucketOwner?: string | undefined },
): Bucket {
  const bucket = state.buckets.get(input.Bucket ?? '');
  if (bucket === undefined) throw s3Error('NoSuchBucket');
  const { ExpectedBucketOwner: expected = bucket.owner } = input;
  if (bucket.owner !== state.accountId || expected !== bucket.owner) throw s3Error('AccessDenied');
  return bucket;
}

/** The current instant in whole seconds, which is all that S3 tells of time. */
export function nowOf({ clock }: Pick<S3State, 'clock'>): Date {
  return new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
}
