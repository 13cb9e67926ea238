import { Readable } from 'node:stream';
import type { WireResponse } from './wire-service.js';

/** The answer as it is when the connection breaks half-way through its body; `undefined` if there is no body to break in. */
export function cutAnswer(answer: WireResponse): WireResponse | undefined {
  const { bytes, size } = measure(answer);
  if (size === 0) return undefined;
  const headers = { ...answer.headers, 'content-length': String(size) };
  return { ...answer, headers, body: readable(cut(bytes, Math.floor(size / 2)), answer) };
}

/** The answer with one byte in the middle of its body changed. */
export function alterAnswer(answer: WireResponse): WireResponse {
  const { bytes, size } = measure(answer);
  if (size === 0) return answer;
  const headers = { ...answer.headers, 'content-length': String(size) };
  return { ...answer, headers, body: readable(alter(bytes, Math.floor(size / 2)), answer) };
}

function measure({ body, headers }: WireResponse): {
  readonly bytes: Iterable<Buffer> | AsyncIterable<Buffer>;
  readonly size: number;
} {
  // Bodies that stream are those of objects, and say how long they are.
  if (body instanceof Readable) return { bytes: body, size: Number(headers['content-length'] ?? 0) };
  const bytes = Buffer.from(body);
  return { bytes: [bytes], size: bytes.byteLength };
}

/** The bytes as a stream that takes the answer's own with it, even if nobody begins to read. */
function readable(bytes: AsyncGenerator<Buffer>, { body }: WireResponse): Readable {
  const stream = Readable.from(bytes, { objectMode: false });
  return body instanceof Readable ? stream.once('close', () => body.destroy()) : stream;
}

async function* cut(bytes: Iterable<Buffer> | AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let left = length;
  for await (const block of bytes) {
    if (block.length >= left) {
      if (left > 0) yield block.subarray(0, left);
      break;
    }
    left -= block.length;
    yield block;
  }
  // What Node's own HTTP gives for a connection that was reset: the SDK knows it (facts 0.4).
  throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}

async function* alter(bytes: Iterable<Buffer> | AsyncIterable<Buffer>, position: number): AsyncGenerator<Buffer> {
  let offset = 0;
  for await (const block of bytes) {
    const at = position - offset;
    offset += block.length;
    if (at < 0 || at >= block.length) {
      yield block;
      continue;
    }
    const altered = Buffer.from(block);
    altered[at] = (altered[at] ?? 0) ^ 1;
    yield altered;
  }
}
