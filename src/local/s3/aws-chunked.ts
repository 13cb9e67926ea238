import { s3Error } from './s3-error.js';

/** The longest line of framing or trailer that is read before the body counts as malformed. */
const maxLineBytes = 16 * 1024;

/**
 * Takes the `aws-chunked` framing off a body: yields the payload, and puts the trailing headers into `trailers` (names in
 * lower case). Chunk signatures are read past: the local region knows no secrets to check them with. A body that ends
 * before its last chunk is `IncompleteBody`.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  let state: 'size' | 'data' | 'data-end' | 'trailers' | 'done' = 'size';
  let remaining = 0;
  let line = '';
  for await (const block of source) {
    let at = 0;
    while (at < block.length && state !== 'done') {
      if (state === 'data') {
        const end = Math.min(block.length, at + remaining);
        yield block.subarray(at, end);
        remaining -= end - at;
        at = end;
        if (remaining === 0) state = 'data-end';
        continue;
      }
      const newline = block.indexOf(0x0a, at);
      line += block.toString('latin1', at, newline < 0 ? block.length : newline);
      at = newline < 0 ? block.length : newline + 1;
      if (line.length > maxLineBytes) throw s3Error('IncompleteBody', 'The chunk framing of the body is malformed.');
      if (newline < 0) break;
      const text = line.endsWith('\r') ? line.slice(0, -1) : line;
      line = '';
      if (state === 'size') {
        remaining = chunkSize(text);
        state = remaining === 0 ? 'trailers' : 'data';
      } else if (state === 'data-end') {
        if (text !== '') throw s3Error('IncompleteBody', 'A chunk of the body is longer than it says.');
        state = 'size';
      } else if (text === '') {
        state = 'done';
      } else {
        addTrailer(trailers, text);
      }
    }
  }
  // Some clients leave out the empty line after the trailers, and send the last chunk without its own line end.
  if (line !== '' && state === 'trailers') addTrailer(trailers, line.trimEnd());
  if (state !== 'done' && state !== 'trailers') throw s3Error('IncompleteBody');
}

function chunkSize(line: string): number {
  const size = /^([0-9a-fA-F]{1,8})(?:;[\x20-\x7e]*)?$/.exec(line)?.[1];
  if (size === undefined) throw s3Error('IncompleteBody', 'The chunk framing of the body is malformed.');
  return Number.parseInt(size, 16);
}

function addTrailer(trailers: Map<string, string>, line: string): void {
  const colon = line.indexOf(':');
  if (colon < 1) throw s3Error('MalformedTrailerError');
  trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
}
