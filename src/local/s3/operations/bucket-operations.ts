import type {
  CreateBucketCommandInput,
  CreateBucketCommandOutput,
  DeleteBucketCommandInput,
  GetBucketLocationCommandInput,
  HeadBucketCommandInput,
  HeadBucketCommandOutput,
  ListBucketsCommandInput,
  ListBucketsCommandOutput,
} from '@aws-sdk/client-s3';
import { isBucketName } from '../bucket-name.js';
import type { S3Answer } from '../s3-codec.js';
import { s3Error } from '../s3-error.js';
import type { OutputOf, S3Call } from '../s3-operation.js';
import { ownerOf } from '../s3-owner.js';
import { bucketOf, makeBucket } from '../s3-state.js';

/** Makes a bucket in this region. */
export async function createBucket(
  input: CreateBucketCommandInput,
  { state }: S3Call,
): Promise<OutputOf<CreateBucketCommandOutput>> {
  const { Bucket: name = '' } = input;
  checkBucketName(name);
  const asked = input.CreateBucketConfiguration?.LocationConstraint;
  if ((asked ?? 'us-east-1') !== state.region)
    throw s3Error(
      'IllegalLocationConstraintException',
      `The ${asked ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  const existing = state.buckets.get(name);
  if (existing !== undefined && existing.owner !== state.accountId) throw s3Error('BucketAlreadyExists');
  if (existing === undefined) {
    const bucket = makeBucket(state, name);
    // Objects can only be locked where every version is kept (facts G14).
    if (input.ObjectLockEnabledForBucket)
      bucket.settings = { ...bucket.settings, versioning: 'Enabled', objectLock: { ObjectLockEnabled: 'Enabled' } };
  }
  // For the sake of its oldest users, S3 lets one create a bucket twice in its first region.
  else if (state.region !== 'us-east-1') throw s3Error('BucketAlreadyOwnedByYou');
  return { output: { Location: `/${name}`, BucketArn: `arn:aws:s3:::${name}` } };
}

/** Removes an empty bucket, and with it the uploads that were never completed. */
export async function deleteBucket(input: DeleteBucketCommandInput, { state }: S3Call): Promise<S3Answer> {
  const bucket = bucketOf(state, input);
  if (bucket.objects.allKeys().length > 0) throw s3Error('BucketNotEmpty');
  for (const upload of bucket.uploads.values())
    for (const part of upload.parts.values()) state.bodies.release(part.body);
  bucket.uploads.clear();
  state.buckets.delete(bucket.name);
  return { output: {} };
}

/** Whether a bucket is there, and where. */
export async function headBucket(
  input: HeadBucketCommandInput,
  { state }: S3Call,
): Promise<OutputOf<HeadBucketCommandOutput>> {
  const bucket = bucketOf(state, input);
  return { output: { BucketArn: `arn:aws:s3:::${bucket.name}`, BucketRegion: state.region } };
}

/** All buckets by name, in pages if asked. */
export async function listBuckets(
  input: ListBucketsCommandInput,
  { state }: S3Call,
): Promise<OutputOf<ListBucketsCommandOutput>> {
  const { Prefix: prefix = '', ContinuationToken: after = '', MaxBuckets: limit = 10_000 } = input;
  const all = [...state.buckets.values()]
    .filter(({ name, owner }) => owner === state.accountId && name.startsWith(prefix) && name > after)
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const page = all.slice(0, limit);
  return {
    output: {
      Buckets: page.map(({ name, created }) => ({ Name: name, CreationDate: created, BucketRegion: state.region })),
      Owner: ownerOf(state),
      ContinuationToken: page.length < all.length ? page.at(-1)?.name : undefined,
      Prefix: input.Prefix,
    },
  };
}

/** The region of a bucket; the first region has no name here. */
export async function getBucketLocation(
  input: GetBucketLocationCommandInput,
  { state }: S3Call,
): Promise<S3Answer<{ readonly LocationConstraint: string }>> {
  bucketOf(state, input);
  return { output: { LocationConstraint: state.region === 'us-east-1' ? '' : state.region } };
}

function checkBucketName(name: string): void {
  if (!isBucketName(name)) throw s3Error('InvalidBucketName');
}
