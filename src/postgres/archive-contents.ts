import type { Readable } from 'node:stream';
import { BackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { ArchiveContents } from '../ports/postgres.js';
import { feedTool } from './feed-tool.js';
import { findTool } from './find-tool.js';
import { parseContents } from './parse-contents.js';
import type { ToolBox } from './postgres-tools.js';
import { startTool } from './run-tool.js';
import { plainEnvironment } from './tool-environment.js';
import { toolFailure } from './tool-failure.js';

const corrupt = {
  code: 'dump-corrupt',
  hint: 'The archive is damaged or cut off: use another dump.',
} as const;

/** Reads the table of contents, and no more of the archive than it takes. */
export async function readContents(
  box: ToolBox,
  archive: Readable,
  call: PortCall | undefined,
): Promise<ArchiveContents> {
  const signal = call?.signal;
  // Until the program runs nobody listens, and an error that nobody listens to ends the process.
  archive.on('error', () => undefined);
  try {
    signal?.throwIfAborted();
    const path = await findTool('pg_restore', box.binDirectory);
    const tool = startTool({ path, args: ['--list', '--format=custom'], env: plainEnvironment(), signal });
    const listing: string[] = [];
    tool.stdout.setEncoding('utf8').on('data', (chunk: string) => listing.push(chunk));
    const archiveError = feedTool(archive, tool);
    const exit = await tool.exit;
    signal?.throwIfAborted();
    const broken = archiveError();
    // What breaks off behind the contents does not matter to them.
    if (broken !== undefined && exit.code !== 0) throw broken;
    if (exit.code !== 0) throw toolFailure('pg_restore', exit, undefined, corrupt);
    return parseContents(listing.join('')) ?? fail();
  } finally {
    archive.destroy();
  }
}

function fail(): never {
  throw new BackupError({ ...corrupt, message: 'pg_restore listed no contents that could be understood' });
}
