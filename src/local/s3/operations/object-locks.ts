import type {
  GetObjectLegalHoldCommandInput,
  GetObjectLegalHoldCommandOutput,
  GetObjectLockConfigurationCommandInput,
  GetObjectLockConfigurationCommandOutput,
  GetObjectRetentionCommandInput,
  GetObjectRetentionCommandOutput,
  PutObjectLegalHoldCommandInput,
  PutObjectLockConfigurationCommandInput,
  PutObjectRetentionCommandInput,
} from '@aws-sdk/client-s3';
import { objectOf } from '../find-version.js';
import { futureDate, lockMode, type ObjectLock, requireLockable } from '../object-lock.js';
import type { S3Answer } from '../s3-codec.js';
import { s3Error } from '../s3-error.js';
import type { OutputOf, S3Call } from '../s3-operation.js';
import { bucketOf } from '../s3-state.js';

/** Lets a bucket lock objects, with a default retention or without. It must keep versions (facts G14). */
export async function putObjectLockConfiguration(
  input: PutObjectLockConfigurationCommandInput,
  { state }: S3Call,
): Promise<S3Answer> {
  const bucket = bucketOf(state, input);
  const configuration = input.ObjectLockConfiguration;
  if (configuration?.ObjectLockEnabled !== 'Enabled') throw s3Error('MalformedXML');
  const retention = configuration.Rule?.DefaultRetention;
  if (configuration.Rule !== undefined) {
    lockMode(retention?.Mode);
    const lengths = [retention?.Days, retention?.Years].filter((length) => length !== undefined);
    if (lengths.length !== 1) throw s3Error('MalformedXML');
    if (lengths.some((length) => length < 1))
      throw s3Error('InvalidArgument', 'Default retention period must be a positive integer value.');
  }
  if (bucket.settings.versioning !== 'Enabled')
    throw s3Error(
      'InvalidBucketState',
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    );
  bucket.settings = { ...bucket.settings, objectLock: configuration };
  return { output: {} };
}

/** Whether a bucket can lock objects, and what it does with new ones. */
export async function getObjectLockConfiguration(
  input: GetObjectLockConfigurationCommandInput,
  { state }: S3Call,
): Promise<OutputOf<GetObjectLockConfigurationCommandOutput>> {
  const { objectLock } = bucketOf(state, input).settings;
  if (objectLock === undefined) throw s3Error('ObjectLockConfigurationNotFoundError');
  return { output: { ObjectLockConfiguration: objectLock } };
}

/** Sets until when a version is kept: later at any time, earlier or not at all only past governance, by who may bypass it. */
export async function putObjectRetention(input: PutObjectRetentionCommandInput, { state }: S3Call): Promise<S3Answer> {
  const bucket = bucketOf(state, input);
  requireLockable(bucket);
  const object = objectOf(bucket, input);
  const now = state.clock.now();
  const { Mode: mode, RetainUntilDate: until } = input.Retention ?? {};
  if ((mode === undefined) !== (until === undefined)) throw s3Error('MalformedXML');
  const asked = mode === undefined ? {} : { mode: lockMode(mode), retainUntil: futureDate(until, now) };
  checkRelaxation(object.lock, asked, { bypass: input.BypassGovernanceRetention ?? false, now });
  bucket.objects.amend(object, { lock: { ...asked, legalHold: object.lock?.legalHold } });
  return { output: {} };
}

function checkRelaxation(
  held: ObjectLock | undefined,
  asked: ObjectLock,
  { bypass, now }: { readonly bypass: boolean; readonly now: Date },
): void {
  if (held?.mode === undefined || held.retainUntil === undefined || held.retainUntil <= now) return;
  const isShorter = asked.retainUntil === undefined || asked.retainUntil < held.retainUntil;
  const isWeaker = held.mode === 'COMPLIANCE' && asked.mode !== 'COMPLIANCE';
  const isChanged = isShorter || asked.mode !== held.mode;
  if (isWeaker || (held.mode === 'COMPLIANCE' && isShorter) || (isChanged && held.mode === 'GOVERNANCE' && !bypass))
    throw s3Error('AccessDenied', 'Access Denied because object protected by object lock.');
}

/** Until when a version is kept. */
export async function getObjectRetention(
  input: GetObjectRetentionCommandInput,
  { state }: S3Call,
): Promise<OutputOf<GetObjectRetentionCommandOutput>> {
  const bucket = bucketOf(state, input);
  requireLockable(bucket);
  const { lock } = objectOf(bucket, input);
  if (lock?.mode === undefined) throw s3Error('NoSuchObjectLockConfiguration');
  return { output: { Retention: { Mode: lock.mode, RetainUntilDate: lock.retainUntil } } };
}

/** Holds a version whatever its retention, or lets it go. */
export async function putObjectLegalHold(input: PutObjectLegalHoldCommandInput, { state }: S3Call): Promise<S3Answer> {
  const bucket = bucketOf(state, input);
  requireLockable(bucket);
  const status = input.LegalHold?.Status;
  if (status !== 'ON' && status !== 'OFF') throw s3Error('MalformedXML');
  const object = objectOf(bucket, input);
  bucket.objects.amend(object, { lock: { ...object.lock, legalHold: status === 'ON' } });
  return { output: {} };
}

/** Whether a version is held. */
export async function getObjectLegalHold(
  input: GetObjectLegalHoldCommandInput,
  { state }: S3Call,
): Promise<OutputOf<GetObjectLegalHoldCommandOutput>> {
  const bucket = bucketOf(state, input);
  requireLockable(bucket);
  const hold = objectOf(bucket, input).lock?.legalHold;
  if (hold === undefined) throw s3Error('NoSuchObjectLockConfiguration');
  return { output: { LegalHold: { Status: hold ? 'ON' : 'OFF' } } };
}
