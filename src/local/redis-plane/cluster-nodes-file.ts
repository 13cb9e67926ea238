import { createHash } from 'node:crypto';
import type { ClusterMember } from '../elasticache/cache-plane.js';

/** Where a node's second port is, at which nodes talk to each other. */
const busOffset = 10_000;

/**
 * What a node of a cluster knows to begin with: all members and their slots. Nobody has to introduce them to each other, and
 * a node finds the data that it is started with in slots of its own.
 */
export function clusterNodesFile(members: readonly ClusterMember[], self: string): string {
  const lines = members.map(({ nodeId, endpoint, replicaOf, slots }, index) => {
    const place = `${endpoint.address}:${endpoint.port}@${endpoint.port + busOffset}`;
    const flags = [...(nodeId === self ? ['myself'] : []), replicaOf === undefined ? 'master' : 'slave'];
    const primary = replicaOf === undefined ? '-' : clusterId(replicaOf);
    const epoch = replicaOf === undefined ? index + 1 : 0;
    return [clusterId(nodeId), place, flags.join(','), primary, 0, 0, epoch, 'connected', ...(slots ?? [])].join(' ');
  });
  return `${lines.join('\n')}\nvars currentEpoch ${members.length} lastVoteEpoch 0\n`;
}

function clusterId(nodeId: string): string {
  return createHash('sha1').update(nodeId).digest('hex');
}
