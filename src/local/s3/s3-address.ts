import type { WireRequest } from '../wire/wire-service.js';
import { s3Error } from './s3-error.js';
import type { S3Route } from './s3-route.js';

/** What a request is about, in path style: `/bucket/key`. */
export interface S3Address {
  readonly level: S3Route['level'];
  readonly Bucket?: string | undefined;
  readonly Key?: string | undefined;
}

/** Reads the path of a request. A key may hold slashes, and may begin with one. */
export function readAddress({ path }: Pick<WireRequest, 'path'>): S3Address {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  if (bucket === '') return { level: 'service' };
  return key === ''
    ? { level: 'bucket', Bucket: decode(bucket) }
    : { level: 'object', Bucket: decode(bucket), Key: decode(key) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw s3Error('InvalidURI');
  }
}
