import type {
  DescribeReplicationGroupsMessage,
  Endpoint,
  NodeGroup,
  ReplicationGroup,
  ReplicationGroupMessage,
} from '@aws-sdk/client-elasticache';
import { pageOf } from '../control-plane/paging.js';
import { nodeEndpoint } from './cluster-view.js';
import type { CacheNode, CacheUnit, ElastiCacheState, GroupEndpoints } from './elasticache-state.js';
import { getGroup, inClusterMode } from './units.js';

const allSlots = 16_384;

/** A replication group as the service shows it; its endpoints once it has been there (facts F14). */
export function groupView(state: ElastiCacheState, unit: CacheUnit): ReplicationGroup {
  const { group, nodes } = unit;
  const there = group?.ReplicationGroupCreateTime !== undefined;
  const [first] = nodes;
  return {
    ...group,
    MemberClusters: nodes.map(({ id }) => id),
    // Nodes come with the group: while it is being made it shows none.
    NodeGroups: there ? nodeGroups(state, unit) : [],
    ConfigurationEndpoint:
      there && inClusterMode(unit) && first !== undefined ? configurationEndpoint(state, unit, first) : undefined,
  };
}

function nodeGroups(state: ElastiCacheState, unit: CacheUnit): NodeGroup[] {
  const shards = [...new Set(unit.nodes.map(({ shard }) => shard))];
  return shards.map((shard, index) => {
    const nodes = unit.nodes.filter((node) => node.shard === shard);
    const shown = { NodeGroupId: shard, Status: unit.group?.Status };
    if (inClusterMode(unit)) {
      return { ...shown, Slots: slots(index, shards.length), NodeGroupMembers: nodes.map((node) => member(node)) };
    }
    const primary = nodes.find(({ role }) => role === 'primary');
    const reader = nodes.find(({ role }) => role === 'replica') ?? primary;
    return {
      ...shown,
      PrimaryEndpoint: primary && groupEndpoint(state, unit, 'primary', primary),
      ReaderEndpoint: reader && groupEndpoint(state, unit, 'reader', reader),
      NodeGroupMembers: nodes.map((node) => ({
        ...member(node),
        ReadEndpoint: nodeEndpoint(state, node),
        CurrentRole: node.role,
      })),
    };
  });
}

/** Any node tells where the others are. */
function configurationEndpoint(state: ElastiCacheState, { group }: CacheUnit, first: CacheNode): Endpoint {
  const endpoint = nodeEndpoint(state, first);
  if (first.endpoint !== undefined) return endpoint;
  const id = group?.ReplicationGroupId;
  const name = group?.TransitEncryptionEnabled === true ? `clustercfg.${id}.a1b2c3` : `${id}.a1b2c3.clustercfg`;
  return { ...endpoint, Address: `${name}.${state.settings.region}.cache.amazonaws.com` };
}

/** Where a role is reached, whichever node has it: names that stay in a failover (facts F14). */
function groupEndpoint(
  state: ElastiCacheState,
  unit: CacheUnit,
  role: keyof GroupEndpoints,
  node: CacheNode,
): Endpoint {
  const { endpoints, group } = unit;
  if (endpoints !== undefined) return { Address: endpoints[role].address, Port: endpoints[role].port };
  if (node.endpoint !== undefined) return nodeEndpoint(state, node);
  const { region } = state.settings;
  const id = group?.ReplicationGroupId;
  const name =
    group?.TransitEncryptionEnabled === true
      ? `${role === 'primary' ? 'master' : 'replica'}.${id}.a1b2c3`
      : `${id}${role === 'primary' ? '' : '-ro'}.a1b2c3.ng.0001`;
  return { Address: `${name}.${region}.cache.amazonaws.com`, Port: nodeEndpoint(state, node).Port };
}

function member({ id, details }: CacheNode): NonNullable<NodeGroup['NodeGroupMembers']>[number] {
  return {
    CacheClusterId: id,
    CacheNodeId: '0001',
    PreferredAvailabilityZone: details.PreferredAvailabilityZone,
  };
}

/** The slots of a node group, which have them all in equal shares: `0-5460`. */
export function slots(index: number, count: number): string {
  const start = (share: number): number => Math.round((share * allSlots) / count);
  return `${start(index)}-${start(index + 1) - 1}`;
}

/** `DescribeReplicationGroups`. */
export function describeReplicationGroups(
  state: ElastiCacheState,
  input: DescribeReplicationGroupsMessage,
): ReplicationGroupMessage {
  const { ReplicationGroupId: id } = input;
  const found =
    id === undefined ? state.units.sorted().filter(({ group }) => group !== undefined) : [getGroup(state, id)];
  const { page, Marker } = pageOf(found, input);
  return { Marker, ReplicationGroups: page.map((unit) => groupView(state, unit)) };
}
