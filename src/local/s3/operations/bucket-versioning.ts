import type {
  GetBucketVersioningCommandInput,
  GetBucketVersioningCommandOutput,
  PutBucketVersioningCommandInput,
} from '@aws-sdk/client-s3';
import type { S3Answer } from '../s3-codec.js';
import { s3Error } from '../s3-error.js';
import type { OutputOf, S3Call } from '../s3-operation.js';
import { bucketOf } from '../s3-state.js';

/** Whether a bucket keeps versions; the answer is empty where nobody ever said so (facts G13). */
export async function getBucketVersioning(
  input: GetBucketVersioningCommandInput,
  { state }: S3Call,
): Promise<OutputOf<GetBucketVersioningCommandOutput>> {
  return { output: { Status: bucketOf(state, input).settings.versioning } };
}

/** Switches versioning on, or suspends it; there is no way back to a bucket that was never versioned. */
export async function putBucketVersioning(
  input: PutBucketVersioningCommandInput,
  { state }: S3Call,
): Promise<S3Answer> {
  const bucket = bucketOf(state, input);
  const { Status: status, MFADelete: mfa } = input.VersioningConfiguration ?? {};
  if (mfa === 'Enabled') throw s3Error('NotImplemented');
  if (status !== 'Enabled' && status !== 'Suspended') throw s3Error('IllegalVersioningConfigurationException');
  if (status === 'Suspended' && bucket.settings.objectLock !== undefined)
    throw s3Error(
      'InvalidBucketState',
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    );
  bucket.settings = { ...bucket.settings, versioning: status };
  return { output: {} };
}
