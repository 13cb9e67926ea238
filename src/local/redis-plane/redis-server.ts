import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { systemClock } from '../../core/clock.js';
import { BackupError } from '../../core/errors.js';
import { serverLogTail } from '../data-plane/server-log.js';
import type { RegionHome } from '../home/region-home.js';
import { exchangeWithRedis, type RedisReply } from './redis-exchange.js';

/** A running redis-server. */
export interface RedisServer {
  readonly isRunning: () => boolean;
  /** What the server says of one section, such as `persistence`: name -> value. */
  info(section: string): Promise<ReadonlyMap<string, string>>;
  /** Sends one command; rejects with `server-failed` if the server refuses it. */
  command(...words: readonly string[]): Promise<string>;
  /** Stops it and settles when it is gone. */
  stop(): Promise<void>;
}

/** A server to start. */
export interface RedisStart {
  readonly program: string;
  readonly home: RegionHome;
  readonly configuration: string;
  readonly directory: string;
  readonly serverLog: string;
  readonly socket: string;
  readonly authToken: string | undefined;
  readonly isReplica: boolean;
  readonly signal: AbortSignal;
}

const lookEveryMilliseconds = 10;
const patienceMilliseconds = 5_000;

/**
 * Starts a server and settles when it has loaded its data, from its file or from its primary, and answers. A server that
 * gives up on the way rejects with `server-failed` or `port-in-use` and the end of its log; an aborted start leaves none.
 */
export async function startRedis(start: RedisStart): Promise<RedisServer> {
  start.signal.throwIfAborted();
  const child = await spawnRedis(start);
  const exited = new Promise<void>((settle) => child.on('close', () => settle()));
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const ask = async (words: readonly string[], signal?: AbortSignal): Promise<RedisReply> => {
    const login = start.authToken === undefined ? [] : [['AUTH', start.authToken]];
    const replies = await exchangeWithRedis(start.socket, [...login, words], signal);
    return replies.at(-1) ?? { kind: 'error', message: 'no answer' };
  };
  const command = async (...words: readonly string[]): Promise<string> => {
    const reply = await ask(words);
    if (reply.kind === 'text') return reply.text;
    throw await redisFailed(start.serverLog, `${words[0]} was refused: ${reply.message}`);
  };
  const server: RedisServer = {
    isRunning,
    command,
    info: async (section) => readInfo(await command('INFO', section)),
    stop: async () => {
      child.ref();
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        if (!isRunning()) break;
        child.kill(signal);
        if (await settlesWithin(exited, patienceMilliseconds)) break;
      }
      await exited;
    },
  };
  try {
    while (!(await isReady(server, () => ask(['PING'], start.signal), start.isReplica))) {
      if (!isRunning()) throw await gaveUp(start.serverLog);
      await systemClock.sleep(lookEveryMilliseconds, { signal: start.signal });
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
  // A forgotten region must not keep its program alive: its watchdog looks after the server.
  child.unref();
  return server;
}

async function spawnRedis(start: RedisStart): Promise<ChildProcess> {
  const log = await open(start.serverLog, 'a', 0o600);
  try {
    const child = spawn(start.program, [start.configuration], {
      cwd: start.directory,
      // A session of its own: Ctrl-C in the terminal is for the owner, who then stops the servers in order.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: start.home.environment,
      ...start.home.account,
    });
    await new Promise<void>((settle, reject) => child.once('spawn', settle).once('error', reject));
    return child;
  } catch (error) {
    throw new BackupError({
      code: 'server-failed',
      message: 'the redis-server could not be started',
      hint: 'The cause says why.',
      details: { program: start.program },
      cause: error,
    });
  } finally {
    await log.close();
  }
}

/** Whether the server answers, and, if it follows another, has all that the other had. */
async function isReady(server: RedisServer, ping: () => Promise<RedisReply>, isReplica: boolean): Promise<boolean> {
  // Not listening yet is no failure; a server that has given up is seen by its exit.
  const pong = await ping().catch((): RedisReply => ({ kind: 'error', message: 'not listening' }));
  if (pong.kind !== 'text' || pong.text !== 'PONG') return false;
  return !isReplica || (await server.info('replication')).get('master_link_status') === 'up';
}

function readInfo(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\r\n').map((line) => line.split(':'));
  return new Map(lines.flatMap(([name, ...value]) => (name === undefined ? [] : [[name, value.join(':')] as const])));
}

/** The error for a server that did not do what it should, with the end of its log. */
export async function redisFailed(log: string, message: string, cause?: unknown): Promise<BackupError> {
  return new BackupError({
    code: 'server-failed',
    message,
    hint: 'The end of the server log is in details.serverLog; a full disk is the usual reason.',
    details: { serverLog: await serverLogTail(log) },
    cause,
  });
}

async function gaveUp(log: string): Promise<BackupError> {
  const serverLog = await serverLogTail(log);
  const taken = serverLog.includes('Address already in use');
  return new BackupError({
    code: taken ? 'port-in-use' : 'server-failed',
    message: taken ? 'something else listens where the redis-server should' : 'the redis-server exited while starting',
    hint: 'The end of its log is in details.serverLog.',
    details: { serverLog },
  });
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
