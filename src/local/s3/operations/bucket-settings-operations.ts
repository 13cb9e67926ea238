import type {
  GetBucketEncryptionCommandInput,
  GetBucketLifecycleConfigurationCommandInput,
  PutBucketEncryptionCommandInput,
  PutBucketLifecycleConfigurationCommandInput,
  PutBucketOwnershipControlsCommandInput,
  PutBucketPolicyCommandInput,
  PutBucketReplicationCommandInput,
  PutBucketTaggingCommandInput,
  PutPublicAccessBlockCommandInput,
  ServerSideEncryptionConfiguration,
} from '@aws-sdk/client-s3';
import type { BucketSettings } from '../bucket-settings.js';
import { checkLifecycleRules } from '../lifecycle-rules.js';
import { checkTags } from '../object-attributes.js';
import type { S3Answer } from '../s3-codec.js';
import { type S3ErrorCode, s3Error } from '../s3-error.js';
import type { S3Call, S3Operation } from '../s3-operation.js';
import { bucketOf } from '../s3-state.js';

/** What every request about a setting names. */
type BucketInput = Pick<GetBucketEncryptionCommandInput, 'Bucket' | 'ExpectedBucketOwner'>;

/** What S3 does with objects of a bucket for which nothing was said (facts G12). */
const usualEncryption: ServerSideEncryptionConfiguration = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
};

