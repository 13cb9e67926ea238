import type { Redis } from 'ioredis';
import type { CacheExpectation } from '../../../src/index.js';

/** A damage done to a restored cache, the check that claims to see it, and what that check says of it. */
export interface CacheDamage {
  readonly name: string;
  readonly damage: (redis: Redis) => Promise<unknown>;
  /** Of the node. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly caughtBy: string;
  readonly says: RegExp;
  /** Instead of what was seen before the snapshot. */
  readonly expectation?: CacheExpectation;
}

/** The cache holds 500 sessions that expire, 50 polls that do not, and one key of another kind. */
export const cacheDamages: readonly CacheDamage[] = [
  {
    name: 'an empty cache',
    damage: (redis) => redis.flushall(),
    caughtBy: 'cache-keys',
    says: /^0 keys/,
    expectation: {},
  },
  {
    name: 'keys of one kind lost',
    damage: async (redis) => {
      await redis.del(Array.from({ length: 50 }, (_, index) => `poll:${index}`));
      await redis.mset(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`other:${index}`, 'x'])));
    },
    caughtBy: 'cache-prefix',
    says: /^poll:: 0 keys; at least 50 expected/,
  },
  {
    name: 'one key lost, another come in its place',
    damage: (redis) => redis.rename('session:secret-7', 'other:7'),
    caughtBy: 'cache-prefix',
    says: /^session:: 499 keys/,
  },
  {
    name: 'times to live lost',
    damage: async (redis) => {
      for (let index = 0; index < 20; index += 1) await redis.persist(`session:secret-${index}`);
    },
    caughtBy: 'cache-prefix',
    says: /20 keys never expire; at most 0 expected/,
  },
  {
    name: 'a key of another type',
    damage: async (redis) => {
      await redis.del('session:secret-3');
      await redis.call('HSET', 'session:secret-3', 'user', 'x');
      await redis.expire('session:secret-3', 3_600);
    },
    caughtBy: 'cache-prefix',
    says: /1 of 500 keys are of type hash; string expected/,
  },
  {
    name: 'keys thrown out by a node too small',
    parameters: { maxmemory: '4mb', 'maxmemory-policy': 'allkeys-random' },
    damage: (redis) =>
      Array.from({ length: 20_000 }, (_, index) => index)
        .reduce((pipeline, index) => pipeline.set(`other:${index}`, 'x'.repeat(300)), redis.pipeline())
        .exec(),
    caughtBy: 'cache-evictions',
    says: /threw out \d+ keys for lack of memory/,
    expectation: { nothingEvicted: true },
  },
];
