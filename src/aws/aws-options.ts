import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import type { RDSClient, RDSClientConfig } from '@aws-sdk/client-rds';
import type { S3Client } from '@aws-sdk/client-s3';

/** Let the library make its clients. */
export interface AwsConnection {
  /** Such as `us-east-1`. */
  readonly region: string;
  /** Speak to another server than AWS, such as the local region: `http://127.0.0.1:4566`. */
  readonly endpoint?: string | undefined;
  /** Default: the SDK's own chain (environment, profile, container, instance). */
  readonly credentials?: RDSClientConfig['credentials'] | undefined;
  /** How often the SDK makes one request. Default 3. */
  readonly maxAttempts?: number | undefined;
  readonly rds?: undefined;
  readonly elasticache?: undefined;
  readonly s3?: undefined;
  readonly cloudwatch?: undefined;
}

/** Hand in clients of your own. Give them timeouts: the SDK sets none (facts 0.5). */
export interface AwsClients {
  /** The region of all clients; it is compared with theirs before the first request. */
  readonly region: string;
  readonly rds: RDSClient;
  readonly s3: S3Client;
  /** Needed only by systems with a cache. */
  readonly elasticache?: ElastiCacheClient | undefined;
  /** Lets readiness see free storage and the lag of replicas. */
  readonly cloudwatch?: CloudWatchClient | undefined;
  readonly endpoint?: undefined;
  readonly credentials?: undefined;
  readonly maxAttempts?: undefined;
}

/** How to reach AWS: the one or the other. */
export type AwsOptions = AwsConnection | AwsClients;
