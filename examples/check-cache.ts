import {
  type CacheCheckReport,
  type CacheObservation,
  expectCache,
  IntegrityChecker,
  type System,
} from '@zephyr/backup';
import { connectRedis, type RedisClient } from '@zephyr/backup/redis';

/** Before a snapshot is taken: what is in the cache, in numbers. Keep it beside the snapshot; it holds no name of a key. */
export async function observeProduction(zephyr: System, production: RedisClient): Promise<CacheObservation> {
  return new IntegrityChecker(zephyr).observeCache({
    cache: connectRedis(production),
    prefixes: ['session:', 'poll:'],
  });
}

/** Does a cache restored from that snapshot hold what it has to? */
export async function checkRestoredCache(
  zephyr: System,
  restored: RedisClient,
  before: CacheObservation,
): Promise<CacheCheckReport> {
  const report = await new IntegrityChecker(zephyr).checkCache({
    cache: connectRedis(restored),
    expectation: { ...expectCache(before, { now: zephyr.clock.now() }), nothingEvicted: true, tls: true, auth: true },
  });
  for (const { check, verdict, summary } of report.checks) console.log(`${check}: ${verdict}: ${summary}`);
  return report;
}
