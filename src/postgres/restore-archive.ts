import { invalidInput } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { ArchiveRestoreRequest, DatabaseTarget } from '../ports/postgres.js';
import { connectionArgument } from './connection-argument.js';
import { endBackends } from './end-backends.js';
import { feedTool } from './feed-tool.js';
import { findTool } from './find-tool.js';
import { watchForOlderServer } from './older-server.js';
import type { ToolBox } from './postgres-tools.js';
import { startTool } from './run-tool.js';
import { toolEnvironment } from './tool-environment.js';
import { toolFailure } from './tool-failure.js';
import { toolVersion } from './tool-version.js';

const restoreFailed = {
  code: 'restore-failed',
  hint: 'The database holds a part of the archive: drop it, and read what pg_restore says in details.stderr. What "does not exist" is not in the dump, as in one of single schemas or tables: make it in an empty database, and restore into that.',
} as const;

/** Runs pg_restore into a database, stopping at the first error. Roles and grants stay behind: on RDS they differ (facts H6). */
export async function restoreArchive(
  box: ToolBox,
  target: DatabaseTarget,
  { source, jobs, sections = [], entries }: ArchiveRestoreRequest,
  call: PortCall | undefined,
): Promise<void> {
  const signal = call?.signal;
  checkJobs(jobs, source.kind);
  // Until the program runs nobody listens, and an error that nobody listens to ends the process.
  if (source.kind === 'stream') source.stream.on('error', () => undefined);
  try {
    signal?.throwIfAborted();
    const path = await findTool('pg_restore', box.binDirectory);
    const olderServer = watchForOlderServer(await toolVersion(path, 'pg_restore', call));
    const environment = await toolEnvironment(target);
    try {
      const list = entries === undefined ? [] : [`--use-list=${await environment.writeFile('list', listOf(entries))}`];
      const args = [
        '--format=custom',
        ...(olderServer === undefined ? ['--exit-on-error'] : []),
        '--no-owner',
        '--no-acl',
        '--no-password',
        ...(jobs > 1 ? [`--jobs=${jobs}`] : []),
        ...sections.map((section) => `--section=${section}`),
        ...list,
        connectionArgument(target),
        // After `--` a path that begins with a hyphen is still a path.
        ...(source.kind === 'file' ? ['--', source.path] : []),
      ];
      const tool = startTool({ path, args, env: environment.env, signal, endsAt: olderServer?.isFatal });
      tool.stdout.resume();
      const sourceError = source.kind === 'stream' ? feedTool(source.stream, tool) : undefined;
      if (source.kind === 'file') tool.stdin.end();
      const ended = await tool.exit;
      const exit = olderServer?.judge(ended) ?? ended;
      if (exit.signal !== null || signal?.aborted) await endBackends(box.sql, target, environment.applicationName);
      signal?.throwIfAborted();
      const broken = sourceError?.();
      if (broken !== undefined) throw broken;
      if (exit.code !== 0) throw toolFailure('pg_restore', exit, target, restoreFailed);
    } finally {
      await environment.remove();
    }
  } finally {
    if (source.kind === 'stream') source.stream.destroy();
  }
}

/** As `pg_restore --list` writes it; of each line it is the id that counts. */
function listOf(entries: readonly number[]): string {
  return entries.map((id) => `${id};\n`).join('');
}

function checkJobs(jobs: number, kind: ArchiveRestoreRequest['source']['kind']): void {
  if (!Number.isInteger(jobs) || jobs < 1)
    throw invalidInput('jobs', `is not a number of jobs: ${jobs}`, 'Use 1 or more.');
  if (jobs > 1 && kind === 'stream') {
    throw invalidInput('jobs', 'is more than 1 for a stream', 'Restore from a file to use several jobs.');
  }
}
