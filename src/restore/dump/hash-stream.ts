import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';

/** A stream that passes everything on and knows afterwards what it was. */
export interface HashStream {
  readonly stream: Transform;
  /** Of what has passed. SHA-256 in lower-case hexadecimal. Once only. */
  readonly total: () => { readonly sizeBytes: number; readonly sha256: string };
}

/** Makes one; `onBytes` is told the count after every chunk. */
export function hashStream(onBytes: (bytes: number) => void): HashStream {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      try {
        onBytes(sizeBytes);
      } catch (error) {
        done(error as Error);
        return;
      }
      done(null, chunk);
    },
  });
  return { stream, total: () => ({ sizeBytes, sha256: hash.digest('hex') }) };
}
