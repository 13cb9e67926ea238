import type { BackupError } from '../core/errors.js';
import type { PortCall } from '../ports/port-call.js';
import type { RedisSession } from '../ports/redis.js';
import { factsOf, hearOut, isCalling, type RedisClient } from './redis-client.js';
import { shareAborts } from './shared-aborts.js';
import { isFinal, noAnswer, translateRedisError } from './translate-redis-error.js';

/**
 * Listens to a client for as long as it is used. What a client cannot get through with it tells by events only, and goes on
 * trying: ioredis then lets commands fail with something else, node-redis lets them wait.
 */
export async function openSession(
  client: RedisClient,
  milliseconds: number,
  call: PortCall = {},
): Promise<RedisSession> {
  call.signal?.throwIfAborted();
  const { location, tls, authenticates } = factsOf(client);
  let told: Error | undefined;
  let final: BackupError | undefined;
  const waiting = new Set<(error: BackupError) => void>();
  const onError = (error: Error): void => {
    told = error;
    hearOut(client);
    const translated = translateRedisError(error, location);
    if (!isFinal(translated)) return;
    final = translated;
    for (const reject of waiting) reject(translated);
  };
  const onAbortOf = shareAborts();
  client.on('error', onError);
  const opening = openClient(client, onError);
  let answered = false;
  const send = async (command: readonly string[], { signal }: PortCall = {}): Promise<unknown> => {
    signal?.throwIfAborted();
    if (final !== undefined) throw final;
    try {
      const reply = await withinPatience(
        sendThrough(client, command),
        { waiting, milliseconds, signal, onAbortOf },
        () => noAnswer(location, milliseconds, told),
      );
      answered = true;
      return reply;
    } catch (error) {
      signal?.throwIfAborted();
      // node-redis gives commands up without a word; why, it has told by an event.
      const silent = error instanceof Error && error.message === '' && told !== undefined;
      throw final ?? translateRedisError(silent ? told : error, location);
    }
  };
  const close = async (): Promise<void> => {
    const forget = (): void => void client.off('error', onError);
    if (opening !== undefined && !answered && !isCalling(client) && client.isOpen) {
      client.destroy();
      // A destroyed client may still say how its last attempt to connect ends: unheard, that would end the process.
      opening.then(forget, forget);
    } else {
      forget();
    }
  };
  return { location, tls, authenticates, send, close };
}

/** Begins to open a client of node-redis that nobody has opened; the others open themselves. Settles when that has ended. */
function openClient(client: RedisClient, onError: (error: Error) => void): Promise<void> | undefined {
  if (isCalling(client) || client.isOpen) return undefined;
  return client.connect().then(() => undefined, onError);
}

async function sendThrough(client: RedisClient, command: readonly string[]): Promise<unknown> {
  const [name = '', ...parameters] = command;
  return isCalling(client) ? client.call(name, ...parameters) : client.sendCommand(command);
}

interface Patience {
  readonly waiting: Set<(error: BackupError) => void>;
  readonly milliseconds: number;
  readonly signal: AbortSignal | undefined;
  readonly onAbortOf: ReturnType<typeof shareAborts>;
}

/** The reply, or what comes first: the end of patience, an abort, or word that it can never come. */
function withinPatience(
  reply: Promise<unknown>,
  { waiting, milliseconds, signal, onAbortOf }: Patience,
  tooLate: () => BackupError,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      waiting.delete(onFinal);
      forget();
      end();
    };
    const onFinal = (error: BackupError): void => settle(() => reject(error));
    const timer = setTimeout(() => settle(() => reject(tooLate())), milliseconds);
    const forget = onAbortOf(signal, () => settle(() => reject(signal?.reason)));
    waiting.add(onFinal);
    reply.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
