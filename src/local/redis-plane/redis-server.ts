import { BackupError } from '../../core/errors.js';
import { serverLogTail } from '../data-plane/server-log.js';
import { startServerProcess } from '../data-plane/server-process.js';
import type { RegionHome } from '../home/region-home.js';
import { exchangeWithRedis, type RedisReply } from './redis-exchange.js';

/** A running redis-server. */
export interface RedisServer {
  readonly isRunning: () => boolean;
  /** What the server says of one section, such as `persistence`: name -> value. */
  info(section: string): Promise<ReadonlyMap<string, string>>;
  /** Sends one command; rejects with `server-failed` if the server refuses it. */
  command(...words: readonly string[]): Promise<string>;
  /** Stops it and settles when it is gone: by force where it takes longer than `patience` milliseconds, by default five seconds. */
  stop(patience?: number): Promise<void>;
  /** The same, without a warning. */
  kill(): Promise<void>;
}

/** A server to start. */
export interface RedisStart {
  readonly program: string;
  readonly home: RegionHome;
  readonly configuration: string;
  readonly directory: string;
  readonly serverLog: string;
  readonly socket: string;
  /** Where it listens for clients. */
  readonly place: string;
  readonly authToken: string | undefined;
  readonly isReplica: boolean;
  readonly signal: AbortSignal;
}

const signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGKILL'];
const patienceMilliseconds = 5_000;

/**
 * Starts a server and settles when it has loaded its data, from its file or from its primary, and answers. A server that
 * gives up on the way rejects with `server-failed` or `port-in-use` and the end of its log; an aborted start leaves none.
 */
export async function startRedis(start: RedisStart): Promise<RedisServer> {
  const { program, configuration, home, directory, serverLog, place } = start;
  const ask = async (words: readonly string[], signal?: AbortSignal): Promise<RedisReply> => {
    const login = start.authToken === undefined ? [] : [['AUTH', start.authToken]];
    const replies = await exchangeWithRedis(start.socket, [...login, words], signal);
    return replies.at(-1) ?? { kind: 'error', message: 'no answer' };
  };
  const command = async (...words: readonly string[]): Promise<string> => {
    const reply = await ask(words);
    if (reply.kind === 'text') return reply.text;
    throw await redisFailed(serverLog, `${words[0]} was refused: ${reply.message}`);
  };
  const info = async (section: string): Promise<ReadonlyMap<string, string>> =>
    readInfo(await command('INFO', section));
  const process = await startServerProcess({
    name: 'redis-server',
    program,
    arguments: [configuration],
    home,
    directory,
    serverLog,
    place,
    isReady: () => isReady(info, () => ask(['PING'], start.signal), start.isReplica),
    hardestSignals: signals,
    signal: start.signal,
  });
  const { isRunning, stop } = process;
  return {
    isRunning,
    command,
    info,
    stop: (patience = patienceMilliseconds) => stop(signals, patience),
    kill: () => stop(['SIGKILL'], patienceMilliseconds),
  };
}

/** Whether the server answers, and, if it follows another, has all that the other had. */
async function isReady(
  info: RedisServer['info'],
  ping: () => Promise<RedisReply>,
  isReplica: boolean,
): Promise<boolean> {
  // Not listening yet is no failure; a server that has given up is seen by its exit.
  const pong = await ping().catch((): RedisReply => ({ kind: 'error', message: 'not listening' }));
  if (pong.kind !== 'text' || pong.text !== 'PONG') return false;
  return !isReplica || (await info('replication')).get('master_link_status') === 'up';
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
