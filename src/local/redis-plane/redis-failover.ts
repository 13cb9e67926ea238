import type { Endpoint } from '../data-plane/data-plane.js';
import { nodeOf, type RedisNode, type RedisStore, serverOf, startNode, wrongState } from './redis-node.js';

/**
 * Kills a primary and has one of its replicas take over, with the further endpoints that it listened at. The old primary
 * comes back as a replica of the new one, as do the others.
 */
export async function failOver(store: RedisStore, primaryId: string, replicaId: string): Promise<void> {
  const [old, next] = [nodeOf(store, primaryId), nodeOf(store, replicaId)];
  if (next.replicaOf !== old) throw wrongState(replicaId, `is no replica of ${primaryId}`);
  await old.server?.kill();
  if (old.made.cluster !== undefined) {
    // Without asking the others: with one or two primaries there is no majority. They see it by themselves.
    await serverOf(next).command('CLUSTER', 'FAILOVER', 'TAKEOVER');
    for (const node of store.nodes.values()) if (node.replicaOf === old) node.replicaOf = next;
    next.replicaOf = undefined;
    old.replicaOf = next;
    await startNode(store, old);
    return;
  }
  [old.alsoAt, next.alsoAt] = [next.alsoAt, old.alsoAt];
  await follow(store, next, undefined);
  await serverOf(next).command(`CONFIG${store.secret}`, 'SET', 'bind', addresses(next));
  for (const node of store.nodes.values()) if (node !== next && node.replicaOf === old) await follow(store, node, next);
  old.replicaOf = next;
  await startNode(store, old);
}

/** Has a running node follow another one, or none. */
async function follow(store: RedisStore, node: RedisNode, primary: RedisNode | undefined): Promise<void> {
  const { address, port } = primary?.endpoint ?? { address: 'NO', port: 'ONE' };
  await serverOf(node).command(`REPLICAOF${store.secret}`, address, String(port));
  node.replicaOf = primary;
}

function addresses({ endpoint, alsoAt }: RedisNode): string {
  return [endpoint, ...alsoAt].map(({ address }: Endpoint) => address).join(' ');
}
