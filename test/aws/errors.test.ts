import { describe, expect, it } from 'vitest';
import { awsErrorCode } from '../../src/aws/index.js';
import { translateAwsError } from '../../src/aws/translate-aws-error.js';

const request = { service: 'RDS', operation: 'CreateDBSnapshot', subject: 'a-snapshot' };

/** An error as the SDK makes it. */
function sdkError(name: string, message = 'why', metadata: Record<string, unknown> = {}, members: object = {}): Error {
  return Object.assign(new Error(message), { name, $metadata: metadata, ...members });
}

describe('the code of an error', () => {
  it.each([
    [sdkError('DBSnapshotNotFoundFault', '', {}, { Code: 'DBSnapshotNotFound' }), 'DBSnapshotNotFound'],
    [sdkError('DBSnapshotNotFoundFault', '', {}, { Code: 'DBSnapshotNotFoundFault' }), 'DBSnapshotNotFound'],
    [sdkError('InvalidParameterValueException'), 'InvalidParameterValue'],
    [sdkError('InvalidParameterValue'), 'InvalidParameterValue'],
    [sdkError('PreconditionFailed'), 'PreconditionFailed'],
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [sdkError('TimeoutError', '', {}, { code: 'ETIMEDOUT' }), 'TimeoutError'],
    [new Error('no code'), ''],
    [new TypeError('no code'), ''],
    ['text', ''],
    [null, ''],
  ])('is the same whatever class it came as: %s', (error, code) => {
    expect(awsErrorCode(error)).toBe(code);
  });
});

