import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { PutOptions } from '../ports/object-store.js';

/** Metadata key of a value that only one write carries: it tells our own object from another's (facts G6). */
export const writeIdKey = 'zephyr-write-id';

/** How an object is to be stored, for PutObject and CreateMultipartUpload alike. */
export function writeInput(
  options: PutOptions,
  writeId: string,
): Pick<
  PutObjectCommandInput,
  | 'ContentType'
  | 'StorageClass'
  | 'ServerSideEncryption'
  | 'SSEKMSKeyId'
  | 'BucketKeyEnabled'
  | 'Metadata'
  | 'IfNoneMatch'
  | 'IfMatch'
> {
  const { contentType, storageClass, encryption, metadata, onlyIf } = options;
  return {
    ...(contentType === undefined ? {} : { ContentType: contentType }),
    ...(storageClass === undefined ? {} : { StorageClass: storageClass }),
    ...(encryption === undefined
      ? { ServerSideEncryption: 'AES256' }
      : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: encryption.kmsKey, BucketKeyEnabled: true }),
    Metadata: { ...metadata, [writeIdKey]: writeId },
    ...(onlyIf === undefined ? {} : 'absent' in onlyIf ? { IfNoneMatch: '*' } : { IfMatch: onlyIf.etag }),
  };
}
