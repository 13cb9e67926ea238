import type { WireRequest } from '../wire/wire-service.js';
import { requireChecksum } from './require-checksum.js';
import { s3Error } from './s3-error.js';
import type { Bucket, StoredVersion } from './s3-state.js';

/** What protects a version from being deleted (facts G14). */
export interface ObjectLock {
  readonly mode?: 'GOVERNANCE' | 'COMPLIANCE' | undefined;
  readonly retainUntil?: Date | undefined;
  readonly legalHold?: boolean | undefined;
}

/** The members by which a request that makes an object locks it. */
export interface LockInput {
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

const day = 86_400_000;

/** The lock that a request asks for; `undefined` if it asks for none. */
export function readLock(bucket: Bucket, input: LockInput, now: Date): ObjectLock | undefined {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = input;
  if (mode === undefined && until === undefined && hold === undefined) return undefined;
  requireLockable(bucket);
  if ((mode === undefined) !== (until === undefined))
    throw s3Error(
      'InvalidArgument',
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
    );
  if (hold !== undefined && hold !== 'ON' && hold !== 'OFF')
    throw s3Error('InvalidArgument', 'Legal Hold must be either of ON or OFF');
  const retention = mode === undefined ? {} : { mode: lockMode(mode), retainUntil: futureDate(until, now) };
  return { ...retention, legalHold: hold === 'ON' };
}

/** S3 takes a lock only with proof that the bytes to be locked are those that were sent. */
export function requireProofForLock(lock: ObjectLock | undefined, { headers }: WireRequest): void {
  if (lock === undefined) return;
  requireChecksum(
    headers,
    'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  );
}

/** The lock of a new object that asks for none: the bucket's default retention. */
export function defaultLock({ settings }: Bucket, now: Date): ObjectLock | undefined {
  const retention = settings.objectLock?.Rule?.DefaultRetention;
  if (retention?.Mode === undefined) return undefined;
  const days = retention.Days ?? (retention.Years ?? 0) * 365;
  return { mode: retention.Mode, retainUntil: new Date(now.getTime() + days * day) };
}

/** A mode that S3 has. */
export function lockMode(mode: string | undefined): 'GOVERNANCE' | 'COMPLIANCE' {
  if (mode === 'GOVERNANCE' || mode === 'COMPLIANCE') return mode;
  throw s3Error('InvalidArgument', 'Unknown wormMode directive.');
}

/** An instant that a retention can last to. */
export function futureDate(date: Date | undefined, now: Date): Date {
  if (date === undefined || date <= now)
    throw s3Error('InvalidArgument', 'The retain until date must be in the future!');
  return date;
}

/** Refuses what only a bucket with object lock can do. */
export function requireLockable({ settings }: Bucket): void {
  if (settings.objectLock === undefined) throw s3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration');
}

/** Refuses to take a version away that is locked. Governance gives way to who may bypass it, and says so. */
export function checkNotLocked(version: StoredVersion, bypassGovernance: boolean, now: Date): void {
  if (version.kind !== 'object' || version.lock === undefined) return;
  const { mode, retainUntil, legalHold } = version.lock;
  const isRetained = mode !== undefined && retainUntil !== undefined && now < retainUntil;
  if (legalHold === true || (isRetained && !(mode === 'GOVERNANCE' && bypassGovernance)))
    throw s3Error('AccessDenied', 'Access Denied because object protected by object lock.');
}
