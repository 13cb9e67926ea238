import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Names one process for good: a process id alone is used again by the system. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own unit; only ever compared. */
  readonly started: string;
  /** Which boot of the machine. */
  readonly boot: string;
  /** Which table of processes the pid is from: containers that share a file system do not share one. */
  readonly namespace: string;
}

/** Who this process is. */
export async function identifySelf(): Promise<ProcessIdentity> {
  const [started, machine] = await Promise.all([startOf(process.pid), machineIdentity()]);
  return { pid: process.pid, started: started ?? '', ...machine };
}

/** Whether a process of the past still runs; `unknown` when this process has no way to see it. */
export async function lookFor(identity: ProcessIdentity): Promise<'running' | 'gone' | 'unknown'> {
  const machine = await machineIdentity();
  if (machine.boot !== identity.boot) return 'gone';
  if (machine.namespace !== identity.namespace) return 'unknown';
  return (await startOf(identity.pid)) === identity.started ? 'running' : 'gone';
}

async function machineIdentity(): Promise<Pick<ProcessIdentity, 'boot' | 'namespace'>> {
  if (process.platform !== 'linux') return { boot: '', namespace: '' };
  const [boot, namespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    readlink('/proc/self/ns/pid'),
  ]);
  return { boot: boot.trim(), namespace };
}

async function startOf(pid: number): Promise<string | undefined> {
  try {
    if (process.platform !== 'linux') {
      const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
      return stdout.trim();
    }
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may itself hold anything; the 22nd is the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, started] = [fields[0], fields[19]];
    // A zombie holds nothing any more: it only waits to be reaped.
    return state === 'Z' || state === 'X' ? undefined : started;
  } catch {
    // No such process.
    return undefined;
  }
}
