import type { ReplicationGroup } from '../../ports/elasticache.js';
import { cacheOf } from '../../system/cache-of.js';
import type { System } from '../../system/define-system.js';
import type { ConnectCache } from '../execution/execution.js';
import { cacheProbe } from './cache-probe.js';
import type { FailoverSubject } from './failover-subject.js';

/** One node group of the cache as something that fails over. Without `connect` nobody asks whether it takes writes. */
export function cacheSubject(
  system: System,
  place: { readonly replicationGroup: string; readonly nodeGroup: string },
  connect: { readonly group: ReplicationGroup; readonly connectCache: ConnectCache } | undefined,
): FailoverSubject {
  const { port } = cacheOf(system);
  const { replicationGroup, nodeGroup } = place;
  return {
    kind: 'cache',
    identifier: replicationGroup,
    look: async (since, call) => {
      const group = await port.describeReplicationGroup(replicationGroup, call);
      const events: { readonly at: Date; readonly message: string }[] = [];
      for await (const event of port.listGroupEvents({ identifier: replicationGroup, since }, call)) events.push(event);
      if (group === undefined) return { status: 'gone', ready: false, broken: true, events };
      const { status } = group;
      const broken = /^(?:create-failed|deleting|deleted)$/.test(status);
      return { status, ready: status === 'available', broken, ...placesOf(group, nodeGroup), events };
    },
    request: (call) => port.testFailover({ replicationGroup, nodeGroup }, call),
    connect: connect === undefined ? undefined : cacheProbe(connect.group, connect.connectCache),
  };
}

/** Which nodes of a node group are what; in cluster mode ElastiCache does not tell. */
export function placesOf(
  { nodes }: ReplicationGroup,
  nodeGroup: string,
): { readonly primary?: string | undefined; readonly standby?: string | undefined } {
  const own = nodes.filter((node) => node.nodeGroup === nodeGroup);
  return {
    primary: own.find(({ role }) => role === 'primary')?.cluster,
    standby: own.find(({ role }) => role === 'replica')?.cluster,
  };
}
