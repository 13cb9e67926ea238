import type { CloudWatchClientConfig } from '@aws-sdk/client-cloudwatch';
import type { ElastiCacheClientConfig } from '@aws-sdk/client-elasticache';
import type { RDSClientConfig } from '@aws-sdk/client-rds';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { packageVersion } from '../core/version.js';
import type { AwsConnection } from './aws-options.js';

/** The longest that a request waits for its answer, in milliseconds. */
export const requestTimeouts = {
  /** One part over a slow line: 512 MiB at 1 MiB/s. */
  uploadPart: 600_000,
  /** S3 may put a large object together for minutes (facts G6). */
  completeUpload: 900_000,
} as const;

/** The SDK has no timeouts of its own, and without `throwOnRequestTimeout` only warns of them (facts 0.5). */
const ordinaryRequests = {
  connectionTimeout: 5_000,
  requestTimeout: 30_000,
  throwOnRequestTimeout: true,
} as const;

/** What RDS, ElastiCache and CloudWatch are asked with. */
export function querySettings(
  connection: AwsConnection,
): RDSClientConfig & ElastiCacheClientConfig & CloudWatchClientConfig {
  return { ...sharedSettings(connection), requestHandler: ordinaryRequests };
}

/** As for the others, with room for streams: what ends a silent one is the time without a byte. */
export function s3Settings(connection: AwsConnection): S3ClientConfig {
  return {
    ...sharedSettings(connection),
    // A server of one's own has no subdomain for each bucket.
    forcePathStyle: connection.endpoint !== undefined,
    requestHandler: { ...ordinaryRequests, socketTimeout: 120_000 },
  };
}

function sharedSettings({ region, endpoint, credentials, maxAttempts }: AwsConnection): {
  region: string;
  maxAttempts: number;
  customUserAgent: [string, string][];
  endpoint?: string;
  credentials?: NonNullable<RDSClientConfig['credentials']>;
} {
  return {
    region,
    maxAttempts: maxAttempts ?? 3,
    customUserAgent: [['zephyr-backup', packageVersion]],
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}
