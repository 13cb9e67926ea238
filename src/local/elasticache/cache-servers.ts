import type { Endpoint } from '../data-plane/data-plane.js';
import { valuesOf } from './cache-parameter-lookup.js';
import { serverParameters } from './cache-parameters.js';
import type { CachePlane, ClusterMember } from './cache-plane.js';
import type { CacheNode, CacheSnapshot, CacheUnit, ElastiCacheState } from './elasticache-state.js';
import { slots } from './group-view.js';
import { inClusterMode, primariesOf, unitName } from './units.js';

/** What the servers of a unit are started with besides what it shows. */
export interface ServerStart {
  readonly snapshot: CacheSnapshot | undefined;
  readonly authToken: string | undefined;
}

/** Starts the servers of a unit, primaries first; none runs on behind a unit that fails. */
export async function startServers(
  state: ElastiCacheState,
  unit: CacheUnit,
  plane: CachePlane,
  start: ServerStart,
): Promise<void> {
  try {
    for (const node of unit.nodes) node.endpoint = await plane.endpointFor(node.id);
    await reserveGroupEndpoints(unit, plane);
    for (const node of unit.nodes) await startServer(state, unit, node, plane, start);
    await joinServers(unit, plane);
  } catch (error) {
    await stopServers(state, unit);
    throw error;
  }
}

/** The names of a group stay where they are in a failover: they have addresses of their own, where there are enough. */
async function reserveGroupEndpoints(unit: CacheUnit, plane: CachePlane): Promise<void> {
  if (unit.group === undefined || inClusterMode(unit)) return;
  const primary = await plane.endpointFor(`master.${unitName(unit)}`);
  const reader = await plane.endpointFor(`replica.${unitName(unit)}`);
  // A server listens at one port only.
  const ports = new Set([primary, reader, ...unit.nodes.map(({ endpoint }) => endpoint)].map((at) => at?.port));
  if (ports.size === 1) unit.endpoints = { primary, reader };
}

/** Waits until the nodes of a group in cluster mode serve as one. */
export async function joinServers(unit: CacheUnit, plane: CachePlane): Promise<void> {
  if (inClusterMode(unit)) await plane.joinCluster(unit.nodes.map(({ nodeId }) => nodeId));
}

/** What every node of a group in cluster mode must know of the others. */
function clusterOf(unit: CacheUnit): readonly ClusterMember[] | undefined {
  if (!inClusterMode(unit)) return undefined;
  const primaries = primariesOf(unit);
  return unit.nodes.flatMap(({ nodeId, endpoint, shard, role }): ClusterMember[] => {
    if (endpoint === undefined) return [];
    const index = primaries.findIndex((primary) => primary.shard === shard);
    return role === 'primary'
      ? [{ nodeId, endpoint, slots: [slots(index, primaries.length)] }]
      : [{ nodeId, endpoint, replicaOf: primaries[index]?.nodeId }];
  });
}

async function startServer(
  state: ElastiCacheState,
  unit: CacheUnit,
  node: CacheNode,
  plane: CachePlane,
  { snapshot, authToken }: ServerStart,
): Promise<void> {
  const { details, endpoint } = node;
  if (endpoint === undefined) return;
  const primary = unit.nodes.find(({ shard, role }) => shard === node.shard && role === 'primary');
  const isReplica = node.role === 'replica';
  await plane.create(
    {
      nodeId: node.nodeId,
      encrypted: details.TransitEncryptionEnabled === true,
      authToken,
      snapshotId: isReplica ? undefined : snapshot?.parts.find(({ shard }) => shard === node.shard)?.partId,
      replicaOf: isReplica ? primary?.nodeId : undefined,
      alsoAt: groupEndpointsOf(unit, node),
      cluster: clusterOf(unit),
      parameters: serverParameters(valuesOf(state, details.CacheParameterGroup?.CacheParameterGroupName)),
    },
    endpoint,
  );
  node.hasServer = true;
}

/** Readers are sent to the first replica, or to the primary if there is none. */
function groupEndpointsOf({ endpoints, nodes }: CacheUnit, node: CacheNode): readonly Endpoint[] {
  if (endpoints === undefined) return [];
  const reader = nodes.find(({ role }) => role === 'replica') ?? nodes[0];
  return [...(node.role === 'primary' ? [endpoints.primary] : []), ...(node === reader ? [endpoints.reader] : [])];
}

/** Stops and removes the servers of a unit. */
export async function stopServers(state: ElastiCacheState, unit: CacheUnit): Promise<void> {
  const { plane } = state.settings;
  if (plane === undefined) return;
  // Replicas first: they would go on looking for their primary.
  const replicasFirst = unit.nodes.toSorted((a, b) => Number(a.role === 'primary') - Number(b.role === 'primary'));
  for (const node of replicasFirst) {
    if (!node.hasServer) continue;
    await plane.destroy(node.nodeId);
    node.hasServer = false;
  }
}
