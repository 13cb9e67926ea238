import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';

/** The SDK of CloudWatch, loaded, and a client of it. */
export interface CloudWatchConnection {
  readonly sdk: typeof import('@aws-sdk/client-cloudwatch');
  readonly client: CloudWatchClient;
}
