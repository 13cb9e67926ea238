import type { Readable } from 'node:stream';
import type { RunningTool } from './run-tool.js';

/**
 * Feeds a stream to a program. Returns how to ask for the stream's own error. A stream that breaks off ends the program
 * without an end of input, so that a torn archive is not taken for all there is; a program that ends early leaves the stream
 * alone.
 */
export function feedTool(stream: Readable, tool: RunningTool): () => Error | undefined {
  let broken: Error | undefined = stream.errored ?? undefined;
  let over = false;
  const onBroken = (error: Error): void => {
    if (over) return;
    broken ??= error;
    tool.end();
  };
  const release = (): void => {
    over = true;
  };
  tool.exit.then(release, release);
  stream.on('error', onBroken);
  stream.on('close', () => {
    if (!stream.readableEnded) onBroken(new Error('the archive was closed before its end'));
  });
  if (broken !== undefined || stream.destroyed) onBroken(broken ?? new Error('the archive is closed'));
  else stream.pipe(tool.stdin);
  return () => broken;
}
