import type {
  GetBucketOwnershipControlsCommandOutput,
  GetPublicAccessBlockCommandOutput,
  LifecycleRule,
  ObjectLockConfiguration,
  ReplicationConfiguration,
  ServerSideEncryptionConfiguration,
  Tag,
} from '@aws-sdk/client-s3';

/** What is set for a bucket as a whole. Plain data; `undefined` is what was never set, or taken away. */
export interface BucketSettings {
  readonly versioning?: 'Enabled' | 'Suspended' | undefined;
  /** There is one for every bucket that can lock objects; its rule is the default retention. */
  readonly objectLock?: ObjectLockConfiguration | undefined;
  /** Applied to objects that come without encryption of their own. */
  readonly encryption?: ServerSideEncryptionConfiguration | undefined;
  /** Kept and given back; nothing acts on it. */
  readonly lifecycle?: readonly LifecycleRule[] | undefined;
  /** Kept and given back; nothing is replicated. */
  readonly replication?: ReplicationConfiguration | undefined;
  readonly publicAccessBlock?: GetPublicAccessBlockCommandOutput['PublicAccessBlockConfiguration'] | undefined;
  readonly ownershipControls?: GetBucketOwnershipControlsCommandOutput['OwnershipControls'] | undefined;
  /** Kept and given back; nobody is refused by it. */
  readonly policy?: string | undefined;
  readonly tags?: readonly Tag[] | undefined;
}

/** What a new bucket has: since April 2023 nothing in it is public, and its owner owns all objects. */
export function newBucketSettings(): BucketSettings {
  return {
    publicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    ownershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  };
}
