import { createFileJournal, type RestoreOutcome, RestorePlanner, renderPlan, type System } from '@zephyr/backup';
import { connectRedis, type RedisClient } from '@zephyr/backup/redis';

/** The newest snapshot of the cache into a cache of its own, with the TLS and the token of the one it is of, and looked into. */
export async function restoreSessions(
  zephyr: System,
  secrets: { cacheToken(): Promise<string> },
  connect: (endpoint: { readonly address: string; readonly port: number }) => RedisClient & { disconnect(): void },
): Promise<RestoreOutcome> {
  const planner = new RestorePlanner(zephyr);
  const plan = await planner.planCacheRestore({
    snapshot: 'latest',
    target: 'zephyr-redis-recovery',
    expectation: { prefixes: { 'session:': { types: ['string'] } }, tls: true, auth: true },
  });
  console.log(renderPlan(plan));
  return planner.execute(plan, {
    approve: plan.hash,
    journal: createFileJournal('cache-recovery.journal'),
    cacheAuthToken: secrets.cacheToken,
    connectCache: async (endpoint) => {
      const client = connect(endpoint);
      return { cache: connectRedis(client), close: async () => client.disconnect() };
    },
  });
}
