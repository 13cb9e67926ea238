import { systemClock } from '../../core/clock.js';
import { nodeOf, type RedisStore, serverOf, wrongState } from './redis-node.js';

const lookEveryMilliseconds = 20;
/** How long nodes may take to find each other. Redis itself waits two seconds before a primary serves. */
const patienceMilliseconds = 60_000;
/** Settles when every one of these nodes serves, and knows all slots to be served. */
export async function joinCluster(store: RedisStore, nodeIds: readonly string[]): Promise<void> {
  const started = systemClock.now().getTime();
  for (const nodeId of nodeIds) {
    while (!(await isJoined(store, nodeId))) {
      if (systemClock.now().getTime() - started > patienceMilliseconds) {
        throw wrongState(nodeId, 'does not become part of its cluster');
      }
      await systemClock.sleep(lookEveryMilliseconds, { signal: store.closing });
    }
  }
}

async function isJoined(store: RedisStore, nodeId: string): Promise<boolean> {
  const text = await serverOf(nodeOf(store, nodeId)).command('CLUSTER', 'INFO');
  return text.includes('cluster_state:ok') && text.includes('cluster_slots_ok:16384');
}
