import type { Readable } from 'node:stream';
import { WireFault } from './wire-fault.js';

/** What a form may hold at most; the services themselves take less. */
const largestForm = 1_048_576;

/** Reads a small body as text. */
export async function readBody(body: Readable): Promise<string> {
  return (await readBytes(body)).toString('utf8');
}

/** Reads a small body. One that is too large is read past, so that the refusal is heard. */
export function readBytes(body: Readable): Promise<Buffer> {
  // By its events: an async iterator costs a call more than everything else that is done with the bytes.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let ended = false;
    body.on('data', (chunk: Buffer | string) => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      size += bytes.byteLength;
      if (size <= largestForm) chunks.push(bytes);
    });
    body.on('end', () => {
      ended = true;
      if (size <= largestForm)
        resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
      else reject(new WireFault({ status: 413, code: 'RequestEntityTooLarge', message: 'Request Entity Too Large' }));
    });
    body.on('error', reject);
    body.on('close', () => {
      // It comes after `end` too, and an error is dear to make.
      if (!ended) reject(new WireFault({ status: 400, code: 'IncompleteBody', message: 'The body ended early' }));
    });
  });
}
