import type { S3Client } from '@aws-sdk/client-s3';

/** The SDK of S3, loaded, and a client of it. */
export interface S3Connection {
  readonly sdk: typeof import('@aws-sdk/client-s3');
  readonly client: S3Client;
}
