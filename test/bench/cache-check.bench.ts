import { createRedisDataPlane } from '@zephyr/backup/local';
import { connectRedis } from '@zephyr/backup/redis';
import { Redis } from 'ioredis';
import { checkCache } from '../../src/checks/cache/check-cache.js';
import { systemClock } from '../../src/core/clock.js';

/**
 * For how long another client waits while a cache is checked, against KEYS; interleaved. A process of its own would see it more
 * finely: this one also waits for its own turn. Goal: at most 1/50.
 */
const keys = Number(process.argv[2] ?? 1_000_000);
const rounds = Number(process.argv[3] ?? 5);

const plane = await createRedisDataPlane();
try {
  const endpoint = await plane.endpointFor('bench');
  await plane.create({ nodeId: 'bench', encrypted: false }, endpoint);
  const place = { host: endpoint.address, port: endpoint.port };
  const [worker, other] = [new Redis(place), new Redis(place)];
  for (let from = 0; from < keys; from += 10_000) {
    const script = `for i = ${from}, ${Math.min(from + 10_000, keys) - 1} do redis.call('SET', 'session:' .. i, 'user', 'EX', 86400) end`;
    await worker.eval(script, 0);
  }
  const ways: Record<string, () => Promise<number>> = {
    KEYS: async () => (await worker.keys('*nothing-like-it*')).length + keys,
    checkCache: async () => {
      const cache = connectRedis(worker);
      const expectation = { prefixes: { 'session:': { types: ['string'], atMostPersistent: 0 } } };
      const { observation, verdict } = await checkCache({ cache, expectation }, { clock: systemClock });
      if (verdict !== 'passed') throw new Error('the check does not pass');
      return observation.prefixes['session:']?.keys ?? 0;
    },
  };
  const stalls = new Map(Object.keys(ways).map((name): [string, number[]] => [name, []]));
  const seconds = new Map(Object.keys(ways).map((name): [string, number[]] => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const watch = watchStalls(other);
      const started = performance.now();
      const counted = await way();
      const took = performance.now() - started;
      const stall = await watch.end();
      if (counted !== keys) throw new Error(`${name} saw ${counted} keys`);
      // The first round warms up.
      if (round > 0) {
        stalls.get(name)?.push(stall);
        seconds.get(name)?.push(took / 1_000);
      }
    }
  }
  const median = (of: readonly number[] = []): number =>
    [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)] ?? Number.NaN;
  const table = Object.keys(ways).map((name) => ({
    way: name,
    'longest wait of another client, ms': Number(median(stalls.get(name)).toFixed(2)),
    'of KEYS': Number((median(stalls.get(name)) / median(stalls.get('KEYS'))).toFixed(4)),
    seconds: Number(median(seconds.get(name)).toFixed(2)),
  }));
  console.table(table);
  console.log(JSON.stringify({ keys, rounds, table }));
  worker.disconnect();
  other.disconnect();
} finally {
  await plane.close();
}

/** Pings without a pause, and keeps the longest wait. */
function watchStalls(redis: Redis): { readonly end: () => Promise<number> } {
  let longest = 0;
  let going = true;
  const done = (async () => {
    while (going) {
      const started = performance.now();
      await redis.ping();
      longest = Math.max(longest, performance.now() - started);
    }
  })();
  return {
    end: async () => {
      going = false;
      await done;
      return longest;
    },
  };
}