/** Settings of a bucket that are put, read and taken away as a whole. */
export const bucketSettingsOperations: Readonly<Record<string, S3Operation>> = {
  GetBucketEncryption: async (input: BucketInput, call: S3Call) => ({
    output: {
      ServerSideEncryptionConfiguration: bucketOf(call.state, input).settings.encryption ?? usualEncryption,
    },
  }),
  PutBucketEncryption: async (input: PutBucketEncryptionCommandInput, call: S3Call) => {
    const encryption = input.ServerSideEncryptionConfiguration;
    const algorithm = encryption?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
    if (algorithm === undefined || !/^(?:AES256|aws:kms(?::dsse)?)$/.test(algorithm)) throw s3Error('MalformedXML');
    return change(call, input, () => ({ encryption }));
  },
  DeleteBucketEncryption: async (input: BucketInput, call: S3Call) =>
    change(call, input, () => ({ encryption: undefined })),

  GetBucketLifecycleConfiguration: async (input: GetBucketLifecycleConfigurationCommandInput, call: S3Call) => ({
    output: {
      Rules: found(bucketOf(call.state, input).settings.lifecycle, 'NoSuchLifecycleConfiguration'),
      TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K',
    },
  }),
  PutBucketLifecycleConfiguration: async (input: PutBucketLifecycleConfigurationCommandInput, call: S3Call) => {
    const lifecycle = checkLifecycleRules(input.LifecycleConfiguration?.Rules);
    return change(call, input, () => ({ lifecycle }));
  },
  DeleteBucketLifecycle: async (input: BucketInput, call: S3Call) =>
    change(call, input, () => ({ lifecycle: undefined })),

  GetBucketReplication: async (input: BucketInput, call: S3Call) => ({
    output: {
      ReplicationConfiguration: found(
        bucketOf(call.state, input).settings.replication,
        'ReplicationConfigurationNotFoundError',
      ),
    },
  }),
  PutBucketReplication: async (input: PutBucketReplicationCommandInput, call: S3Call) => {
    const replication = input.ReplicationConfiguration;
    if (replication?.Role === undefined || (replication.Rules ?? []).length === 0) throw s3Error('MalformedXML');
    return change(call, input, ({ versioning }) => {
      if (versioning === 'Enabled') return { replication };
      throw s3Error(
        'InvalidRequest',
        "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
      );
    });
  },
  DeleteBucketReplication: async (input: BucketInput, call: S3Call) =>
    change(call, input, () => ({ replication: undefined })),

  GetPublicAccessBlock: async (input: BucketInput, call: S3Call) => ({
    output: {
      PublicAccessBlockConfiguration: found(
        bucketOf(call.state, input).settings.publicAccessBlock,
        'NoSuchPublicAccessBlockConfiguration',
      ),
    },
  }),
  PutPublicAccessBlock: async (input: PutPublicAccessBlockCommandInput, call: S3Call) => {
    const asked = input.PublicAccessBlockConfiguration;
    if (asked === undefined) throw s3Error('MalformedXML');
    const publicAccessBlock = {
      BlockPublicAcls: asked.BlockPublicAcls ?? false,
      IgnorePublicAcls: asked.IgnorePublicAcls ?? false,
      BlockPublicPolicy: asked.BlockPublicPolicy ?? false,
      RestrictPublicBuckets: asked.RestrictPublicBuckets ?? false,
    };
    return change(call, input, () => ({ publicAccessBlock }));
  },
  DeletePublicAccessBlock: async (input: BucketInput, call: S3Call) =>
    change(call, input, () => ({ publicAccessBlock: undefined })),

  GetBucketOwnershipControls: async (input: BucketInput, call: S3Call) => ({
    output: {
      OwnershipControls: found(
        bucketOf(call.state, input).settings.ownershipControls,
        'OwnershipControlsNotFoundError',
      ),
    },
  }),
  PutBucketOwnershipControls: async (input: PutBucketOwnershipControlsCommandInput, call: S3Call) => {
    const ownershipControls = input.OwnershipControls;
    if ((ownershipControls?.Rules ?? []).length !== 1) throw s3Error('MalformedXML');
    return change(call, input, () => ({ ownershipControls }));
  },
  DeleteBucketOwnershipControls: async (input: BucketInput, call: S3Call) =>
    change(call, input, () => ({ ownershipControls: undefined })),

  GetBucketPolicy: async (input: BucketInput, call: S3Call) => ({
    output: { Policy: found(bucketOf(call.state, input).settings.policy, 'NoSuchBucketPolicy') },
  }),
  PutBucketPolicy: async (input: PutBucketPolicyCommandInput, call: S3Call) => {
    const policy = checkPolicy(input.Policy);
    return change(call, input, () => ({ policy }));
  },
  DeleteBucketPolicy: async (input: BucketInput, call: S3Call) => change(call, input, () => ({ policy: undefined })),

  GetBucketTagging: async (input: BucketInput, call: S3Call) => ({
    output: { TagSet: found(bucketOf(call.state, input).settings.tags, 'NoSuchTagSet') },
  }),
  PutBucketTagging: async (input: PutBucketTaggingCommandInput, call: S3Call) => {
    const set = input.Tagging?.TagSet;
    if (set === undefined) throw s3Error('MalformedXML');
    const checked = checkTags(
      set.map(({ Key = '', Value = '' }) => [Key, Value] as const),
      50,
    );
    const tags = Object.entries(checked).map(([Key, Value]) => ({ Key, Value }));
    return change(call, input, () => ({ tags }));
  },
  DeleteBucketTagging: async (input: BucketInput, call: S3Call) => change(call, input, () => ({ tags: undefined })),
};

function change(
  { state }: S3Call,
  input: BucketInput,
  changed: (settings: BucketSettings) => BucketSettings,
): S3Answer {
  const bucket = bucketOf(state, input);
  bucket.settings = { ...bucket.settings, ...changed(bucket.settings) };
  return { output: {} };
}

function found<Setting>(setting: Setting | undefined, code: S3ErrorCode): Setting {
  if (setting === undefined) throw s3Error(code);
  return setting;
}

function checkPolicy(policy = ''): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(policy);
  } catch {
    throw s3Error('MalformedPolicy');
  }
  if (typeof parsed !== 'object' || parsed === null || !('Statement' in parsed))
    throw s3Error('MalformedPolicy', 'Missing required field Statement');
  return policy;
}
