import { Readable } from 'node:stream';
import type { BackupError } from '../core/errors.js';
import { type AwsRequest, translateAwsError } from './translate-aws-error.js';

/** How often in a row the connection may end without a byte having come. */
const mostBreaks = 3;

/** Where the bytes of an object come from. */
export interface ObjectSource {
  /** The answer to the first request. */
  readonly first: Readable;
  /** How many bytes there are. */
  readonly sizeBytes: number;
  /** Asks for the bytes from there on, of the same object. */
  reopen(offset: number): Promise<Readable>;
}

/**
 * The body of an object as a stream whose errors are translated, which ends with the signal's reason on an abort, and which
 * closes the connection whenever it is destroyed (facts G20). Where the connection ends in the middle, which the SDK leaves to us, it goes
 * on with the next byte.
 */
export function objectBody(
  { first, sizeBytes, reopen }: ObjectSource,
  request: AwsRequest,
  signal: AbortSignal | undefined,
): Readable {
  let source = first;
  let passed = 0;
  let breaks = 0;
  let isWanted = false;
  const body = new Readable({
    highWaterMark: 1024 * 1024,
    read: () => {
      isWanted = true;
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
  const goOn = (error: BackupError): void => {
    if (body.destroyed) return;
    if (error.code !== 'service-unreachable' || breaks === mostBreaks || passed >= sizeBytes) {
      body.destroy(error);
      return;
    }
    breaks += 1;
    reopen(passed).then(
      (next) => (body.destroyed ? next.destroy() : attach(next)),
      (failure: Error) => body.destroy(failure),
    );
  };
  const attach = (next: Readable): void => {
    source = next;
    let isOver = false;
    const onBreak = (error: unknown): void => {
      if (isOver) return;
      isOver = true;
      goOn(translateAwsError(error, request));
    };
    next.on('data', (chunk: Uint8Array) => {
      passed += chunk.length;
      breaks = 0;
      isWanted = body.push(chunk);
      if (!isWanted) next.pause();
    });
    next.on('end', () => {
      isOver = true;
      body.push(null);
    });
    // Destroying the source may make it complain of its own end: nobody waits for that any more.
    next.on('error', onBreak);
    next.on('close', () => onBreak(cutShort()));
    if (!isWanted) next.pause();
  };
  attach(first);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  return body;
}

function cutShort(): Error {
  return Object.assign(new Error('the connection was closed before the end of the object'), { code: 'ECONNRESET' });
}
