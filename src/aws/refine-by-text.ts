import type { AwsErrorMeaning } from './aws-error-table.js';

/** What ElastiCache needs of a bucket to write a snapshot into it, in the bucket's policy. */
const exportHint =
  'Let ElastiCache write there: in the policy of the bucket allow s3:PutObject, s3:GetObject, s3:ListBucket, s3:GetBucketAcl, s3:ListMultipartUploadParts and s3:ListBucketMultipartUploads to <region>.elasticache-snapshot.amazonaws.com; the caller needs s3:GetBucketLocation and s3:ListAllMyBuckets as well.';

/** Where only the text tells states apart that share a code. It refines a hint, nothing is destroyed on its word (facts 0.2). */
export function refineByText(meaning: AwsErrorMeaning, said: string): AwsErrorMeaning {
  for (const [pattern, refined] of texts) if (pattern.test(said)) return refined;
  return meaning;
}

const texts: readonly (readonly [RegExp, AwsErrorMeaning])[] = [
  [
    /disable deletion pro/i,
    { code: 'invalid-state', hint: 'The instance is protected: turn deletion protection off on purpose first.' },
  ],
  [
    /storage change is being optimized/i,
    { code: 'invalid-state', hint: 'Wait until the storage optimization is over.', retryable: true },
  ],
  [
    /RDS does not support creating a DB instance with the following combination/i,
    {
      code: 'instance-class-not-offered',
      hint: 'There is no such class for that version, or not with that storage: name another instanceClass; DescribeOrderableDBInstanceOptions lists what there is.',
    },
  ],
  // The SDK's own words for a body that is not what its checksum says.
  [
    /^Checksum mismatch: expected /,
    { code: 'dump-corrupt', hint: 'The object is not what was stored: use another dump, and find out why.' },
  ],
  // What ElastiCache says of a bucket comes as an invalid parameter (facts F16).
  [
    /the S3 bucket \S+ does not exist/i,
    { code: 'bucket-not-found', hint: 'Check the name of the bucket and its region.' },
  ],
  [
    /S3 bucket \S+ is outside of the region/i,
    {
      code: 'invalid-input',
      hint: 'ElastiCache exports to a bucket of its own region only: name one there, and copy the files on.',
    },
  ],
  [
    /S3 bucket \S+ already contains an object/i,
    { code: 'object-exists', hint: 'Give the export another name: ElastiCache writes over nothing.' },
  ],
  [
    /not been granted .*permission.* on the S3 bucket|access on the S3 bucket|S3 bucket \S+ is not owned by|does not have sufficient permissions to perform the desired activity/i,
    { code: 'access-denied', hint: exportHint },
  ],
];
