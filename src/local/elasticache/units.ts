import type { CacheCluster } from '@aws-sdk/client-elasticache';
import { nameOf } from '../control-plane/resource-name.js';
import type { Step, Subject } from '../control-plane/timeline.js';
import { addUnitEvent } from './cache-events.js';
import { elastiCacheFault } from './elasticache-fault.js';
import type { CacheNode, CacheUnit, ElastiCacheState } from './elasticache-state.js';

/** A cache cluster, and what it belongs to. */
export interface Found {
  readonly unit: CacheUnit;
  readonly node: CacheNode;
}

/** All cache clusters. */
export function allNodes(state: ElastiCacheState): readonly Found[] {
  return state.units.sorted().flatMap((unit) => unit.nodes.map((node) => ({ unit, node })));
}

/** The cache cluster of this identifier, else the service's error. */
export function getNode(state: ElastiCacheState, identifier: string): Found {
  const name = nameOf(identifier);
  const found = allNodes(state).find(({ node }) => node.id === name);
  if (found === undefined) {
    throw elastiCacheFault('CacheClusterNotFoundFault', `CacheCluster not found: ${identifier}`);
  }
  return found;
}

/** A unit that is a replication group. */
export type GroupUnit = CacheUnit & { group: NonNullable<CacheUnit['group']> };

/** Whether a unit is a replication group. */
export function isGroup(unit: CacheUnit): unit is GroupUnit {
  return unit.group !== undefined;
}

/** The replication group of this identifier, else the service's error. */
export function getGroup(state: ElastiCacheState, identifier: string): GroupUnit {
  const name = nameOf(identifier);
  for (const unit of state.units.sorted()) if (isGroup(unit) && unit.group.ReplicationGroupId === name) return unit;
  throw elastiCacheFault('ReplicationGroupNotFoundFault', `ReplicationGroup ${identifier} not found.`);
}

/** Whether a replication group is in cluster mode; a cluster that stands alone never is. */
export function inClusterMode(unit: CacheUnit): boolean {
  return unit.group?.ClusterEnabled === true;
}

/** What a unit goes by: its group's identifier, or its only cluster's. */
export function unitName(unit: CacheUnit): string {
  return unit.group?.ReplicationGroupId ?? unit.nodes[0]?.id ?? '';
}

/** The primary of each node group. */
export function primariesOf(unit: CacheUnit): readonly CacheNode[] {
  return unit.nodes.filter(({ role }) => role === 'primary');
}

/** The status that a unit shows. */
export function unitStatus(unit: CacheUnit): string {
  return unit.group?.Status ?? unit.nodes[0]?.details.CacheClusterStatus ?? '';
}

/** Refuses unless a unit lets itself be changed: while it is snapshotted nothing else can be done (facts F6). */
export function requireAvailableUnit(state: ElastiCacheState, unit: CacheUnit): void {
  const status = unitStatus(unit);
  if (status === 'available' && state.timeline.isIdle(unit.key)) return;
  throw isGroup(unit)
    ? elastiCacheFault(
        'InvalidReplicationGroupStateFault',
        `Replication group ${unitName(unit)} is not in available state: it is ${status}.`,
      )
    : elastiCacheFault(
        'InvalidCacheClusterStateFault',
        `Cache cluster ${unitName(unit)} is not in available state: it is ${status}.`,
      );
}

/** Changes what the service shows of a cluster. */
export function patchNode(node: CacheNode, changes: Partial<CacheCluster>): void {
  node.details = { ...node.details, ...changes };
}

/** A unit as the timeline carries it. */
export function unitSubject(state: ElastiCacheState, unit: CacheUnit): Subject {
  const show = (status: string): void => {
    if (isGroup(unit)) unit.group = { ...unit.group, Status: status };
    for (const node of unit.nodes) patchNode(node, { CacheClusterStatus: clusterStatus(status) });
  };
  return {
    key: unit.key,
    setStatus: show,
    fail: (status, message) => {
      show(status);
      addUnitEvent(state, unit, message);
    },
  };
}

/** Groups have a status that clusters have not (facts F13). */
function clusterStatus(status: string): string {
  return status === 'create-failed' ? 'restore-failed' : status;
}

/** What every lifecycle of a unit ends with. */
export function availableStep(): Step {
  return { status: 'available', milliseconds: 0 };
}
