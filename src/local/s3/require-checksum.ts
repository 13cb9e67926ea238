import { s3Error } from './s3-error.js';

/** Refuses a request without proof that it arrived as it was sent. */
export function requireChecksum(headers: Readonly<Record<string, string>>, message: string): void {
  const isProven = Object.keys(headers).some(
    (name) => name === 'content-md5' || name.startsWith('x-amz-checksum-') || name === 'x-amz-trailer',
  );
  if (!isProven) throw s3Error('InvalidRequest', message);
}
