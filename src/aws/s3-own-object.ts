import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { PortCall } from '../ports/port-call.js';
import { awsErrorCode, responseOf } from './aws-error-code.js';
import type { S3Store } from './s3-store.js';
import { writeIdKey } from './s3-write-input.js';
import { sendOptions } from './send-options.js';

/** The object at a key, if it is the one that the write with this id made (facts G6). Errors are the SDK's. */
export async function ownObject(
  store: S3Store,
  key: string,
  writeId: string,
  call: PortCall | undefined,
): Promise<HeadObjectCommandOutput | undefined> {
  const { sdk, client } = await store.connect();
  const input = { ...store.keys.base, Key: store.keys.full(key), ChecksumMode: 'ENABLED' } as const;
  try {
    const head = await client.send(new sdk.HeadObjectCommand(input), sendOptions(call));
    return head.Metadata?.[writeIdKey] === writeId ? head : undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** HEAD answers without a body, so the SDK may have nothing but the status (facts G20). */
export function isNotFound(error: unknown): boolean {
  const code = awsErrorCode(error);
  return (
    code === 'NotFound' || code === 'NoSuchKey' || (code !== 'NoSuchBucket' && responseOf(error).httpStatus === 404)
  );
}
