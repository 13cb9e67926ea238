import type { S3Connection } from './s3-connection.js';
import type { S3Keys } from './s3-place.js';
import type { AwsRequest } from './translate-aws-error.js';

/** What every operation on one store works with. */
export interface S3Store {
  readonly connect: () => Promise<S3Connection>;
  readonly keys: S3Keys;
}

/** A request for one key, for messages. */
export function s3Request(store: S3Store, operation: string, key: string): AwsRequest {
  return { service: 'S3', operation, subject: `${store.keys.location}/${key}` };
}