describe('what an error means', () => {
  it.each([
    ['AccessDenied', 'access-denied', false],
    ['AccessDeniedException', 'access-denied', false],
    ['InvalidClientTokenId', 'access-denied', false],
    ['UnrecognizedClientException', 'access-denied', false],
    ['SignatureDoesNotMatch', 'access-denied', false],
    ['CredentialsProviderError', 'access-denied', false],
    ['KMSKeyNotAccessibleFault', 'access-denied', false],
    ['RequestTimeTooSkewed', 'access-denied', false],
    ['ExpiredToken', 'credentials-expired', false],
    ['ExpiredTokenException', 'credentials-expired', false],
    ['Throttling', 'throttled', true],
    ['ThrottlingException', 'throttled', true],
    ['RequestLimitExceeded', 'throttled', true],
    ['SlowDown', 'throttled', true],
    ['TimeoutError', 'service-unreachable', true],
    ['ServiceUnavailable', 'service-error', true],
    ['InternalFailure', 'service-error', true],
    ['DBInstanceNotFoundFault', 'instance-not-found', false],
    ['DBInstanceAutomatedBackupNotFoundFault', 'instance-not-found', false],
    ['DBSnapshotNotFoundFault', 'snapshot-not-found', false],
    ['DBInstanceAlreadyExistsFault', 'identifier-taken', false],
    ['DBSnapshotAlreadyExistsFault', 'identifier-taken', false],
    ['InvalidDBInstanceStateFault', 'invalid-state', true],
    ['InvalidDBSnapshotStateFault', 'invalid-state', true],
    ['SnapshotQuotaExceededFault', 'quota-exceeded', false],
    ['InstanceQuotaExceededFault', 'quota-exceeded', false],
    ['StorageQuotaExceededFault', 'quota-exceeded', false],
    ['DBInstanceAutomatedBackupQuotaExceededFault', 'quota-exceeded', false],
    ['InsufficientDBInstanceCapacityFault', 'insufficient-capacity', true],
    ['PointInTimeRestoreNotEnabledFault', 'point-in-time-recovery-off', false],
    ['DBSubnetGroupNotFoundFault', 'invalid-input', false],
    ['DBSubnetGroupDoesNotCoverEnoughAZs', 'invalid-input', false],
    ['DBParameterGroupNotFoundFault', 'invalid-input', false],
    ['InvalidVPCNetworkStateFault', 'invalid-input', false],
    ['InvalidSubnet', 'invalid-input', false],
    ['InvalidRestoreFault', 'invalid-input', false],
    ['InvalidParameterValue', 'invalid-input', false],
    ['InvalidParameterCombinationException', 'invalid-input', false],
    ['VpcEncryptionControlViolationException', 'invalid-input', false],
    ['NoSuchBucket', 'bucket-not-found', false],
    ['NoSuchKey', 'object-not-found', false],
    ['NotFound', 'object-not-found', false],
    ['PermanentRedirect', 'invalid-input', false],
    ['SomethingNobodyHasHeardOf', 'service-error', false],
  ])('%s is %s', (name, code, retryable) => {
    expect(translateAwsError(sdkError(name), request)).toMatchObject({ code, retryable });
  });

  it.each([
    ['ECONNREFUSED', 'service-unreachable'],
    ['ENOTFOUND', 'service-unreachable'],
    ['ECONNRESET', 'service-unreachable'],
    ['EPIPE', 'service-unreachable'],
  ])('%s of the network is %s', (code, expected) => {
    const error = Object.assign(new Error('connect'), { code });
    expect(translateAwsError(error, request)).toMatchObject({ code: expected, retryable: true });
  });

  it.each([
    [403, 'access-denied'],
    [401, 'access-denied'],
    [404, 'object-not-found'],
    [301, 'invalid-input'],
    [429, 'throttled'],
    [502, 'service-error'],
    [400, 'service-error'],
  ])('an answer without a code is told by its status %i: %s', (httpStatusCode, code) => {
    expect(translateAwsError(sdkError('UnknownError', 'UnknownError', { httpStatusCode }), request)).toMatchObject({
      code,
    });
  });

  it('of a HEAD without a reason says which one is usual', () => {
    const error = sdkError('Unknown', 'UnknownError', { httpStatusCode: 400 });
    expect(translateAwsError(error, request)).toMatchObject({
      code: 'service-error',
      hint: expect.stringContaining('Credentials that have run out'),
    });
    expect(translateAwsError(sdkError('NewCode', 'why', { httpStatusCode: 400 }), request).hint).toContain(
      'details.awsCode',
    );
  });

  it('is refined by the words of AWS where nothing else tells', () => {
    const message = 'Cannot delete protected DB Instance, please disable deletion protection and try again.';
    expect(translateAwsError(sdkError('InvalidParameterCombination', message), request)).toMatchObject({
      code: 'invalid-state',
      retryable: false,
    });
    const combination =
      'RDS does not support creating a DB instance with the following combination: DBInstanceClass=db.m4.large, Engine=postgres, EngineVersion=15.4, LicenseModel=postgresql-license.';
    expect(translateAwsError(sdkError('InvalidParameterCombination', combination), request)).toMatchObject({
      code: 'instance-class-not-offered',
      retryable: false,
    });
    const optimizing = 'The previous storage change is being optimized.';
    expect(translateAwsError(sdkError('InvalidParameterCombination', optimizing), request)).toMatchObject({
      code: 'invalid-state',
      retryable: true,
    });
  });

  it('comes with the operation, what it was for, and what AWS support asks for', () => {
    const error = sdkError('AccessDenied', 'Not you.', { httpStatusCode: 403, requestId: 'r-1', attempts: 2 });
    const translated = translateAwsError(error, request);
    expect(translated.message).toBe('RDS CreateDBSnapshot of a-snapshot failed: Not you');
    expect(translated.cause).toBe(error);
    expect(translated.details).toEqual({
      operation: 'CreateDBSnapshot',
      subject: 'a-snapshot',
      awsCode: 'AccessDenied',
      httpStatus: 403,
      requestId: 'r-1',
      attempts: 2,
    });
  });

  it('holds no credentials of a signed URL', () => {
    const url = 'https://rds.us-east-1.amazonaws.com/?X-Amz-Security-Token=s3cret&X-Amz-Signature=sig&Action=Copy';
    const { message } = translateAwsError(sdkError('InvalidParameterValue', `bad PreSignedUrl ${url}`), request);
    expect(message).not.toMatch(/s3cret|=sig/);
    expect(message).toContain('Action=Copy');
  });

  it('names the refused address where Node gives only a list', () => {
    const error = Object.assign(new AggregateError([new Error('connect ECONNREFUSED 127.0.0.1:1')]), {
      code: 'ECONNREFUSED',
    });
    expect(translateAwsError(error, request).message).toContain('connect ECONNREFUSED 127.0.0.1:1');
  });

  it('is left alone when it is told already', () => {
    const translated = translateAwsError(sdkError('AccessDenied'), request);
    expect(translateAwsError(translated, { ...request, operation: 'Other' })).toBe(translated);
  });
});
