import type { BackupErrorCode } from '../core/error-codes.js';

/** What one of AWS's errors is called here, and what to do about it. */
export interface AwsErrorMeaning {
  readonly code: BackupErrorCode;
  readonly hint: string;
  readonly retryable?: boolean | undefined;
}

/** What AWS's error code means; `undefined` for one that has no row and no pattern. Codes as `awsErrorCode` gives them. */
export function meaningOfAwsCode(code: string): AwsErrorMeaning | undefined {
  for (const [codes, meaning] of rows) if (codes.includes(code)) return meaning;
  for (const [pattern, meaning] of patterns) if (pattern.test(code)) return meaning;
  return undefined;
}

const unreachable: AwsErrorMeaning = {
  code: 'service-unreachable',
  hint: 'Check the region, the endpoint and the network between here and AWS; the request may or may not have arrived.',
  retryable: true,
};

/** The service is there but could not do it now. */
export const serviceTrouble: AwsErrorMeaning = {
  code: 'service-error',
  hint: 'The fault is on the side of AWS: try again, and look at the AWS Health Dashboard if it stays.',
  retryable: true,
};

/** What has no better name. */
export const otherServiceError: AwsErrorMeaning = {
  code: 'service-error',
  hint: 'Read the message of AWS and its code in details.awsCode.',
};

/** S3 gives no reason in its answers to HEAD. */
export const unexplained: AwsErrorMeaning = {
  code: 'service-error',
  hint: 'AWS gave no reason. Credentials that have run out are the usual one: sign in again or refresh the session, then make the same call again.',
};

export const accessDenied: AwsErrorMeaning = {
  code: 'access-denied',
  hint: 'Check which identity the credentials belong to, and that its policy allows this action on this resource: requiredPermissions() writes one that does.',
};

const invalidRequest: AwsErrorMeaning = {
  code: 'invalid-input',
  hint: 'Read what AWS refuses in the message, and correct the request or the resource that it names.',
};

const rows: readonly (readonly [readonly string[], AwsErrorMeaning])[] = [
  [
    ['AccessDenied', 'UnauthorizedOperation', 'NotAuthorized', 'OptInRequired', 'AllAccessDisabled', 'Forbidden'],
    accessDenied,
  ],
  [
    [
      'SignatureDoesNotMatch',
      'InvalidSignature',
      'InvalidClientTokenId',
      'UnrecognizedClient',
      'InvalidAccessKeyId',
      'IncompleteSignature',
      'AuthFailure',
      'MissingAuthenticationToken',
      'CredentialsProviderError',
    ],
    { code: 'access-denied', hint: 'Check that valid AWS credentials are configured for this process.' },
  ],
  [
    ['RequestTimeTooSkewed'],
    { code: 'access-denied', hint: "Set this machine's clock: AWS refuses requests signed at another time." },
  ],
  [
    ['KMSKeyNotAccessible', 'KMSKeyDisabled', 'KMS.DisabledException', 'KMSInvalidState'],
    { code: 'access-denied', hint: 'Check that the KMS key is enabled and that its policy lets this identity use it.' },
  ],
  [
    ['ExpiredToken', 'TokenRefreshRequired', 'RequestExpired', 'ExpiredTokenId', 'TokenProviderError'],
    { code: 'credentials-expired', hint: 'Sign in again or refresh the session, then make the same call again.' },
  ],
  [
    [
      'Throttling',
      'Throttled',
      'ThrottledException',
      'RequestLimitExceeded',
      'RequestThrottled',
      'SlowDown',
      'TooManyRequests',
      'BandwidthLimitExceeded',
      'PriorRequestNotComplete',
      'EC2Throttled',
      'LimitExceeded',
      'ProvisionedThroughputExceeded',
    ],
    { code: 'throttled', hint: 'Make fewer calls at once, or wait and make the same call again.', retryable: true },
  ],
  [
    [
      'TimeoutError',
      'ECONNREFUSED',
      'ECONNRESET',
      'EPIPE',
      'ETIMEDOUT',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ENOTFOUND',
      'EAI_AGAIN',
      'ERR_STREAM_PREMATURE_CLOSE',
    ],
    unreachable,
  ],
  [
    ['ServiceUnavailable', 'InternalFailure', 'InternalError', 'RequestTimeout', 'TransactionInProgress'],
    serviceTrouble,
  ],
  [
    ['DBInstanceNotFound', 'DBInstanceAutomatedBackupNotFound'],
    { code: 'instance-not-found', hint: 'Check the identifier and the region; a rename takes the old name away.' },
  ],
  [
    ['ReplicationGroupNotFound', 'CacheClusterNotFound'],
    {
      code: 'cache-not-found',
      hint: "Check the identifier and the region; a replication group's nodes have names of their own, such as -001.",
    },
  ],
  [
    ['DBSnapshotNotFound', 'SnapshotNotFound'],
    { code: 'snapshot-not-found', hint: 'List the snapshots: automated ones expire, and their names end in a time.' },
  ],
  [
    ['InsufficientDBInstanceCapacity', 'InsufficientCacheClusterCapacity'],
    {
      code: 'insufficient-capacity',
      hint: 'AWS has no room for this class of instance or node there now: try later, or another class.',
      retryable: true,
    },
  ],
  [
    ['PointInTimeRestoreNotEnabled'],
    {
      code: 'point-in-time-recovery-off',
      hint: 'Automated backups are off for this instance: restore a snapshot, and set a retention of at least one day.',
    },
  ],
  [
    ['APICallRateForCustomerExceeded'],
    {
      code: 'quota-exceeded',
      hint: 'ElastiCache tests the failover of a few node groups only within 24 hours, over all caches of the account: try again when the first of them is a day old.',
    },
  ],
  [
    ['TestFailoverNotAvailable'],
    {
      code: 'invalid-state',
      hint: 'Only a node group with automatic failover and a replica can fail over: add a replica, turn automatic failover on.',
    },
  ],
  [['InvalidVPCNetworkState'], invalidRequest],
  [['NoSuchBucket'], { code: 'bucket-not-found', hint: 'Check the name of the bucket and its region.' }],
  [['NoSuchKey', 'NotFound'], { code: 'object-not-found', hint: 'List the archive to see what is there.' }],
  [
    ['InvalidObjectState'],
    { code: 'service-error', hint: 'The object is in an archive storage class: restore it with RestoreObject first.' },
  ],
  [
    ['PermanentRedirect', 'TemporaryRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraint'],
    { code: 'invalid-input', hint: 'The bucket is in another region: connect to that one.' },
  ],
];

const patterns: readonly (readonly [RegExp, AwsErrorMeaning])[] = [
  [
    /AlreadyExists$/,
    { code: 'identifier-taken', hint: 'Choose another identifier, or look at what carries this one.' },
  ],
  [
    /^Invalid\w+State$/,
    {
      code: 'invalid-state',
      hint: 'Wait until the resource is available and make the same call again.',
      retryable: true,
    },
  ],
  [
    /Quota(?:\w*)Exceeded$/,
    { code: 'quota-exceeded', hint: 'Delete what is no longer needed, or ask AWS for a higher quota.' },
  ],
  [
    /^Invalid|^Validation|^Missing|Malformed|NotFound$|NotSupported$|NotAvailable|DoesNotCover|EncryptionControlViolation/,
    invalidRequest,
  ],
];
