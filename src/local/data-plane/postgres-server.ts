import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RegionHome } from '../home/region-home.js';
import { startServerProcess } from './server-process.js';

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

const crash: readonly NodeJS.Signals[] = ['SIGQUIT', 'SIGKILL'];
const inOrder: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGKILL'];

/**
 * Starts a server and settles when it accepts connections: after recovery, where there is some to do. A server that gives up
 * on the way rejects with `server-failed` or `port-in-use` and the end of its log; an aborted start leaves none.
 */
export async function startServer(start: ServerStart): Promise<PostgresServer> {
  const { program, home, data, serverLog, port, signal } = start;
  const settings = Object.entries({ ...start.settings, port: String(port) });
  const process = await startServerProcess({
    name: 'PostgreSQL server',
    program,
    arguments: ['-D', data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    home,
    directory: data,
    serverLog,
    place: `${start.settings.listen_addresses}:${port}`,
    isReady: (pid) => isReady(data, pid),
    hardestSignals: crash,
    signal,
  });
  return {
    port,
    isRunning: process.isRunning,
    stop: (mode, patience = 60_000) => process.stop(mode === 'fast' ? inOrder : crash, patience),
  };
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
