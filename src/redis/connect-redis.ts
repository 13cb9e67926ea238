import { type Duration, parseDuration } from '../core/duration.js';
import { invalidInput } from '../core/errors.js';
import type { RedisPort } from '../ports/redis.js';
import { factsOf, isClusterClient, isRedisClient, type RedisClient } from './redis-client.js';
import { openSession } from './redis-session.js';

/** How a client is used. */
export interface RedisOptions {
  /** No answer for so long is `cache-unreachable`, however long the client itself would wait. Default `'10s'`. */
  readonly commandTimeout?: Duration | undefined;
}

/**
 * A Redis client as `IntegrityChecker.checkCache` takes it: of ioredis, of iovalkey, or of node-redis. It is taken as it is, so
 * TLS and tokens are set up where the application sets them up. Of a cache in cluster mode, take a client of each primary.
 *
 * The client stays yours to close. One of node-redis that is not open yet is opened; if it does not get through it is
 * destroyed again, since it would try for ever.
 *
 * Errors: `invalid-input`.
 *
 * @example
 * ```ts
 * const cache = connectRedis(new Redis({ host, port, password: token, tls: {} }));
 * const report = await checker.checkCache({ cache, expectation: { prefixes: { 'session:': { atLeast: 1 } } } });
 * ```
 */
export function connectRedis(client: RedisClient, options: RedisOptions = {}): RedisPort {
  if (isClusterClient(client)) {
    throw invalidInput(
      'client',
      'is a client of a whole cluster, which asks whichever node it likes',
      "Give one of each primary, as a list: cluster.nodes('master').map((node) => connectRedis(node)) of ioredis, say.",
    );
  }
  if (!isRedisClient(client)) {
    throw invalidInput('client', 'is not a client of one node', 'Give a client of ioredis, iovalkey or node-redis.');
  }
  const { keyPrefix } = factsOf(client);
  if (keyPrefix !== '') {
    throw invalidInput(
      'client',
      'puts a prefix before every key',
      'Give a client without keyPrefix: keys are read by their whole names.',
    );
  }
  const milliseconds = parseDuration(options.commandTimeout ?? '10s', 'commandTimeout');
  return { connect: (call) => openSession(client, milliseconds, call) };
}
