import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { systemClock } from '../../core/clock.js';
import { BackupError } from '../../core/errors.js';
import type { RegionHome } from '../home/region-home.js';
import { serverLogTail } from './server-log.js';

/** A server of a data plane, whatever it serves. */
export interface ServerProcess {
  readonly isRunning: () => boolean;
  /** Stops it by signals, each harder than the one before, with `patienceMilliseconds` between; settles when it is gone. */
  stop(signals: readonly NodeJS.Signals[], patienceMilliseconds: number): Promise<void>;
}

/** A server to start. */
export interface ServerProgram {
  /** What messages call it. */
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly home: RegionHome;
  /** Where it runs. */
  readonly directory: string;
  readonly serverLog: string;
  /** Where it listens, for messages. */
  readonly place: string;
  /** Whether the process of this id serves by now. It is asked again and again. */
  readonly isReady: (pid: number | undefined) => Promise<boolean>;
  /** How it is stopped if its start is given up. */
  readonly hardestSignals: readonly NodeJS.Signals[];
  readonly signal?: AbortSignal | undefined;
}

const lookEveryMilliseconds = 10;
const patienceMilliseconds = 5_000;

/**
 * Starts a server and settles when it serves. One that gives up on the way rejects with `server-failed` or `port-in-use` and
 * the end of its log; an aborted start leaves none.
 */
export async function startServerProcess(start: ServerProgram): Promise<ServerProcess> {
  start.signal?.throwIfAborted();
  const { child, exited, logStart } = await spawnServer(start);
  const isRunning = (): boolean => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const stop: ServerProcess['stop'] = async (signals, patience) => {
    child.ref();
    for (const signal of signals) {
      if (!isRunning()) break;
      child.kill(signal);
      if (await settlesWithin(exited, patience)) break;
    }
    await exited;
  };
  try {
    while (!(await start.isReady(child.pid))) {
      if (!isRunning()) throw gaveUp(start, await serverLogTail(start.serverLog, logStart));
      await systemClock.sleep(lookEveryMilliseconds, { signal: start.signal });
    }
  } catch (error) {
    await stop(start.hardestSignals, patienceMilliseconds);
    throw error;
  }
  // A forgotten region must not keep its program alive: its watchdog looks after the server.
  child.unref();
  return { isRunning, stop };
}

interface SpawnedServer {
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  readonly logStart: number;
}

async function spawnServer(start: ServerProgram): Promise<SpawnedServer> {
  const log = await open(start.serverLog, 'a', 0o600);
  try {
    const { size } = await log.stat();
    const child = spawn(start.program, start.arguments, {
      cwd: start.directory,
      // A session of its own: Ctrl-C in the terminal is for the owner, who then stops the servers in order.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: start.home.environment,
      ...start.home.account,
    });
    // Listened for at once: a server that finds its port taken may be gone before the log is closed here.
    const exited = new Promise<void>((settle) => child.once('close', () => settle()));
    await new Promise<void>((settle, reject) => child.once('spawn', settle).once('error', reject));
    return { child, exited, logStart: size };
  } catch (error) {
    throw new BackupError({
      code: 'server-failed',
      message: `the ${start.name} could not be started`,
      hint: 'The cause says why.',
      details: { program: start.program },
      cause: error,
    });
  } finally {
    await log.close();
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

function gaveUp({ name, place }: ServerProgram, serverLog: string): BackupError {
  const taken = serverLog.includes('Address already in use');
  return new BackupError({
    code: taken ? 'port-in-use' : 'server-failed',
    message: taken ? `something else listens at ${place}` : `the ${name} exited while starting`,
    hint: 'The end of its log is in details.serverLog; a full disk is the usual reason.',
    details: { serverLog },
  });
}
