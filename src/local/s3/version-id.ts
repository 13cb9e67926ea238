import { createHash } from 'node:crypto';
import { s3Error } from './s3-error.js';

/** The version that an object has in a bucket without versioning, or has from before it. */
export const nullVersion = 'null';

const orderDigits = 12;

/** A version's id: opaque, and in no order, but it tells where in its key's row the version stands, for listings to go on. */
export function makeVersionId(key: string, order: number): string {
  const scrambled = createHash('sha256')
    .update(`${key} ${order}`)
    .digest('base64url')
    .slice(0, 32 - orderDigits);
  return scrambled + order.toString(16).padStart(orderDigits, '0');
}

/** The place of a version by its id; `undefined` for the version that has none. */
export function orderOfVersion(id: string): number | undefined {
  return id === nullVersion ? undefined : Number.parseInt(id.slice(-orderDigits), 16);
}

/** Refuses what cannot be the id of a version. */
export function checkVersionId(id: string | undefined): void {
  if (id === undefined || id === nullVersion) return;
  if (id === '') throw s3Error('InvalidArgument', 'Version id cannot be the empty string');
  if (!/^[\w-]{20}[0-9a-f]{12}$/.test(id)) throw s3Error('InvalidArgument', 'Invalid version id specified');
}
