import type { Clock } from '../../core/clock.js';
import type { Body, BodyStore } from './body-store.js';
import type { ChecksumAlgorithm, ChecksumType } from './checksum-algorithm.js';
import { createObjectIndex, type ObjectIndex } from './object-index.js';
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
}

/** An object. Plain data, never changed: a new one takes its place. */
export interface StoredObject extends ObjectAttributes {
  readonly key: string;
  readonly etag: string;
  readonly lastModified: Date;
  readonly body: Body;
  readonly checksum: StoredChecksum;
  /** Sizes of the parts, if it came in parts. */
  readonly parts: readonly number[];
}

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
  readonly created: Date;
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
export function makeBucket(state: S3State, name: string): Bucket {
  const bucket: Bucket = { name, created: nowOf(state), objects: createObjectIndex(), uploads: new Map() };
  state.buckets.set(name, bucket);
  return bucket;
}

/** The bucket a request names, if it is there and belongs to whom the request expects (facts G18). */
export function bucketOf(
  state: S3State,
  input: { readonly Bucket?: string | undefined; readonly ExpectedBucketOwner?: string | undefined },
): Bucket {
  const bucket = state.buckets.get(input.Bucket ?? '');
  if (bucket === undefined) throw s3Error('NoSuchBucket');
  if (input.ExpectedBucketOwner !== undefined && input.ExpectedBucketOwner !== state.accountId)
    throw s3Error('AccessDenied');
  return bucket;
}

/** The object a request names. */
export function objectOf(bucket: Bucket, key: string | undefined): StoredObject {
  const object = bucket.objects.get(key ?? '');
  if (object === undefined) throw s3Error('NoSuchKey');
  return object;
}

/** The current instant in whole seconds, which is all that S3 tells of time. */
export function nowOf({ clock }: Pick<S3State, 'clock'>): Date {
  return new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
}
