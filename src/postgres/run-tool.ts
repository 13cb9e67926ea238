import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { BackupError } from '../core/errors.js';

/** A program to run: an argument vector, never a shell (facts H16). */
export interface ToolCommand {
  readonly path: string;
  readonly args: readonly string[];
  /** All of its environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the program. */
  readonly signal?: AbortSignal | undefined;
  /** Sees every whole line of stderr; `true` ends the program. */
  readonly endsAt?: ((line: string) => boolean) | undefined;
}

/** How a program ended. */
export interface ToolExit {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last of what it said on stderr. */
  readonly stderr: string;
}

/** A running program. */
export interface RunningTool {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Settles when the program is gone and its streams are closed. Rejects only if it could not be started. */
  readonly exit: Promise<ToolExit>;
  /** Asks it to end, and kills it if it does not. {@link exit} tells when it is gone. */
  end(): void;
}

/** The most of stderr that is kept, in characters; the child blocks unless all of it is read (facts H19). */
const stderrTail = 64 * 1024;

/** How long a program may take to end by itself once asked, in milliseconds; pg_dump cancels its statement meanwhile. */
const grace = 3_000;

/** Starts a program. */
export function startTool({ path, args, env, signal, endsAt }: ToolCommand): RunningTool {
  const child = spawn(path, [...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-stderrTail);
  });
  if (endsAt !== undefined) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (endsAt(line)) end();
    });
  }
  // A program that ends early closes its stdin: how it exited says what that means.
  child.stdin.on('error', () => undefined);
  let killer: NodeJS.Timeout | undefined;
  const end = (): void => {
    if (killer !== undefined) return;
    if (child.exitCode !== null || child.signalCode !== null) {
      closePipes(child);
      return;
    }
    child.kill('SIGTERM');
    killer = setTimeout(() => child.kill('SIGKILL'), grace);
    // Whatever the program started may hold its pipes open for longer than it lives.
    child.once('exit', () => closePipes(child));
  };
  const exit = new Promise<ToolExit>((resolve, reject) => {
    child.once('error', (error) => reject(notStarted(path, error)));
    child.once('close', (code, exitSignal) => resolve({ code, signal: exitSignal, stderr }));
  }).finally(() => {
    clearTimeout(killer);
    signal?.removeEventListener('abort', end);
  });
  // Whoever waits for the exit is told; nobody has to wait.
  exit.catch(() => undefined);
  if (signal?.aborted) end();
  else signal?.addEventListener('abort', end, { once: true });
  return { stdin: child.stdin, stdout: child.stdout, exit, end };
}

function closePipes(child: ChildProcessByStdio<Writable, Readable, Readable>): void {
  child.stdin.destroy();
  child.stdout.destroy();
  child.stderr.destroy();
}

function notStarted(path: string, error: Error): BackupError {
  return new BackupError({
    code: 'postgres-tool-missing',
    message: `${path} could not be started: ${error.message}`,
    hint: 'Check that the file is a program that this user may run.',
    details: { path },
    cause: error,
  });
}
