import { s3Error } from './s3-error.js';

/** How keys are written in a listing: as they are, or URL-encoded, which also carries what XML cannot. */
export function keyWriter(encodingType: string | undefined): (key: string) => string {
  if (encodingType === undefined) return (key) => key;
  if (encodingType !== 'url') throw s3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  return (key) =>
    encodeURIComponent(key)
      .replace(/%2F/g, '/')
      .replace(/%20/g, '+')
      .replace(/[!'()]/g, percent);
}

/** An opaque token for the place where the next page begins. */
export function writeToken(last: string): string {
  return Buffer.from(`1:${last}`).toString('base64');
}

/** The place behind a token of ours. */
export function readToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith('1:') || writeToken(text.slice(2)) !== token)
    throw s3Error('InvalidArgument', 'The continuation token provided is incorrect');
  return text.slice(2);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
