import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../core/clock.js';
import { BackupError } from '../../core/errors.js';
import type { RegionHome } from '../home/region-home.js';
import { serverLogTail } from './server-log.js';

/** A running PostgreSQL server. */
export interface PostgresServer {
  /** The port in the name of its socket. */
  readonly port: number;
  readonly isRunning: () => boolean;
  /**
   * Stops it and settles when it is gone: `fast` ends sessions and writes everything out, `immediate` is a crash. Harder and
   * harder after `patienceMilliseconds` (default 60 s) each.
   */
  stop(mode: 'fast' | 'immediate', patienceMilliseconds?: number): Promise<void>;
}

/** A server to start. */
export interface ServerStart {
  readonly program: string;
  readonly home: RegionHome;
  readonly data: string;
  readonly serverLog: string;
  readonly port: number;
  /** Settings that hold for this run only. */
  readonly settings: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

const lookEveryMilliseconds = 10;

/**
 * Starts a server and settles when it accepts connections: after recovery, where there is some to do. A server that gives up
 * on the way rejects with `server-failed` or `port-in-use` and the end of
 * its log; an aborted start leaves none.
 */
export async function startServer(start: ServerStart): Promise<PostgresServer> {
  start.signal?.throwIfAborted();
  const { child, logStart } = await spawnServer(start);
  const exited = new Promise<void>((settle) => child.on('close', () => settle()));
  const isRunning = (): boolean => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const stop = async (mode: 'fast' | 'immediate', patience = 60_000): Promise<void> => {
    const signals = mode === 'fast' ? (['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) : (['SIGQUIT', 'SIGKILL'] as const);
    child.ref();
    for (const signal of signals) {
      if (!isRunning()) break;
      child.kill(signal);
      if (await settlesWithin(exited, patience)) break;
    }
    await exited;
  };
  try {
    while (!(await isReady(start.data, child.pid))) {
      if (!isRunning()) throw gaveUp(start, await serverLogTail(start.serverLog, logStart));
      await systemClock.sleep(lookEveryMilliseconds, { signal: start.signal });
    }
  } catch (error) {
    await stop('immediate');
    throw error;
  }
  // A forgotten region must not keep its program alive: its watchdog looks after the server.
  child.unref();
  return { port: start.port, isRunning, stop };
}

async function spawnServer(start: ServerStart): Promise<{ readonly child: ChildProcess; readonly logStart: number }> {
  const settings = Object.entries({ ...start.settings, port: String(start.port) });
  const log = await open(start.serverLog, 'a', 0o600);
  try {
    const { size } = await log.stat();
    const child = spawn(
      start.program,
      ['-D', start.data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        cwd: start.data,
        // A session of its own: Ctrl-C in the terminal is for the owner, who then stops the servers in order.
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        env: start.home.environment,
        ...start.home.account,
      },
    );
    await new Promise<void>((settle, reject) => child.once('spawn', settle).once('error', reject));
    return { child, logStart: size };
  } catch (error) {
    throw new BackupError({
      code: 'server-failed',
      message: 'the PostgreSQL server could not be started',
      hint: 'The cause says why.',
      details: { program: start.program },
      cause: error,
    });
  } finally {
    await log.close();
  }
}

/** What `pg_ctl` looks at: the last line of the server's lock file says how far it is. */
async function isReady(data: string, pid: number | undefined): Promise<boolean> {
  try {
    const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch {
    // Not written yet.
    return false;
  }
}

async function settlesWithin(settled: Promise<void>, milliseconds: number): Promise<boolean> {
  const timer = new AbortController();
  const timeout = systemClock.sleep(milliseconds, { signal: timer.signal }).then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([settled.then(() => true), timeout]);
  } finally {
    timer.abort();
  }
}

function gaveUp(start: ServerStart, serverLog: string): BackupError {
  const taken = serverLog.includes('Address already in use');
  return new BackupError({
    code: taken ? 'port-in-use' : 'server-failed',
    message: taken
      ? `something else listens at ${start.settings.listen_addresses}:${start.port}`
      : 'the PostgreSQL server exited while starting',
    hint: 'The end of its log is in details.serverLog; a full disk is the usual reason.',
    details: { serverLog },
  });
}
