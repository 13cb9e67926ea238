import type { Readable } from 'node:stream';

/** The longest that a destroyed stream is waited for, in milliseconds: one that never closes must not hold an error back. */
const patience = 15_000;

/** Settles when a destroyed stream has closed, and with it whatever fed it. */
export function streamClosed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      stream.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, patience);
    stream.on('close', done);
  });
}
