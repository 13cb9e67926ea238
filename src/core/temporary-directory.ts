import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory that only this user may enter. */
export interface TemporaryDirectory {
  readonly path: string;
  /** Removes it with all that is in it. Safe to call twice. */
  readonly remove: () => Promise<void>;
}

/**
 * Makes a directory for passwords and archives that are needed as files for a while. Its name tells whose it is: a process that is
 * killed cannot remove it, and {@link sweepTemporaryDirectories} finds it.
 */
export async function makeTemporaryDirectory(use: 'postgres' | 'archive'): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), `zephyr-${use}-${process.pid}-`));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Removes the directories that processes which are gone have left on this machine. Returns their paths. */
export async function sweepTemporaryDirectories(
  before: Date,
  signal?: AbortSignal | undefined,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const name of (await readdir(tmpdir())).sort()) {
    signal?.throwIfAborted();
    const pid = /^zephyr-(?:postgres|archive)-(\d+)-\w{6}$/.exec(name)?.[1];
    const path = join(tmpdir(), name);
    // The age as well: the processes of another container that shares the directory cannot be seen.
    if (pid === undefined || isRunning(Number(pid)) || !(await isOwnAndOlder(path, before))) continue;
    await rm(path, { recursive: true, force: true });
    removed.push(path);
  }
  return removed;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there and another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function isOwnAndOlder(path: string, before: Date): Promise<boolean> {
  // Another sweep may have been faster.
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory() !== true || found.mtime > before) return false;
  return process.getuid === undefined || found.uid === process.getuid();
}
