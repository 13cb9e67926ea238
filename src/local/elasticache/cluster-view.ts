import type {
  CacheCluster,
  CacheClusterMessage,
  DescribeCacheClustersMessage,
  Endpoint,
} from '@aws-sdk/client-elasticache';
import { pageOf } from '../control-plane/paging.js';
import { scatter } from '../control-plane/scatter.js';
import type { CacheNode, ElastiCacheState } from './elasticache-state.js';
import { allNodes, type Found, getNode } from './units.js';

const defaultPort = 6379;

/** A cache cluster as the service shows it; its nodes with their endpoints only where they are asked for (facts F14). */
export function clusterView(state: ElastiCacheState, { node }: Found, show: { readonly nodes: boolean }): CacheCluster {
  const { details } = node;
  if (!show.nodes) return details;
  const there = details.CacheClusterCreateTime !== undefined;
  return {
    ...details,
    CacheNodes: [
      {
        CacheNodeId: '0001',
        CacheNodeStatus: details.CacheClusterStatus,
        CacheNodeCreateTime: details.CacheClusterCreateTime,
        Endpoint: there ? nodeEndpoint(state, node) : undefined,
        ParameterGroupStatus: 'in-sync',
        CustomerAvailabilityZone: details.PreferredAvailabilityZone,
      },
    ],
  };
}

/** Where a node listens: its real server's endpoint, else a name as ElastiCache gives them. */
export function nodeEndpoint({ settings }: ElastiCacheState, { id, endpoint }: CacheNode): Endpoint {
  if (endpoint !== undefined) return { Address: endpoint.address, Port: endpoint.port };
  return { Address: `${id}.a1b2c3.0001.${settings.region}.cache.amazonaws.com`, Port: defaultPort };
}

/** `DescribeCacheClusters`. */
export function describeCacheClusters(
  state: ElastiCacheState,
  input: DescribeCacheClustersMessage,
): CacheClusterMessage {
  const candidates = input.CacheClusterId === undefined ? allNodes(state) : [getNode(state, input.CacheClusterId)];
  const found = candidates
    .filter(({ unit }) => input.ShowCacheClustersNotInReplicationGroups !== true || unit.group === undefined)
    .map((item) => ({ ...item, key: item.node.id, order: scatter(item.node.id) }))
    .sort((a, b) => a.order - b.order);
  const { page, Marker } = pageOf(found, input);
  const show = { nodes: input.ShowCacheNodeInfo ?? false };
  return { Marker, CacheClusters: page.map((item) => clusterView(state, item, show)) };
}
