import { invalidInput } from '../core/errors.js';

/** One bucket below one prefix, as `AwsPorts.objectStore` is asked for it. */
export interface S3Place {
  readonly bucket: string;
  readonly prefix?: string | undefined;
  readonly expectedOwner?: string | undefined;
}

/** Keys as S3 knows them and as this library does: the prefix is put before and taken off here and nowhere else. */
export interface S3Keys {
  /** `s3://bucket/prefix`. */
  readonly location: string;
  readonly full: (key: string) => string;
  readonly bare: (fullKey: string) => string;
  /** Members that every request carries; a bucket that someone else re-created answers 403 then (facts G18). */
  readonly base: { readonly Bucket: string; readonly ExpectedBucketOwner?: string };
}

export function s3Keys({ bucket, prefix, expectedOwner }: S3Place): S3Keys {
  const trimmed = (prefix ?? '').replace(/^\/+|\/+$/g, '');
  const before = trimmed === '' ? '' : `${trimmed}/`;
  return {
    location: `s3://${bucket}${trimmed === '' ? '' : `/${trimmed}`}`,
    full: (key) => before + checkKey(before, key),
    bare: (fullKey) => (fullKey.startsWith(before) ? fullKey.slice(before.length) : fullKey),
    base: { Bucket: bucket, ...(expectedOwner === undefined ? {} : { ExpectedBucketOwner: expectedOwner }) },
  };
}

function checkKey(before: string, key: string): string {
  if (typeof key !== 'string' || Buffer.byteLength(before + key) > 1_024) {
    throw invalidInput('key', 'is not an object key', 'Use at most 1024 bytes, the prefix included.');
  }
  return key;
}
