import type { Readable } from 'node:stream';
import { WireFault } from './wire-fault.js';

/** What a form may hold at most; the services themselves take less. */
const largestForm = 1_048_576;

/** Reads a small body as text. */
export async function readBody(body: Readable): Promise<string> {
  return (await readBytes(body)).toString('utf8');
}

/** Reads a small body. */
export async function readBytes(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
    size += bytes.byteLength;
    if (size > largestForm) {
      throw new WireFault({ status: 413, code: 'RequestEntityTooLarge', message: 'Request Entity Too Large' });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
