import { spawn } from 'node:child_process';
import { BackupError } from '../../core/errors.js';
import type { RegionHome } from '../home/region-home.js';

/** How much of what a program said is kept: its last words say why it failed. */
const tailCharacters = 4096;

/** A program to run to its end. */
export interface ToolRun {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly home: RegionHome;
  /** Lines on stderr that mean no failure, whatever the exit code. */
  readonly ignorable?: RegExp | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program under the servers' account and settles when it has exited; returns what it wrote to stdout.
 *
 * Errors: `server-failed`, with the last words of stderr in `details.stderr`; the signal's reason.
 */
export async function runTool(run: ToolRun): Promise<string> {
  const { program, home, signal } = run;
  signal?.throwIfAborted();
  const child = spawn(program, run.arguments, {
    cwd: home.directory,
    env: home.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...home.account,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-tailCharacters);
  });
  const onAbort = (): void => {
    child.kill();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const code = await new Promise<number | null>((settle, reject) => {
      child.on('error', reject);
      child.on('close', settle);
    });
    signal?.throwIfAborted();
    const complaints = stderr.split('\n').filter((line) => line !== '' && run.ignorable?.test(line) !== true);
    if (code === 0 || (code === 1 && run.ignorable !== undefined && complaints.length === 0)) return stdout;
    throw toolFailed(program, `exited with ${code ?? child.signalCode}`, stderr);
  } catch (error) {
    if (error instanceof BackupError || signal?.aborted) throw error;
    throw toolFailed(program, 'could not be started', stderr, error);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

function toolFailed(program: string, how: string, stderr: string, cause?: unknown): BackupError {
  return new BackupError({
    code: 'server-failed',
    message: `${program.slice(program.lastIndexOf('/') + 1)} ${how}`,
    hint: 'The last lines that the program wrote are in details.stderr; a full disk is the usual reason.',
    details: { program, stderr },
    cause,
  });
}
