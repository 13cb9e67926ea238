import { createHash } from 'node:crypto';
import type { Owner } from '@aws-sdk/client-s3';
import type { S3State } from './s3-state.js';

/** The account as S3 names owners: by 64 hexadecimal digits. */
export function ownerOf({ accountId }: Pick<S3State, 'accountId'>): Owner {
  return { ID: createHash('sha256').update(accountId).digest('hex') };
}
