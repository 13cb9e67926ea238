import { Readable } from 'node:stream';
import { type AwsRequest, translateAwsError } from './translate-aws-error.js';

/**
 * The body of an object as a stream whose errors are translated, which ends with the signal's reason on an abort, and which
 * closes the connection whenever it is destroyed (facts G20).
 */
export function objectBody(source: Readable, request: AwsRequest, signal: AbortSignal | undefined): Readable {
  const body = new Readable({
    highWaterMark: 1024 * 1024,
    read: () => {
      source.resume();
    },
    destroy: (error, callback) => {
      signal?.removeEventListener('abort', onAbort);
      source.destroy();
      callback(error);
    },
  });
  const onAbort = (): void => {
    body.destroy(signal?.reason);
  };
  source.on('data', (chunk: Uint8Array) => {
    if (!body.push(chunk)) source.pause();
  });
  source.on('end', () => {
    body.push(null);
  });
  // Destroying the source may make it complain of its own end: nobody waits for that any more.
  source.on('error', (error) => {
    body.destroy(translateAwsError(error, request));
  });
  source.on('close', () => {
    if (!source.readableEnded && !body.destroyed) body.destroy(translateAwsError(cutShort(), request));
  });
  source.pause();
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  return body;
}

function cutShort(): Error {
  return Object.assign(new Error('the connection was closed before the end of the object'), { code: 'ECONNRESET' });
}
