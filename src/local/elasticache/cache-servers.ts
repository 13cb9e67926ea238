import type { Endpoint } from '../data-plane/data-plane.js';
import { valuesOf } from './cache-parameter-lookup.js';
import { serverParameters } from './cache-parameters.js';
import type { CachePlane, ClusterMember, KeptCaches, NewCacheNode } from './cache-plane.js';
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
  const { snapshot, authToken } = start;
  try {
    await startNodes(state, unit, plane, (node, made, endpoint) => {
      const part = node.role === 'replica' ? undefined : snapshot?.parts.find(({ shard }) => shard === node.shard);
      return plane.create({ ...made, authToken, snapshotId: part?.partId }, endpoint);
    });
  } catch (error) {
    await stopServers(state, unit);
    throw error;
  }
}

/** Starts the servers of a unit that were kept, with the data that they saved last; what was not kept is not there. */
export async function resumeServers(state: ElastiCacheState, unit: CacheUnit, kept: KeptCaches): Promise<void> {
  const { plane } = state.settings;
  if (plane === undefined) return;
  unit.endpoints = undefined;
  await startNodes(state, unit, plane, (_node, made, endpoint) => kept.start(made, endpoint));
}

type StartNode = (node: CacheNode, made: NewCacheNode, endpoint: Endpoint) => Promise<void>;

async function startNodes(
  state: ElastiCacheState,
  unit: CacheUnit,
  plane: CachePlane,
  startNode: StartNode,
): Promise<void> {
  for (const node of unit.nodes) node.endpoint = await plane.endpointFor(node.id);
  await reserveGroupEndpoints(unit, plane);
  // Replicas look for their primary from their start on.
  const primariesFirst = unit.nodes.toSorted((a, b) => Number(a.role === 'replica') - Number(b.role === 'replica'));
  for (const node of primariesFirst) {
    if (node.endpoint === undefined) continue;
    await startNode(node, newNode(state, unit, node), node.endpoint);
    node.hasServer = true;
  }
  await joinServers(unit, plane);
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

/** What a node's server is started with, but for its data and its token. */
function newNode(state: ElastiCacheState, unit: CacheUnit, node: CacheNode): NewCacheNode {
  const { details, nodeId, shard, role } = node;
  const primary = unit.nodes.find((other) => other.shard === shard && other.role === 'primary');
  return {
    nodeId,
    encrypted: details.TransitEncryptionEnabled === true,
    replicaOf: role === 'replica' ? primary?.nodeId : undefined,
    alsoAt: groupEndpointsOf(unit, node),
    cluster: clusterOf(unit),
    parameters: serverParameters(valuesOf(state, details.CacheParameterGroup?.CacheParameterGroupName)),
  };
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
