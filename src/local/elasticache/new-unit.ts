import type {
  CacheCluster,
  CreateCacheClusterMessage,
  CreateReplicationGroupMessage,
  ReplicationGroup,
  Tag,
} from '@aws-sdk/client-elasticache';
import { invalidCombination, invalidParameterValue } from '../control-plane/parameter-fault.js';
import { scatter } from '../control-plane/scatter.js';
import { cacheArnPrefix } from './cache-names.js';
import { checkParameterGroup } from './cache-parameter-lookup.js';
import { familyOf } from './cache-parameters.js';
import { elastiCacheFault } from './elasticache-fault.js';
import type { CacheNode, CacheSnapshot, CacheUnit, ElastiCacheState } from './elasticache-state.js';
import { hasDataTiering } from './node-memory.js';
import { allNodes } from './units.js';

const defaultVersion = '7.1.0';

/** What CreateCacheCluster and CreateReplicationGroup share. */
type NodeInput = Pick<
  CreateCacheClusterMessage & CreateReplicationGroupMessage,
  | 'CacheNodeType'
  | 'Engine'
  | 'EngineVersion'
  | 'CacheParameterGroupName'
  | 'CacheSubnetGroupName'
  | 'SecurityGroupIds'
  | 'PreferredMaintenanceWindow'
  | 'Port'
  | 'AutoMinorVersionUpgrade'
  | 'SnapshotRetentionLimit'
  | 'SnapshotWindow'
  | 'SnapshotArns'
>;

/** What every node of a new unit shows: what the snapshot tells, else defaults, where the request does not say (facts F12). */
export function nodeDetails(
  state: ElastiCacheState,
  input: NodeInput,
  snapshot: CacheSnapshot | undefined,
  inClusterMode: boolean,
): CacheCluster {
  if (input.SnapshotArns !== undefined) {
    throw invalidParameterValue(
      'The snapshots of SnapshotArns cannot be read: this region restores by SnapshotName only.',
    );
  }
  const nodeType = input.CacheNodeType ?? snapshot?.details.CacheNodeType;
  if (nodeType === undefined) throw invalidCombination('CacheNodeType is required unless a snapshot is given.');
  if (snapshot !== undefined && hasDataTiering(nodeType) !== (snapshot.details.DataTiering === 'enabled')) {
    throw invalidCombination('Data tiering of the snapshot and of the node type must be the same.');
  }
  const { plane, region } = state.settings;
  const version = input.EngineVersion ?? snapshot?.details.EngineVersion ?? plane?.version ?? defaultVersion;
  const engine = input.Engine ?? snapshot?.details.Engine ?? 'redis';
  const parameterGroupName =
    input.CacheParameterGroupName ?? `default.${familyOf(engine, version)}${inClusterMode ? '.cluster.on' : ''}`;
  checkParameterGroup(state, parameterGroupName, familyOf(engine, version));
  return {
    CacheNodeType: nodeType,
    Engine: engine,
    EngineVersion: version,
    NumCacheNodes: 1,
    PreferredAvailabilityZone: `${region}${'abc'.charAt(Math.floor(state.settings.random() * 3))}`,
    PreferredMaintenanceWindow: input.PreferredMaintenanceWindow ?? 'sun:05:00-sun:06:00',
    PendingModifiedValues: {},
    CacheSecurityGroups: [],
    CacheParameterGroup: {
      CacheParameterGroupName: parameterGroupName,
      ParameterApplyStatus: 'in-sync',
      CacheNodeIdsToReboot: [],
    },
    CacheSubnetGroupName: input.CacheSubnetGroupName ?? 'default',
    AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
    SecurityGroups: (input.SecurityGroupIds ?? []).map((id) => ({ SecurityGroupId: id, Status: 'active' })),
    SnapshotRetentionLimit: checkRetention(input.SnapshotRetentionLimit ?? 0),
    SnapshotWindow: checkWindow(input.SnapshotWindow) ?? '05:00-06:00',
    AuthTokenEnabled: false,
    TransitEncryptionEnabled: false,
    AtRestEncryptionEnabled: false,
    NetworkType: 'ipv4',
    IpDiscovery: 'ipv4',
  };
}

/** Puts a new unit into the state, `creating` and without endpoints. */
export function addUnit(
  state: ElastiCacheState,
  made: {
    readonly group?: ReplicationGroup | undefined;
    readonly nodes: readonly Pick<CacheNode, 'id' | 'shard' | 'role'>[];
    readonly details: CacheCluster;
    readonly tags: readonly Tag[];
  },
): CacheUnit {
  const { settings } = state;
  if (made.nodes.length > settings.quotas.nodesPerCluster) {
    throw elastiCacheFault('NodeQuotaForClusterExceededFault', 'Cluster node quota exceeded');
  }
  if (allNodes(state).length + made.nodes.length > settings.quotas.nodes) {
    throw elastiCacheFault('NodeQuotaForCustomerExceededFault', 'Customer node quota exceeded');
  }
  const key = `unit-${randomId(state)}`;
  const nodes = made.nodes.map(
    ({ id, shard, role }): CacheNode => ({
      id,
      nodeId: `cache-${randomId(state)}`,
      shard,
      role,
      details: {
        ...made.details,
        CacheClusterId: id,
        ARN: `${cacheArnPrefix(settings)}:cluster:${id}`,
        ReplicationGroupId: made.group?.ReplicationGroupId,
        CacheClusterStatus: 'creating',
      },
      endpoint: undefined,
      tags: made.tags,
      snapshotTimes: [],
      hasServer: false,
    }),
  );
  const unit: CacheUnit = {
    key,
    order: scatter(key),
    group: made.group,
    groupTags: made.tags,
    endpoints: undefined,
    testFailovers: [],
    nodes,
  };
  state.units.add(unit);
  return unit;
}

/** Refuses an identifier that a cluster has; two clusters of one name there cannot be. */
export function refuseTakenClusters(state: ElastiCacheState, ids: readonly string[]): void {
  const taken = allNodes(state).find(({ node }) => ids.includes(node.id));
  if (taken === undefined) return;
  throw elastiCacheFault('CacheClusterAlreadyExistsFault', `Cache cluster ${taken.node.id} already exists.`);
}

/** Days of automatic snapshots: 0 to 35 (facts F7). */
export function checkRetention(days: number): number {
  if (Number.isInteger(days) && days >= 0 && days <= 35) return days;
  throw invalidParameterValue(`Invalid snapshot retention limit: ${days}. Must be between 0 and 35`);
}

/** `03:00-04:00`, in UTC, at least an hour (facts F7). */
export function checkWindow(window: string | undefined): string | undefined {
  if (window === undefined) return undefined;
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(window);
  if (match === null)
    throw invalidParameterValue(`Invalid snapshot window: ${window}. Must be in the format hh24:mi-hh24:mi`);
  const [from, to] = [Number(match[1]) * 60 + Number(match[2]), Number(match[3]) * 60 + Number(match[4])];
  if ((to - from + 1_440) % 1_440 < 60) throw invalidParameterValue('The snapshot window must be at least 60 minutes.');
  return window;
}

/** Letters and digits that no other thing of the region has. */
export function randomId(state: ElastiCacheState): string {
  const characters = 'abcdefghijklmnopqrstuvwxyz234567';
  return Array.from({ length: 20 }, () => characters.charAt(Math.floor(state.settings.random() * 32))).join('');
}
