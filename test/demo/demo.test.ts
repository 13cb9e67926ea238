import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Temporary files of these runs alone: other tests have regions of their own at the same time. */
let temporary = '';

beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'zephyr-demo-'));
  // The servers run as another user.
  chmodSync(temporary, 0o755);
});
afterAll(() => rmSync(temporary, { recursive: true }));

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  stdout(): string;
  /** Settles when the story has come to these words, or the run is over. */
  reached(words: string): Promise<boolean>;
}

function startDemo(...args: readonly string[]): Run {
  // Not through npm or the tsx command: a signal has to reach the very process that owns the region.
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/demo/main.ts', ...args], {
    cwd: root,
    env: { ...process.env, TMPDIR: temporary },
  });
  const output = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const check of waiting) check();
  };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      wake();
    });
  }
  let over = false;
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => {
      over = true;
      wake();
      resolve({ code, signal });
    });
  });
  const reached = (words: string): Promise<boolean> =>
    new Promise((resolve) => {
      const check = (): void => {
        const found = (output.stdout + output.stderr).includes(words);
        if (!found && !over) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
    });
  return { child, ended, stdout: () => output.stdout, reached };
}

/** What a run leaves if it is not cleaned up: files among its temporary ones, and processes that work on them. */
function leftovers(): readonly string[] {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return command.includes(temporary) ? [`${pid} ${command.slice(0, 200)}`] : [];
      } catch {
        // It has ended since it was listed.
        return [];
      }
    });
  // tsx keeps its cache of compiled sources there.
  return [...readdirSync(temporary).filter((name) => !name.startsWith('tsx-')), ...processes];
}

async function leftoversAfter(patience: number): Promise<readonly string[]> {
  const until = performance.now() + patience;
  for (;;) {
    const left = leftovers();
    if (left.length === 0 || performance.now() > until) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port) });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

describe.sequential('the demo', () => {
  it('recovers the votes, proves it, and leaves nothing', async () => {
    const demo = startDemo('--json');
    expect(await demo.ended).toEqual({ code: 0, signal: null });
    const report = JSON.parse(demo.stdout());
    expect(report).toMatchObject({ verdict: 'passed', rto: { verdict: 'met' }, rpo: { verdict: 'met' } });
    expect(report.checks.map((check: { check: string }) => check.check)).toEqual([
      'snapshot taken',
      'dump with manifest',
      'fingerprint',
      'boundary',
      'foreign-keys',
      'sequences',
      'indexes',
      'primary-keys',
      'application reads its votes',
      'dump fingerprint',
      'dump structure',
      'dump foreign-keys',
      'dump sequences',
      'dump indexes',
      'retention preview',
    ]);
    expect(report.checks.every((check: { verdict: string }) => check.verdict === 'passed')).toBe(true);
    expect(await leftoversAfter(5_000)).toEqual([]);
  }, 180_000);

  const moments = [
    ['SIGINT', '== Zephyr'],
    ['SIGINT', '. creating zephyr-production-db-manual'],
    ['SIGINT', '. dumping'],
    ['SIGINT', '. wait-for-instance'],
    ['SIGINT', '. restore-archive'],
    ['SIGKILL', 'AWS is at'],
    ['SIGKILL', '== Votes are lost'],
    ['SIGKILL', '. wait-for-instance'],
    ['SIGKILL', '. rename-into-place'],
    ['SIGKILL', '. restore-archive'],
  ] as const;

  it.each(moments)(
    'leaves nothing after %s at "%s"',
    async (signal, words) => {
      const demo = startDemo();
      expect(await demo.reached(words)).toBe(true);
      demo.child.kill(signal);
      const { code, signal: killedBy } = await demo.ended;
      if (signal === 'SIGINT') expect(code).toBe(130);
      else expect(killedBy).toBe('SIGKILL');
      expect(await leftoversAfter(20_000)).toEqual([]);
      const endpoint = /AWS is at (\S+)/.exec(demo.stdout())?.[1];
      if (endpoint !== undefined) expect(await answers(endpoint)).toBe(false);
    },
    180_000,
  );
});
