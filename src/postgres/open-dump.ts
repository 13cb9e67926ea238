import { Readable } from 'node:stream';
import { BackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { DatabaseTarget, DumpRequest } from '../ports/postgres.js';
import { dumpArguments } from './dump-arguments.js';
import { endBackends } from './end-backends.js';
import { findTool } from './find-tool.js';
import type { ToolBox } from './postgres-tools.js';
import { type RunningTool, startTool } from './run-tool.js';
import { type ToolEnvironment, toolEnvironment } from './tool-environment.js';
import { toolFailure } from './tool-failure.js';

/** The first bytes of every archive in the custom format. */
const magic = 'PGDMP';

/** How much of the dump waits here for whoever reads it, in bytes. */
const buffered = 1024 * 1024;

/**
 * Runs pg_dump and gives its output. The end of pg_dump's output says nothing: a pg_dump that dies closes it just the same.
 * So the stream ends only once pg_dump has exited with 0 (facts G3). Destroying the stream ends pg_dump; it is closed when
 * pg_dump is gone, on the server too, and its files are removed.
 */
export function openDump(box: ToolBox, target: DatabaseTarget, request: DumpRequest, call?: PortCall): Readable {
  const signal = call?.signal;
  const stop = new AbortController();
  let tool: RunningTool | undefined;
  const dump = new Readable({
    highWaterMark: buffered,
    read: () => {
      tool?.stdout.resume();
    },
    destroy: (error, callback) => {
      signal?.removeEventListener('abort', onAbort);
      stop.abort(error ?? new Error('the dump was no longer wanted'));
      finished.then(
        () => callback(error),
        (problem: Error) => callback(error ?? problem),
      );
    },
  });
  const onAbort = (): void => {
    dump.destroy(signal?.reason);
  };
  const finished = runDump(box, target, request, stop.signal, (running) => {
    tool = running;
    forward(running, dump);
  });
  finished.then(
    () => {
      if (!dump.destroyed) dump.push(null);
    },
    (error: Error) => dump.destroy(error),
  );
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  return dump;
}

/** Passes the output on as fast as it is read. */
function forward(tool: RunningTool, dump: Readable): void {
  tool.stdout.on('data', (chunk: Buffer) => {
    if (!dump.destroyed && !dump.push(chunk)) tool.stdout.pause();
  });
}

/** Settles when pg_dump is gone and nothing of it is left; resolves only if the dump is whole, or was not wanted any more. */
async function runDump(
  box: ToolBox,
  target: DatabaseTarget,
  request: DumpRequest,
  stop: AbortSignal,
  onStart: (tool: RunningTool) => void,
): Promise<void> {
  const args = dumpArguments(target, request);
  const path = await findTool('pg_dump', box.binDirectory);
  const environment = await toolEnvironment(target);
  try {
    if (stop.aborted) return;
    const tool = startTool({ path, args, env: environment.env, signal: stop });
    tool.stdin.end();
    const head = watchHead(tool, environment);
    onStart(tool);
    const exit = await tool.exit;
    if (exit.signal !== null || stop.aborted) await endBackends(box.sql, target, environment.applicationName);
    if (stop.aborted) return;
    if (exit.code !== 0) throw toolFailure('pg_dump', exit, target, dumpFailed);
    if (head() !== magic) throw noArchive(target);
  } finally {
    await environment.remove();
  }
}

const dumpFailed = {
  code: 'dump-failed',
  hint: 'Nothing was kept of it: read what pg_dump says in details.stderr, and dump again.',
  retryable: true,
} as const;

/** Keeps the first bytes; they also show that pg_dump has connected, so that the password need not lie on the disk any longer. */
function watchHead(tool: RunningTool, environment: ToolEnvironment): () => string {
  let head = '';
  tool.stdout.on('data', (chunk: Buffer) => {
    if (head.length >= magic.length) return;
    if (head === '') environment.remove().catch(() => undefined);
    head += chunk.subarray(0, magic.length - head.length).toString('latin1');
  });
  return () => head;
}

function noArchive(target: DatabaseTarget): BackupError {
  return new BackupError({
    ...dumpFailed,
    message: `pg_dump of database ${target.database} exited with 0, but what it wrote is no archive`,
    details: { tool: 'pg_dump' },
  });
}
