import type { Readable } from 'node:stream';
import type { PortCall } from '../ports/port-call.js';
import { feedTool } from './feed-tool.js';
import { findTool } from './find-tool.js';
import type { ToolBox } from './postgres-tools.js';
import { startTool } from './run-tool.js';
import { plainEnvironment } from './tool-environment.js';
import { toolFailure } from './tool-failure.js';

const corrupt = {
  code: 'dump-corrupt',
  hint: 'The archive is damaged or cut off: use another dump.',
} as const;

/** That somebody killed the program says nothing about the archive. */
const ended = {
  code: 'restore-failed',
  hint: 'Something ended pg_restore from outside, perhaps for want of memory: decode the archive again.',
  retryable: true,
} as const;

/** Has pg_restore turn an archive into SQL, which goes nowhere: every block of data is read, unpacked and checked. */
export async function decodeArchive(box: ToolBox, archive: Readable, call: PortCall | undefined): Promise<void> {
  const signal = call?.signal;
  // Until the program runs nobody listens, and an error that nobody listens to ends the process.
  archive.on('error', () => undefined);
  try {
    signal?.throwIfAborted();
    const path = await findTool('pg_restore', box.binDirectory);
    const args = ['--format=custom', '--exit-on-error', '--file=/dev/null'];
    const tool = startTool({ path, args, env: plainEnvironment(), signal });
    tool.stdout.resume();
    const archiveError = feedTool(archive, tool);
    const exit = await tool.exit;
    signal?.throwIfAborted();
    const broken = archiveError();
    if (broken !== undefined) throw broken;
    if (exit.code !== 0) throw toolFailure('pg_restore', exit, undefined, exit.signal === null ? corrupt : ended);
  } finally {
    archive.destroy();
  }
}
