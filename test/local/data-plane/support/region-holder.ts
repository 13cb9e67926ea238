import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { processesNaming } from './region-traces.js';

/** Another process that holds a region, and the directory that the region lies in. */
export interface RegionHolder {
  readonly child: ChildProcess;
  readonly temporary: string;
  /** Settles when it says a line that starts so; returns the rest of the line. */
  reached(stage: string): Promise<string>;
  /** Whether nothing is left: no process and no directory of the region. */
  nothingLeft(): Promise<boolean>;
  /** Removes the directory and ends the process, whatever state they are in. */
  dispose(): Promise<void>;
}

/** Starts one. */
export async function startHolder(
  options: { readonly uid?: number; readonly end?: 'close' } = {},
): Promise<RegionHolder> {
  const temporary = await mkdtemp(join(tmpdir(), 'zephyr-test-'));
  await chmod(temporary, 0o755);
  if (options.uid !== undefined) await chown(temporary, options.uid, options.uid);
  const program = fileURLToPath(new URL('./hold-region.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      TMPDIR: temporary,
      ...(options.uid === undefined ? {} : { ZEPHYR_TEST_UID: String(options.uid) }),
      ...(options.end === undefined ? {} : { ZEPHYR_TEST_END: options.end }),
    },
  });
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => said.push(line));
  const reached = async (stage: string): Promise<string> => {
    for (;;) {
      const line = said.find((candidate) => candidate.startsWith(stage));
      if (line !== undefined) return line.slice(stage.length).trim();
      if (child.exitCode !== null) throw new Error(`ended before ${stage}: ${said.join(', ')}\n${stderr}`);
      await Promise.race([once(lines, 'line'), once(child, 'exit')]);
    }
  };
  return {
    child,
    temporary,
    reached,
    nothingLeft: async () => {
      const names = await readdir(temporary);
      if (names.some((name) => name.startsWith('zephyr-region-'))) return false;
      return (await processesNaming(temporary)).length === 0;
    },
    dispose: async () => {
      child.kill('SIGKILL');
      await rm(temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}
